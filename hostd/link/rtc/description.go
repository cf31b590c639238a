package rtc

import (
	"errors"
	"strings"
)

// MaxSDP is how long an offer or an answer may be, in bytes. Ours are under 2 KiB, a
// browser's with all its candidates under 6.
const MaxSDP = 16 << 10

// What an offer can be refused for.
var (
	ErrSDPTooLong = errors.New("the description is longer than 16 KiB")
	ErrNoJam      = errors.New("the description is not of one data channel and nothing else")
	errOtherPeer  = errors.New("the new offer is not by the one who called")
)

// description is what we ourselves read from an SDP; the rest is the library's.
type description struct {
	text         string // without its candidates
	candidates   []string
	mid          string
	ufrag        string
	fingerprints []string // "sha-256 AA:BB:…", in upper case behind the algorithm
}

// readDescription checks an SDP from outside. Candidates are taken out of it, so that
// they pass the same gate as those which trickle in later.
func readDescription(sdp string) (*description, error) {
	if len(sdp) > MaxSDP {
		return nil, ErrSDPTooLong
	}
	if oddLines(sdp) {
		return nil, ErrNoJam
	}
	d := &description{}
	var text strings.Builder
	sections := 0
	for line := range strings.Lines(sdp) {
		line = strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r")
		name, value, _ := strings.Cut(line, ":")
		switch {
		case strings.HasPrefix(line, "m="):
			sections++
			if !strings.HasPrefix(line, "m=application ") || !strings.HasSuffix(line, " webrtc-datachannel") {
				return nil, ErrNoJam
			}
		case name == "a=candidate":
			d.candidates = append(d.candidates, "candidate:"+value)
			continue
		case name == "a=end-of-candidates":
			continue
		case name == "a=mid":
			d.mid = value
		case name == "a=ice-ufrag":
			d.ufrag = value
		case name == "a=fingerprint":
			algorithm, print, _ := strings.Cut(value, " ")
			d.fingerprints = append(d.fingerprints, strings.ToLower(algorithm)+" "+strings.ToUpper(print))
		}
		text.WriteString(line)
		text.WriteString("\r\n")
	}
	if sections != 1 {
		return nil, ErrNoJam
	}
	d.text = text.String()
	return d, nil
}

// oddLines tells of line ends that the library sees and we would not, behind which
// something could be hidden from us, and of other control characters.
func oddLines(sdp string) bool {
	return strings.ContainsFunc(strings.ReplaceAll(sdp, "\r\n", "\n"), func(r rune) bool {
		return r < ' ' && r != '\n' && r != '\t'
	})
}

// only tells whether the description names exactly this certificate.
func (d *description) only(fingerprint string) bool {
	want := "sha-256 " + strings.ToUpper(fingerprint)
	for _, f := range d.fingerprints {
		if f != want {
			return false
		}
	}
	return len(d.fingerprints) > 0
}

// by tells whether both descriptions name the same certificates.
func (d *description) by(other *description) bool {
	return strings.Join(d.fingerprints, "\n") == strings.Join(other.fingerprints, "\n")
}

// withCandidates gives an SDP of one section with more candidates at its end.
func withCandidates(sdp string, candidates []string) string {
	var text strings.Builder
	text.WriteString(sdp)
	for _, c := range candidates {
		text.WriteString("a=" + c + "\r\n")
	}
	return text.String()
}
