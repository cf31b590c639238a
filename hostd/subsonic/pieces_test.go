package subsonic

import (
	"math/rand/v2"
	"testing"
)

// Whatever is put in, in whatever order, pieces agree with one mark per byte.
func TestPiecesAgreeWithMarks(t *testing.T) {
	const size = 60
	r := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		var p pieces
		var marks [size]bool
		for range 1 + r.IntN(12) {
			from := r.Int64N(size)
			s := span{from, from + r.Int64N(size-from+1)}
			p = p.add(s)
			for i := s.from; i < s.to; i++ {
				marks[i] = true
			}
		}
		var there int64
		for at := range int64(size) {
			until := at
			for until < size && marks[until] {
				until++
			}
			if marks[at] {
				there++
			}
			if got := p.until(at); got != until {
				t.Fatalf("%v: from %d until %d, want %d", p, at, got, until)
			}
			end := until
			for end < size && !marks[end] {
				end++
			}
			missing, any := p.gap(at, size)
			if any != (until < size) || any && missing != (span{until, end}) {
				t.Fatalf("%v: the gap from %d on is %v, %v; want %d to %d", p, at, missing, any, until, end)
			}
		}
		if p.size() != there {
			t.Fatalf("%v: %d bytes, want %d", p, p.size(), there)
		}
		for i := 1; i < len(p); i++ {
			if p[i-1].to >= p[i].from {
				t.Fatalf("%v touch each other", p)
			}
		}
	}
	if missing, any := (pieces{{0, 5}}).gap(0, -1); !any || missing != (span{5, -1}) {
		t.Errorf("the gap of a song of unknown length is %v, %v", missing, any)
	}
}
