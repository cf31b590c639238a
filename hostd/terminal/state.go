package terminal

import (
	"slices"
	"time"

	"soul-jam/hostd/visitor"
	"soul-jam/shared/wire"
)

// page is one of the parts that the person goes through with tab.
type page int

// The pages, in their order.
const (
	pageQueue page = iota
	pageAdd
	pagePeople
	pageChat
	pages
)

// cover is what stands over the pages until a key takes it away.
type cover int

// The covers.
const (
	coverNone cover = iota
	coverHelp
	coverInfo
	coverReact
)

// state is everything that is shown: the jam, and what the person is doing with it. Only the loop changes it.
type state struct {
	size  point
	now   time.Time
	zone  *time.Location
	clock hostClock
	room  Room
	line  visitor.Line
	// sought is the name that is looked for, "" when it is none. stranger holds the words of a host that was not known when
	// this visit began: meeting it twice in one visit shows nothing.
	sought, stranger string
	// place in the waiting room, 1 = next, 0 = not waiting. reason is what the host said to who was removed or turned away.
	place  int
	reason string

	page   page
	cover  cover
	scroll int // of the cover
	ask    *question

	queue, found, folk list
	search             search
	chat               talk
	adding             []adding
	ballot             ballot
	news               []notice
	floats             []float
	// seen: the person has looked at what there is to know about the host, or put it away; what is said anew counts anew.
	seen bool
	// over: nothing comes any more.
	over bool
}

// question waits for a yes.
type question struct {
	text string
	// answers are keys with what they do.
	answers []answer
}

type answer struct {
	key, label string
	do         func(*model)
}

// adding is a song that was asked for and that the host has not confirmed yet.
type adding struct {
	id    string
	track wire.TrackInfo
}

// ballot is what this seat voted for. The host tells sums only; after a restart it is unknown, and voting again is harmless.
type ballot struct {
	skip    string // item id
	upvotes map[string]bool
}

// search as you type: one question on the way per pause, only the newest answer counts.
type search struct {
	editor editor
	// newest is the id of the question that counts, "" when it was answered; answered its text, nil before the first answer.
	newest   string
	answered *string
	tracks   []wire.TrackInfo
	// keystroke numbers what was typed, so that a pause knows whether it was the last.
	keystroke int
}

// talk is the chat's field, and how far one has read.
type talk struct {
	editor editor
	// back is how many rows one has gone back from the newest line.
	back int
	// read is the last line that was seen; nil before the first snapshot.
	read *wire.ChatLine
}

// list is a place in rows that come and go: it stays on the same row, else at the same height.
type list struct {
	at, top int
	id      string
}

// settle finds the row again, with so many rows in sight.
func (l *list) settle(ids []string, height int) {
	if i := slices.Index(ids, l.id); i >= 0 && l.id != "" {
		l.at = i
	}
	l.at = max(0, min(l.at, len(ids)-1))
	l.id = ""
	if len(ids) > 0 {
		l.id = ids[l.at]
	}
	l.top = min(l.top, l.at)
	l.top = max(l.top, l.at-height+1, 0)
	l.top = min(l.top, max(0, len(ids)-height))
}

// move goes by so many rows.
func (l *list) move(by int) { l.at, l.id = max(0, l.at+by), "" }

func newState() state {
	return state{
		zone:   time.Local,
		line:   visitor.Line{State: visitor.Finding},
		ballot: ballot{upvotes: map[string]bool{}},
		search: search{editor: editor{most: wire.MaxSearchText}},
		chat:   talk{editor: editor{most: wire.MaxChat}},
		size:   point{80, 24},
	}
}

