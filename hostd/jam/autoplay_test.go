package jam

import (
	"slices"
	"testing"

	"soul-jam/shared/wire"
)

// TestTonightIsRemembered Y3: what the session before heard is passed on, and autoplay takes something else first.
func TestTonightIsRemembered(t *testing.T) {
	solo := newSolo(t, SoloSettings(), chance(1))
	host := solo.jam.HostSeat()
	solo.step(host, "", Add{Track: library("t1")})
	solo.step("", "", TrackEnded{Item: solo.jam.Sound().Current.ID})
	if heard := solo.jam.Heard(); !slices.Equal(heard, []string{"t1", "r1"}) {
		t.Fatalf("heard alone: %v", heard)
	}
	w := foundWorld(t, Founding{ID: "jam-1", ShareCode: "HQRS-2K4M", Settings: wire.DefaultSettings(), Heard: solo.jam.Heard()}, chance(2))
	w.step(w.jam.HostSeat(), "", Add{Track: library("t2")})
	w.step("", "", TrackEnded{Item: w.jam.Sound().Current.ID})
	if now := w.jam.Sound().Current.TrackID; now != "r2" {
		t.Errorf("autoplay takes %s, want r2, which was not heard tonight", now)
	}
	if heard := w.jam.Heard(); !slices.Equal(heard, []string{"t1", "r1", "t2", "r2"}) {
		t.Errorf("heard by then: %v", heard)
	}
}
