package lan

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"soul-jam/shared/code"
)

const (
	// Service is the DNS-SD type under which jams are announced.
	Service = "_soul-jam._tcp"

	domain = "local"

	// version is the TXT record's v, the version of the jam protocol.
	version = "1"

	// maxName, maxPath and maxPeer cap TXT values, in bytes. A TXT string holds 255 with
	// its key, and the whole answer should fit one Ethernet frame.
	maxName = 100
	maxPath = 100
	maxPeer = 100

	// maxLabel is how many bytes DNS allows in an instance name (RFC 1035).
	maxLabel = 63
)

// Announcement is what a running jam says about itself on the LAN.
type Announcement struct {
	// Name of the jam, as people see it. What cannot be shown (control characters, bidi
	// marks) is left out, and it is cut at 100 bytes.
	Name string

	// Code is the jam's share code, here readable by everybody on the LAN.
	Code code.Code

	// Path of the jam's page on Port, beginning with a slash.
	Path string

	// Peer is the host's libp2p peer id; empty leaves it out.
	Peer string

	// Port of the LAN listener.
	Port int

	// Interfaces to announce on, by name; none means all that are up and multicast,
	// without loopback.
	Interfaces []string
}

// check reports what in an Announcement is wrong by the caller's doing.
func (a Announcement) check() error {
	switch {
	case a.Code == "":
		return errors.New("it has no share code")
	case a.Port < 1 || a.Port > 65535:
		return fmt.Errorf("port %d is not between 1 and 65535", a.Port)
	case !strings.HasPrefix(a.Path, "/") || len(a.Path) > maxPath:
		return fmt.Errorf("its path does not begin with a slash or is longer than %d bytes", maxPath)
	}
	return CheckInterfaces(a.Interfaces)
}

// text returns the TXT record: v first (RFC 6763 asks for it there), then the rest.
func (a Announcement) text() []string {
	text := []string{
		"v=" + version,
		"name=" + showable(a.Name, maxName),
		"code=" + a.Code.String(),
		"path=" + showable(a.Path, maxPath),
	}
	if peer := showable(a.Peer, maxPeer); peer != "" {
		text = append(text, "peer="+peer)
	}
	for i := range text {
		// The DNS library reads a backslash as the start of an escape.
		text[i] = strings.ReplaceAll(text[i], `\`, `\\`)
	}
	return text
}

// instance returns the service's instance name, escaped as DNS names are written. zeroconf does not
// look whether a name is taken, so the code makes it the jam's own.
func (a Announcement) instance() string {
	suffix := " " + a.Code.String()
	return escapeLabel(strings.TrimSpace(showable(a.Name, maxLabel-len(suffix)) + suffix))
}

// HostName returns the .local name that a jam's announcement gives to this machine. It is not
// the machine's own name: that belongs to the system's mDNS responder, which would take a second
// answer for a conflict, and whose records our farewell would delete everywhere.
func HostName(c code.Code) string { return "soul-jam-" + strings.ToLower(c.String()) + ".local" }

// maxMarks is the most combining marks on one letter. Vietnamese and Hebrew need three; towers of
// them spill over the lines around.
const maxMarks = 4

// showable makes one line of s: valid UTF-8 without control, bidi and other invisible
// characters, at most limit bytes, cut between characters.
func showable(s string, limit int) string {
	var line strings.Builder
	marks := 0
	for _, r := range strings.ToValidUTF8(s, "") {
		if unicode.IsSpace(r) || r == brailleBlank {
			r = ' '
		}
		if !unicode.IsPrint(r) || unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector) {
			continue
		}
		if marks++; !unicode.IsMark(r) {
			marks = 0
		}
		if marks > maxMarks {
			continue
		}
		if line.Len()+utf8.RuneLen(r) > limit {
			break
		}
		line.WriteRune(r)
	}
	return strings.TrimSpace(line.String())
}

// brailleBlank looks like a space and is none.
const brailleBlank = '\u2800'

// escapeLabel writes one DNS label the way that the DNS library shows a name it
// received (RFC 1035, section 5.1): only so does a question for this very instance
// compare equal, and a dot in the jam's name does not become a new label.
func escapeLabel(label string) string {
	var escaped strings.Builder
	for i := range len(label) {
		switch b := label[i]; {
		case strings.IndexByte(`. '@;()"\`, b) >= 0:
			escaped.WriteByte('\\')
			escaped.WriteByte(b)
		case b < ' ' || b > '~':
			fmt.Fprintf(&escaped, `\%03d`, b)
		default:
			escaped.WriteByte(b)
		}
	}
	return escaped.String()
}
