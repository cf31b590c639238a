package library

import (
	"fmt"
	"math"
	"testing"

	"soul-jam/shared/wire"
)

// shelves makes a snapshot of a main index with these tracks, of which some have
// changed or left since, and some that are new.
func shelves(main, fresh int, left ...int) *snapshot {
	s := &snapshot{changed: map[string]*track{}}
	var old, young []*track
	for i := range main {
		old = append(old, &track{ID: fmt.Sprint("m", i), Title: fmt.Sprint("Main ", i)})
	}
	for i := range fresh {
		t := &track{ID: fmt.Sprint("f", i), Title: fmt.Sprint("Fresh ", i)}
		young = append(young, t)
		s.changed[t.ID] = t
	}
	for _, i := range left {
		s.changed[fmt.Sprint("m", i)] = nil
	}
	s.main, s.fresh = newIndex(old), newIndex(young)
	return s
}

func nothing(wire.TrackInfo) bool { return false }

func TestAnyGivesEveryTrackThatIsThere(t *testing.T) {
	s := shelves(5, 3, 1, 4)
	got := map[string]bool{}
	for from := range 8 {
		track, ok := s.any(nothing, func(n int) int {
			if n != 8 {
				t.Errorf("a place of %d, want one of 8", n)
			}
			return from
		})
		if !ok {
			t.Fatalf("from %d there is none", from)
		}
		got[track.TrackID] = true
	}
	if len(got) != 6 || got["m1"] || got["m4"] || !got["m0"] || !got["f2"] {
		t.Errorf("given were %v, want all but m1 and m4, which left", got)
	}
}

func TestAnyGivesTheNewStateOfAChangedTrack(t *testing.T) {
	s := shelves(1, 0)
	now := &track{ID: "m0", Title: "Another title"}
	s.changed["m0"], s.fresh = now, newIndex([]*track{now})
	for from := range 2 {
		if track, ok := s.any(nothing, func(int) int { return from }); !ok || track.Title != "Another title" {
			t.Errorf("from %d: %+v, %v", from, track, ok)
		}
	}
	s.changed["m0"] = &track{ID: "m0"} // changed once more, and not indexed yet
	if track, ok := s.any(nothing, func(int) int { return 0 }); ok {
		t.Errorf("what is stale was given: %+v", track)
	}
}

func TestAnyLooksOnUntilOneIsNotRefused(t *testing.T) {
	s := shelves(50, 50)
	for from := range 100 {
		track, ok := s.any(func(t wire.TrackInfo) bool { return t.TrackID != "f7" }, func(int) int { return from })
		if !ok || track.TrackID != "f7" {
			t.Fatalf("from %d: %+v, %v", from, track, ok)
		}
	}
	asked := 0
	if track, ok := s.any(func(wire.TrackInfo) bool { asked++; return true }, func(int) int { return 99 }); ok || asked != 100 {
		t.Errorf("all are refused: %+v after %d", track, asked)
	}
}

func TestAnyOfAnEmptyLibrary(t *testing.T) {
	if track, ok := shelves(0, 0).any(nothing, func(int) int { t.Error("a place in nothing"); return 0 }); ok {
		t.Errorf("there is %+v", track)
	}
	if track, ok := shelves(2, 0, 0, 1).any(nothing, func(int) int { return 1 }); ok {
		t.Errorf("all have left, and there is %+v", track)
	}
}

func TestAnyIsFair(t *testing.T) {
	lib, err := Open(Config{Dirs: []string{t.TempDir()}})
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := lib.Any(nothing); ok {
		t.Error("an empty library plays something")
	}
	lib.now.Store(shelves(6, 4))
	const draws = 20_000
	got := map[string]int{}
	for range draws {
		track, _ := lib.Any(nothing)
		got[track.TrackID]++
	}
	want := draws / 10.0
	for id, n := range got {
		if math.Abs(float64(n)-want) > 6*math.Sqrt(want) {
			t.Errorf("%s came %d times of %d, want about %.0f", id, n, draws, want)
		}
	}
	if len(got) != 10 {
		t.Errorf("%d of 10 came", len(got))
	}
}
