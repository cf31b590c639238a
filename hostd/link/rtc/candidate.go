package rtc

import (
	"net"
	"net/netip"
	"strings"

	"github.com/pion/ice/v4"
	"github.com/pion/webrtc/v4"
)

// maxCandidates is how many of a guest's candidates are believed per description. A
// browser with ten interfaces has about 30. What comes after them is dropped.
const maxCandidates = 64

// maxCandidate is how long one candidate may be, in bytes; usual are 100.
const maxCandidate = 512

// Candidate is an address that the other side may reach this one at, in the form
// that browsers give and take (RTCIceCandidateInit).
type Candidate struct {
	Candidate        string  `json:"candidate"`
	SDPMid           *string `json:"sdpMid,omitempty"`
	SDPMLineIndex    *uint16 `json:"sdpMLineIndex,omitempty"`
	UsernameFragment *string `json:"usernameFragment,omitempty"`
}

// gate decides on a guest's candidates.
type gate struct {
	loopback bool // believe addresses of this machine: in tests only
	streams  bool // TCP may be dialled
}

// admit reads a candidate. ok is false when it is not to be used; local is its name
// when it names its address by multicast DNS, as browsers do to hide it.
func (g gate) admit(text string) (c ice.Candidate, local string, ok bool) {
	if len(text) > maxCandidate {
		return nil, "", false
	}
	c, err := ice.UnmarshalCandidate(strings.TrimPrefix(text, "candidate:"))
	if err != nil || c.Component() != ice.ComponentRTP || c.Port() <= 0 {
		return nil, "", false
	}
	// We listen for TCP and never dial: a host that dialled wherever a guest says
	// would try the doors of its own network for it.
	if c.NetworkType().IsTCP() && !g.streams {
		return nil, "", false
	}
	if strings.HasSuffix(c.Address(), ".local") {
		return c, c.Address(), c.Type() == ice.CandidateTypeHost && plainName(c.Address())
	}
	addr, err := netip.ParseAddr(c.Address())
	if err != nil {
		return nil, "", false // a name: whoever resolves it tells its name server who is asking
	}
	return c, "", g.allows(addr)
}

// plainName: as browsers make them, a UUID and `.local`.
func plainName(name string) bool {
	name = strings.TrimSuffix(name, ".local")
	return len(name) > 0 && len(name) <= 63 && strings.Trim(strings.ToLower(name), "0123456789abcdefghijklmnopqrstuvwxyz-") == ""
}

// allows tells whether a guest can be at an address. Private ranges can: that is the
// Wi-Fi, and the best path of all.
func (g gate) allows(addr netip.Addr) bool {
	addr = addr.Unmap()
	if addr.IsLoopback() {
		return g.loopback
	}
	return addr.IsGlobalUnicast() && addr != netip.AddrFrom4([4]byte{255, 255, 255, 255})
}

func (g gate) allowsIP(ip net.IP) bool {
	addr, ok := netip.AddrFromSlice(ip)
	return ok && g.allows(addr)
}

// at gives the text of a candidate with the address in place of its name.
func at(text, name string, addr netip.Addr) string {
	return strings.Replace(text, name, addr.String(), 1)
}

func (c Candidate) init() webrtc.ICECandidateInit {
	return webrtc.ICECandidateInit{
		Candidate: c.Candidate, SDPMid: c.SDPMid, SDPMLineIndex: c.SDPMLineIndex, UsernameFragment: c.UsernameFragment,
	}
}

// ours makes the Candidate that is told to the other side.
func ours(text string, d *description) *Candidate {
	first := uint16(0)
	return &Candidate{Candidate: text, SDPMid: &d.mid, SDPMLineIndex: &first, UsernameFragment: &d.ufrag}
}
