package terminal

import (
	"fmt"

	"soul-jam/shared/wire"
)

// whyRows are the rows below the queue that say why the selected song stands where it does.
func (s *state) whyRows() int {
	if s.tall() {
		return 2
	}
	return 1
}

// queueRows is what plays next, in its order, with who added it; below, why the selected one stands there.
func (s *state) queueRows(w, height int) []row {
	if len(s.room.Upcoming) == 0 && len(s.adding) == 0 {
		hint := "Search for one with /"
		if !s.room.Rights.CanAddToQueue {
			hint = "Only the host adds songs in this jam."
		}
		return []row{inset(say("No songs are waiting.", 0), w), inset(say(hint, faint), w)}
	}
	height -= s.whyRows()
	var rows []row
	for i := s.queue.top; i < len(s.room.Upcoming) && len(rows) < height; i++ {
		rows = append(rows, s.queueRow(i, w))
	}
	for i, a := range s.adding {
		if len(rows) < height {
			rows = append(rows, inset(row{{fmt.Sprintf("%4d  ", len(s.room.Upcoming)+i+1), faint}, {a.track.Title, 0}, {"  Adding…", accent}}, w))
		}
	}
	rows = filled(rows, height)
	if s.whyRows() > 1 {
		rows = append(rows, row{})
	}
	why := row{}
	if item := s.selected(); item != nil {
		why = inset(say(s.why(item), faint), w)
		if w >= 64 { // below the titles
			why = append(row{{blank(6), 0}}, why...)
		}
	}
	return append(rows, why)
}

// queueRow: place, title, artist, who, votes, length.
func (s *state) queueRow(i, w int) row {
	item := &s.room.Upcoming[i]
	mine, on := s.mine(item), i == s.queue.at && s.page != pageChat
	mark := " "
	if on {
		mark = markSelected
	}
	place, who, whoLook := fmt.Sprintf(" %s%3d  ", mark, i+1), s.whoAdded(item), look(0)
	if mine {
		whoLook = accent | bold
	}
	votes, voteLook := "", look(0)
	if item.Upvotes > 0 {
		votes = fmt.Sprintf("%s%d", markVote, item.Upvotes)
	}
	if s.ballot.upvotes[item.ID] {
		voteLook = accent | bold
	}
	pin := " "
	if item.Pinned {
		pin = markPinned
	}
	track := item.TrackInfo
	if w < 64 {
		whoWidth := min(10, width(who))
		texts := w - 7 - whoWidth - 1 - 5
		r := row{{place, 0}}
		r = append(r, titleArtist(track, texts)...)
		r = append(r, span{" " + column(who, whoWidth), whoLook}, span{pin, 0}, span{figure(votes, 3) + " ", voteLook})
		return s.chosen(r.fit(w), on)
	}
	const whoWidth, voteWidth, timeWidth = 12, 4, 7
	texts := w - 7 - whoWidth - voteWidth - timeWidth - 4
	title := texts * 3 / 5
	time := ""
	if track.DurationMS > 0 {
		time = clockTime(float64(track.DurationMS))
	}
	r := row{
		{place, 0}, {column(track.Title, title), titleLook(mine)}, {" ", 0}, {column(track.Artist, texts-title), faint},
		{" ", 0}, {column(who, whoWidth), whoLook}, {pin, 0}, {figure(votes, voteWidth), voteLook}, {figure(time, timeWidth), faint}, {" ", 0},
	}
	return s.chosen(r.fit(w), on)
}

func titleLook(mine bool) look {
	if mine {
		return bold
	}
	return 0
}

// titleArtist is both in n columns, the title first.
func titleArtist(t wire.TrackInfo, n int) row {
	return row{{t.Title, 0}, {" · " + t.Artist, faint}}.fit(n)
}

// chosen marks the row that keys act on; not while one types elsewhere.
func (s *state) chosen(r row, on bool) row {
	if !on {
		return r
	}
	return r.all(reverse)
}

func (s *state) whoAdded(item *wire.JamQueueItem) string {
	switch {
	case item.AddedBy == nil:
		return "Autoplay"
	case s.mine(item):
		return "You!"
	}
	return s.room.nameOf(*item.AddedBy)
}

// why an upcoming item stands where it does, in one sentence.
func (s *state) why(item *wire.JamQueueItem) string {
	why := s.room.Why[item.ID]
	switch why.Reason {
	case wire.WhyPinned:
		return "Moved here by hand."
	case wire.WhyAdded:
		return "First come, first served."
	case wire.WhyVotes:
		if item.Upvotes > 0 {
			return fmt.Sprintf("%d %s: the most wanted goes first.", item.Upvotes, plural(item.Upvotes, "vote", "votes"))
		}
		return "No votes yet: in the order of adding."
	case wire.WhyTurn:
		whose := s.room.nameOf(idOf(item.AddedBy)) + "’s"
		if s.mine(item) {
			whose = "Your"
		}
		rule := "whoever had fewer goes first."
		if s.size.x < 60 {
			rule = "fewer turns go first."
		}
		return fmt.Sprintf("%s %s turn: %s", whose, nth(max(1, why.Params.Turn)), rule)
	}
	return "The host did not say why it stands here."
}

func idOf(id *string) string {
	if id == nil {
		return ""
	}
	return *id
}

func nth(n int) string {
	ending := "th"
	if n%100 < 11 || n%100 > 13 {
		switch n % 10 {
		case 1:
			ending = "st"
		case 2:
			ending = "nd"
		case 3:
			ending = "rd"
		}
	}
	return fmt.Sprintf("%d%s", n, ending)
}
