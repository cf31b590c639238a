package visitor

import (
	"context"
	"strings"
	"time"

	"soul-jam/hostd/lan"
)

const (
	// lanWithin: a jam that has not answered by then is not announced on this LAN.
	lanWithin = 2 * time.Second
	// lanGrace: a host that was found elsewhere is waited for on the LAN this much longer, for the shorter way.
	lanGrace = 300 * time.Millisecond
	// maxMatches of announcements are asked who they are; a flood of forged ones costs no more.
	maxMatches = 32
)

// Nearby tells of the jams that are announced on this LAN until ctx ends: lan.Browser's Run.
type Nearby func(ctx context.Context, told func([]lan.Nearby))

// Browse is Nearby by mDNS on those network interfaces; none means all.
func Browse(interfaces []string) Nearby {
	return func(ctx context.Context, told func([]lan.Nearby)) {
		(&lan.Browser{Interfaces: interfaces, Told: told}).Run(ctx)
	}
}

// matching are those that the target may mean: by code, else by the whole name, else by how the name begins.
func matching(t Target, jams []lan.Nearby) []lan.Nearby {
	var coded, named, begun []lan.Nearby
	name := strings.ToLower(t.Name)
	for _, jam := range jams {
		switch known := strings.ToLower(jam.Name); {
		case t.Code != "" && jam.Code == t.Code:
			coded = append(coded, jam)
		case name == "":
		case known == name:
			named = append(named, jam)
		case strings.HasPrefix(known, name):
			begun = append(begun, jam)
		}
	}
	for _, found := range [][]lan.Nearby{coded, named, begun} {
		if len(found) > 0 {
			return found[:min(len(found), maxMatches)]
		}
	}
	return nil
}
