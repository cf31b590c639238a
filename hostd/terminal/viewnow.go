package terminal

import (
	"fmt"
	"math"
	"strings"
	"time"

	"soul-jam/hostd/visitor"
	"soul-jam/shared/wire"
)

// now3 is the song that plays: three rows, two where there is little room.
func (s *state) now3(w int) []row {
	item := s.room.Current
	if item == nil {
		hint := "The first song that someone adds starts the music."
		if s.size.x < 60 {
			hint = "The first song starts the music."
		}
		rows := []row{inset(say("Nothing is playing yet", bold), w), inset(say(hint, faint), w)}
		if s.tall() {
			rows = append(rows, row{})
		}
		return rows
	}
	mark, l := markPlaying, accent|bold
	if !s.room.Playback.Playing {
		mark, l = markPaused, bold
	}
	track := item.TrackInfo
	title := row{{mark + " ", l}, {track.Title, bold}}
	if !s.tall() {
		title = append(title, span{" · " + track.Artist, 0})
	}
	rows := []row{inset(spread(w-2, title, s.voteNow()), w)}
	if s.tall() {
		from := row{{"  " + track.Artist, 0}}
		if track.Album != "" {
			from = append(from, span{" · " + track.Album, faint})
		}
		rows = append(rows, inset(spread(w-2, from, s.addedBy(item)), w))
	}
	return append(rows, inset(s.progress(w-2), w))
}

// addedBy is who put it there, in words.
func (s *state) addedBy(item *wire.JamQueueItem) row {
	switch {
	case item.AddedBy == nil:
		return say("Autoplay: "+because(item.Because), faint)
	case s.mine(item):
		return say("Added by you", accent|bold)
	}
	return say("Added by "+cut(s.room.nameOf(*item.AddedBy), 20), faint)
}

// because is why autoplay chose a song, in a few words.
func because(why *wire.Because) string {
	if why != nil {
		switch why.Reason {
		case wire.BecauseArtist:
			return "more from " + cut(why.Name, 20)
		case wire.BecauseGenre:
			return "more " + cut(why.Name, 20)
		case wire.BecauseYear:
			return fmt.Sprintf("from about %d, like the last song", why.Year)
		case wire.BecauseFavourite:
			return "often played here"
		}
	}
	return "something from the library"
}

// voteNow is how the vote on the song stands.
func (s *state) voteNow() row {
	v := s.room.Vote
	if v == nil || s.room.Current == nil || v.QueueItemID != s.room.Current.ID {
		return nil
	}
	text := fmt.Sprintf("Skip? %d/%d %s", v.Votes, v.Required, plural(v.Required, "vote", "votes"))
	if s.ballot.skip == s.room.Current.ID {
		return say(text+" "+markVote, accent|bold)
	}
	return say(text, bold)
}

// progress is where the sound stands.
func (s *state) progress(w int) row {
	at, length := s.position(), float64(s.room.Current.TrackInfo.DurationMS)
	r := row{{"  " + clockTime(at) + " ", 0}}
	end := ""
	if length > 0 {
		end = " " + clockTime(length)
	}
	if !s.room.Playback.Playing {
		end += "  paused"
	}
	if s.room.Rights.CanSetVolume {
		end += fmt.Sprintf("  vol %d", max(0, min(100, s.room.Playback.Volume)))
	}
	cells := w - r.width() - width(end)
	done := 0
	if length > 0 && cells > 0 {
		done = min(cells, int(math.Round(at/length*float64(cells))))
	}
	return append(r, span{strings.Repeat("━", max(0, done)), accent | bold}, span{strings.Repeat("─", max(0, cells-done)), faint}, span{end, 0})
}

// clockTime is milliseconds as people read them: 2:34, 1:02:03; at most 99 hours.
func clockTime(ms float64) string {
	seconds := int64(max(0, min(ms/1000, 99*3600+3599)))
	h, m, sec := seconds/3600, seconds/60%60, seconds%60
	if h > 0 {
		return fmt.Sprintf("%d:%02d:%02d", h, m, sec)
	}
	return fmt.Sprintf("%d:%02d", m, sec)
}

// bannerRows are the banner in as many rows as it needs.
func (s *state) bannerRows() []row {
	if banner := s.banner(); banner != nil {
		return banner.wrapped(s.size.x - 2)
	}
	return nil
}

// banner is a sentence across the screen while something is not as usual, nil when all is.
func (s *state) banner() row {
	switch {
	case s.line.State == visitor.HostAway:
		return say("The host is away. This comes back by itself.", alarm)
	case s.line.State != visitor.Joined && s.line.State != "":
		return say("The connection is gone. What you add is sent when it is back.", alarm)
	case s.line.Said != "" && !s.seen: // about the host, with the seat
		return row{{s.line.Said, alarm}, {"  ", 0}, {"i", bold}, {" more", faint}}
	case s.room.Ending != nil:
		left := time.Duration(max(0, millis(s.room.Ending.EndsAt.Time)-s.clock.at(s.now))) * time.Millisecond
		return row{{endingSentence(s.room.Ending.Reason) + " ", 0}, {clockTime(float64(left.Milliseconds())), bold}}
	case len(s.room.Pending) > 0 && s.room.Rights.CanKick:
		who := s.room.Pending[0].DisplayName + " wants to join."
		if n := len(s.room.Pending); n > 1 {
			who = fmt.Sprintf("%d people want to join.", n)
		}
		if s.page == pagePeople { // where the last row says the rest
			return say(who, bold)
		}
		return row{{who, bold}, {" On page People, a lets in and n turns away.", 0}}
	case s.room.State == wire.StatePaused:
		return say("The host was away for a while. The music goes on when they press play.", 0)
	case s.asksForWords():
		return row{{"Same words on the host’s screen? ", 0}, {strings.Join(s.line.Words, " "), bold}, {"  ", 0}, {"i", bold}, {" why", faint}}
	}
	return nil
}

// asksForWords: nobody but the words vouches for the host, and the person has not looked yet.
func (s *state) asksForWords() bool {
	return len(s.line.Words) > 0 && !s.line.Verified && !s.line.Known && !s.seen
}

func endingSentence(reason wire.EndReason) string {
	switch reason {
	case wire.EndedByHost:
		return "The host ends the jam soon."
	case wire.EndedIdle:
		return "Nothing plays, so the jam ends soon. Do anything and it goes on."
	case wire.EndedEmpty:
		return "Nobody was here, so the jam ends soon. Do anything and it goes on."
	case wire.EndedMaxDuration:
		return "A jam lasts 24 hours at most. This one ends soon."
	case wire.EndedExpired:
		return "The time of this jam is up. It ends soon."
	}
	return "The jam ends soon."
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}