// settle puts every list where it belongs, and counts as read what is seen.
func (s *state) settle() {
	ids := make([]string, 0, len(s.room.Upcoming))
	for _, item := range s.room.Upcoming {
		ids = append(ids, item.ID)
	}
	body := s.bodyRows()
	s.queue.settle(ids, body-s.whyRows())
	ids = ids[:0]
	for _, track := range s.search.tracks {
		ids = append(ids, track.TrackID)
	}
	s.found.settle(ids, body-searchRows)
	ids = ids[:0]
	for _, one := range s.everyone() {
		ids = append(ids, string(one.part)+one.ID)
	}
	s.folk.settle(ids, body)
	chat := s.room.Chat
	if len(chat) > 0 && (s.chat.read == nil || s.chatSeen()) {
		last := chat[len(chat)-1]
		s.chat.read = &last
	}
	if s.chat.read == nil && s.room.Seated {
		s.chat.read = &wire.ChatLine{}
	}
}

// chatSeen tells whether the newest line is in sight.
func (s *state) chatSeen() bool {
	return s.room.Seated && s.cover == coverNone && (s.wide() || s.page == pageChat) && s.chat.back == 0
}

// unread counts the lines of others since the one that was read last; all of them when that one is too long ago to be kept.
func (s *state) unread() int {
	if s.chat.read == nil {
		return 0
	}
	n := 0
	for _, line := range slices.Backward(s.room.Chat) {
		if line == *s.chat.read {
			break
		}
		if line.FromID != s.room.Me {
			n++
		}
	}
	return n
}

// selected is the upcoming item that the person stands on, nil when there is none.
func (s *state) selected() *wire.JamQueueItem {
	if s.queue.at < len(s.room.Upcoming) {
		return &s.room.Upcoming[s.queue.at]
	}
	return nil
}

// part says why somebody is in the list of people.
type part byte

const (
	atDoor  part = 'd' // asks to come in
	present part = 'p'
	barred  part = 'b' // was removed
)

type somebody struct {
	wire.JamParticipant
	part part
}

// everyone is the list of people: who asks to come in, who is here, and who was removed; the first and the last are known to hosts only.
func (s *state) everyone() []somebody {
	all := make([]somebody, 0, len(s.room.Pending)+len(s.room.People.list)+len(s.room.Bans))
	add := func(list []wire.JamParticipant, p part) {
		for _, one := range list {
			all = append(all, somebody{one, p})
		}
	}
	add(s.room.Pending, atDoor)
	add(s.room.People.list, present)
	add(s.room.Bans, barred)
	return all
}

// person is who the person stands on.
func (s *state) person() *somebody {
	if all := s.everyone(); s.folk.at < len(all) {
		return &all[s.folk.at]
	}
	return nil
}

// position is where the sound is now, ms, extrapolated from what the host last said, within the song.
func (s *state) position() float64 {
	p := s.room.Playback
	at := float64(p.PositionMS)
	if p.Playing {
		at += s.clock.at(s.now) - float64(p.AtMS)
	}
	if s.room.Current != nil && s.room.Current.TrackInfo.DurationMS > 0 {
		at = min(at, float64(s.room.Current.TrackInfo.DurationMS))
	}
	return max(0, at)
}

// queued tells whether a track plays, waits, or was asked for.
func (s *state) queued(trackID string) bool {
	if s.room.Current != nil && s.room.Current.TrackID == trackID {
		return true
	}
	return slices.ContainsFunc(s.room.Upcoming, func(i wire.JamQueueItem) bool { return i.TrackID == trackID }) ||
		slices.ContainsFunc(s.adding, func(a adding) bool { return a.track.TrackID == trackID })
}

// mine tells whether this seat added it.
func (s *state) mine(item *wire.JamQueueItem) bool {
	return s.room.Me != "" && item.AddedBy != nil && *item.AddedBy == s.room.Me
}

// typing tells whether letters go into a field.
func (s *state) typing() bool { return s.field() != nil }

// field is the field that letters go into, nil when there is none.
func (s *state) field() *editor {
	switch {
	case s.cover != coverNone || s.ask != nil || !s.room.Seated || s.over:
		return nil
	case s.page == pageAdd && s.room.Rights.CanAddToQueue:
		return &s.search.editor
	case s.page == pageChat && s.room.Rights.CanChat:
		return &s.chat.editor
	}
	return nil
}
