// Package server builds the parts of hostd and runs them: the program as a value,
// started by main and, the same, by tests.
package server

import (
	"io"
	"log/slog"
)

// Config is what the flags of `hostd serve` say.
type Config struct {
	// Listen is the address for guests on the LAN; port 0 = any free one.
	Listen string
	// Console is the address of the host's console; loopback only.
	Console string
	// ListenFixed and ConsoleFixed: somebody asked for this very port, so that a
	// taken one is an error. Else the next free one is used.
	ListenFixed, ConsoleFixed, P2PFixed bool
	// Data directory: the bbolt file and the host's token.
	Data string
	// Check is the command, to which the path is added, that checks a data file in a process of its own: `hostd check --file`.
	// Nil checks in this process, which some damage would end.
	Check []string
	// Music folders.
	Music []string
	// Player is auto, mpv or silent.
	Player string
	// Name is the host's display name.
	Name string
	// Start a jam of that name at once, unless one is resumed; "" = do not.
	Start string
	// MDNS announces the running jam on the LAN.
	MDNS bool
	// MDNSInterfaces to announce on; none = all that are up and multicast.
	MDNSInterfaces []string
	// AllowHosts are further Host names to answer to.
	AllowHosts []string
	// Relay is the soul-server's URL; "" = guests come by the LAN alone.
	Relay string
	// WebRTC is the address of the direct paths of guests from elsewhere, UDP and TCP; "" = none.
	WebRTC string
	// P2P is the address, UDP and TCP, of members who run the program themselves; "" = none.
	P2P string
	// MaxCalls is how many data channels there may be at once; 0 = 256.
	MaxCalls int
	// Loopback allows direct paths on this very machine, for tests.
	Loopback bool
	// MaxPerAddress connections that have not joined yet, per address.
	MaxPerAddress int
	// PrintConsole prints the console's address with the token: for a terminal, not for a log.
	PrintConsole bool
	// MPRIS shows what plays to the desktop, and lets its media keys control it.
	MPRIS bool
	// OpenConsole opens the console's address on the desktop; nil where there is none.
	OpenConsole func(link string) error
	// Out gets the lines that people and scripts read.
	Out io.Writer
	Log *slog.Logger
}
