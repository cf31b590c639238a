package server

import (
	"slices"
	"strings"

	"soul-jam/hostd/lan"
	"soul-jam/shared/wire"
)

// nearby lists the jams announced on this LAN, for the console.
func (s *server) nearby() []wire.NearbyJam {
	return nearbyOf(s.browser.Jams(), s.house.View().ShareCode, s.addresses())
}

// nearbyOf marks our own among the jams that are announced. What another machine announces
// under our code is not our own; what we announced ourselves and have ended is nobody's any more.
func nearbyOf(announced []lan.Nearby, shareCode string, here []string) []wire.NearbyJam {
	jams := []wire.NearbyJam{}
	for _, jam := range announced {
		ledHere := slices.ContainsFunc(here, func(url string) bool { return strings.HasPrefix(jam.URL, url+"/") })
		own := ledHere && jam.Code.String() == shareCode
		if own || !ledHere {
			jams = append(jams, wire.NearbyJam{Name: jam.Name, Code: jam.Code.String(), URL: jam.URL, Own: own})
		}
	}
	return jams
}
