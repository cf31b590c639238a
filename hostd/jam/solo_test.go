package jam

import (
	"encoding/json"
	"fmt"
	"slices"

	"soul-jam/shared/wire"
)

// promote makes a jam of the solo session, as the owner does, and gives what each of them tells.
func (w *world) promote(settings wire.JamSettings) (end Entry, begin []Entry) {
	w.t.Helper()
	w.check()
	solo := w.jam
	begin = []Entry{w.begin(Founding{ID: "jam-1", ShareCode: "HQRS-2K4M", DeviceID: "device-1", Settings: settings})}
	e, refusal := w.step("", "", TakeOver{From: solo})
	if refusal != nil {
		w.t.Fatalf("the jam does not take over: %v", refusal)
	}
	w.follows(solo)
	if end, refusal = solo.Step(w.now, "", "", Follow{ShareCode: w.jam.ShareCode()}); refusal != nil {
		w.t.Fatalf("the solo session does not end: %v", refusal)
	}
	return end, append(begin, e)
}

// follows holds what a jam has of the solo session before it: the same song at the same place, and the queue in its order.
func (w *world) follows(solo *Jam) {
	w.t.Helper()
	before, after := solo.Sound(), w.jam.Sound()
	switch {
	case (before.Current == nil) != (after.Current == nil), before.Current != nil && before.Current.ID != after.Current.ID,
		after.Next != nil && (before.Next == nil || before.Next.ID != after.Next.ID), before.Next != nil && after.Next == nil && w.jam.settings.Autoplay,
		!slices.Equal(ids(solo.upcoming), ids(w.jam.upcoming)):
		w.t.Fatalf("%+v %v is followed by %+v %v", before, ids(solo.upcoming), after, ids(w.jam.upcoming))
	case before.Playback.Volume != after.Playback.Volume, before.Playback.Playing != after.Playback.Playing, solo.PositionMS(w.now) != w.jam.PositionMS(w.now):
		w.t.Fatalf("%+v is followed by %+v", before.Playback, after.Playback)
	}
}

// lookedAhead holds what must be true of the song that autoplay has in mind: nobody sees it, and it is one that could play next.
func (w *world) lookedAhead() error {
	j := w.jam
	if j.ahead == nil {
		return nil
	}
	if j.ended != "" || j.current == nil || len(j.upcoming) > 0 || !j.settings.Autoplay || j.ahead.AddedBy != nil || j.ahead.Because == nil || w.fate[j.ahead.ID] != "" {
		return fmt.Errorf("%+v is looked ahead to", *j.ahead)
	}
	if slices.ContainsFunc(j.Session("").Queue, func(item wire.JamQueueItem) bool { return item.ID == j.ahead.ID }) {
		return fmt.Errorf("people see what is looked ahead to")
	}
	return nil
}

// promote is the host's start of a jam out of the solo session.
func (s *stage) promote(settings string) {
	merged, err := wire.DefaultSettings().Merge(json.RawMessage(settings))
	if err != nil {
		s.t.Fatalf("%q: %v", s.line, err)
	}
	end, begin := s.world.promote(merged)
	s.tell(end)
	for _, ev := range begin[1].Events {
		if added, ok := ev.Message.(wire.TrackAdded); ok && !slices.Contains(s.items, added.Item.ID) {
			s.t.Errorf("%q: item %s is a new one", s.line, added.Item.ID)
		}
	}
	s.given, s.may = map[string][]string{}, map[string]string{}
	s.seats = map[string]string{"host": s.world.jam.HostSeat()}
	s.mark, s.rules = nil, s.world.jam.settings
	s.names()
	for _, e := range begin {
		s.tell(e)
	}
}
