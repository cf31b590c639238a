package library

import (
	"fmt"
	"slices"
	"sync"
	"testing"
)

// playedHouse is a library of tracks a to h, added in this order.
func playedHouse(t *testing.T) *Library {
	t.Helper()
	var all []*track
	for i, title := range []string{"a", "b", "c", "d", "e", "f", "g", "h"} {
		all = append(all, &track{ID: title, Title: title, Added: int64(i), slot: uint32(i)})
	}
	l := new(Library)
	l.house.Store(new(housePlays))
	l.show(&snapshot{main: newIndex(all), fresh: newIndex(nil)})
	return l
}

func suggested(l *Library, limit int, hidden slotSet) string {
	text := ""
	for _, t := range l.now.Load().search(" ", limit, hidden) {
		text += t.Title
	}
	return text
}

func TestSuggestionsAreByTurnsPlayedAndRecent(t *testing.T) {
	t.Parallel()
	l := playedHouse(t)
	if got := suggested(l, 20, nil); got != "hgfedcba" {
		t.Errorf("nothing was played: %s", got)
	}
	l.SetPlays(map[string]uint32{"a": 2, "c": 5, "g": 3, "gone": 9, "never": 0})
	for limit, want := range map[int]string{1: "c", 2: "ch", 3: "chg", 4: "chgf", 5: "chgfa", 20: "chgfaedb"} {
		if got := suggested(l, limit, nil); got != want {
			t.Errorf("the first %d are %s, want %s", limit, got, want)
		}
		if a, b := suggested(l, limit, nil), suggested(l, limit, nil); a != b {
			t.Errorf("%s, then %s", a, b)
		}
	}
	var hidden slotSet
	hidden = hidden.add(2).add(7) // c and h
	if got := suggested(l, 20, hidden); got != "gfaedb" {
		t.Errorf("without c and h: %s", got)
	}
}

func TestPlayedMovesASongUp(t *testing.T) {
	t.Parallel()
	l := playedHouse(t)
	l.SetPlays(map[string]uint32{"a": 2, "b": 2, "c": 1})
	l.Played("c")
	if got := suggested(l, 5, nil); got != "chagb" {
		t.Errorf("of equals the one played last is first: %s", got)
	}
	l.Played("d")
	l.Played("unknown")
	s := l.now.Load()
	for id, want := range map[string]uint32{"a": 2, "c": 2, "d": 1, "h": 0} {
		if got := s.plays(s.track(id)); got != want {
			t.Errorf("%s was played %d times, want %d", id, got, want)
		}
	}
	l.SetPlays(nil)
	if got := s.plays(s.track("a")); got != 0 {
		t.Errorf("after nothing was set a has %d plays", got)
	}
}

// TestPlaysStayWithTheMusic: they were told before the track was there, they go
// with it into another index, and to every copy of the recording.
func TestPlaysStayWithTheMusic(t *testing.T) {
	t.Parallel()
	l := playedHouse(t)
	l.SetPlays(map[string]uint32{"late": 4, "a": 3})
	late, again := &track{ID: "late", Title: "late", slot: 8, Added: 99}, &track{ID: "a", Title: "a!", slot: 0}
	old := l.now.Load()
	changed := map[string]*track{"late": late, "a": again}
	l.show(&snapshot{main: old.main, fresh: newIndex([]*track{late, again}), changed: changed})
	l.Played("a")
	s := l.now.Load()
	if s.plays(late) != 4 || s.plays(again) != 4 {
		t.Errorf("plays %d and %d", s.plays(late), s.plays(again))
	}
	if got := suggested(l, 3, nil); got != "a!lateh" {
		t.Errorf("suggested %s", got)
	}
	all := slices.Concat(old.main.tracks[:7], []*track{late, again})
	next := &snapshot{main: newIndex(all), fresh: newIndex(nil)}
	ids := make([]string, 9)
	for _, one := range all {
		ids[one.slot] = one.ID
	}
	// a and b are one recording, shown as b.
	next.same = &twins{ids: ids, first: []uint32{1, 1, 2, 3, 4, 5, 6, 7, 8}, next: []uint32{0, 0, 2, 3, 4, 5, 6, 7, 8}}
	l.show(next)
	l.Played("b")
	if s := l.now.Load(); s.plays(again) != 5 || s.plays(s.track("b")) != 5 {
		t.Errorf("the copies have %d and %d plays, want 5", s.plays(again), s.plays(s.track("b")))
	}
	s = l.now.Load()
	l.show(&snapshot{main: s.main, fresh: s.fresh}) // they are two again
	if s := l.now.Load(); s.plays(again) != 4 || s.plays(s.track("b")) != 1 {
		t.Errorf("apart they have %d and %d plays, want 4 and 1", s.plays(again), s.plays(s.track("b")))
	}
	l.show(next)
	var hidden slotSet
	if got := suggested(l, 2, hidden.add(0)); got != "blate" {
		t.Errorf("suggested %s, want what is shown of the recording, once", got)
	}
}

// TestPlaysWhileSearching is for the race detector.
func TestPlaysWhileSearching(t *testing.T) {
	t.Parallel()
	l := playedHouse(t)
	var all sync.WaitGroup
	for i := range 4 {
		all.Go(func() {
			for n := range 200 {
				switch i {
				case 0:
					l.Played(string(rune('a' + n%8)))
				case 1:
					l.SetPlays(map[string]uint32{"a": uint32(n)})
				case 2:
					old := l.now.Load()
					l.publishing.Lock()
					l.show(&snapshot{main: newIndex(slices.Clone(old.main.tracks)), fresh: newIndex(nil)})
					l.publishing.Unlock()
				default:
					if got := suggested(l, 8, nil); len(got) != 8 {
						t.Error(fmt.Sprint("suggested ", got))
					}
					titles(l.now.Load(), "a")
				}
			}
		})
	}
	all.Wait()
}
