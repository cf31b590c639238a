package server

import (
	"slices"
	"testing"

	"soul-jam/hostd/lan"
	"soul-jam/shared/code"
	"soul-jam/shared/wire"
)

func TestOwnAmongTheJamsNearby(t *testing.T) {
	at := func(base string, c code.Code) lan.Nearby {
		return lan.Nearby{Name: "Friday", Code: c, URL: base + "/jam/" + c.String()}
	}
	const wifi, cable, theirs = "http://192.168.1.5:7420", "http://10.0.0.5:7420", "http://192.168.1.50:7420"
	announced := []lan.Nearby{
		at(cable, "HQRS-2K4M"), at(wifi, "HQRS-2K4M"), // ours
		at(theirs, "HQRS-2K4M"),                     // our code on another machine
		at(wifi, "ABCD-2345"),                       // ours, over, and not yet forgotten
		at("http://192.168.1.5:74201", "XYZA-2345"), // another program on this machine
	}
	row := func(jam lan.Nearby, own bool) wire.NearbyJam {
		return wire.NearbyJam{Name: jam.Name, Code: jam.Code.String(), URL: jam.URL, Own: own}
	}
	want := []wire.NearbyJam{row(announced[0], true), row(announced[1], true), row(announced[2], false), row(announced[4], false)}
	if got := nearbyOf(announced, "HQRS-2K4M", []string{wifi, cable}); !slices.Equal(got, want) {
		t.Errorf("nearby %+v, want %+v", got, want)
	}
	if got := nearbyOf(announced[:1], "", []string{wifi, cable}); got == nil || len(got) != 0 {
		t.Errorf("without a jam: %+v", got)
	}
}
