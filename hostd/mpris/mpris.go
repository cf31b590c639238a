// Package mpris lets the desktop see and control what the host plays: media keys, the lock
// screen, the panel's player, playerctl. It speaks MPRIS 2.2 on the session bus of Linux; on
// other systems it does nothing.
//
// What maps to what, beside what the names say (org.mpris.MediaPlayer2.Player):
//
//	PlaybackStatus     Stopped without an item, else Playing or Paused
//	mpris:trackid      the queue item, not the song: the same song twice in a row is two of them
//	mpris:artUrl       file:// of a copy of the cover that this package writes (most desktops read nothing else)
//	xesam:comment      the name of the jam
//	Position           worked out when it is asked for
//	Previous           the beginning of the song: a jam has no way back
//	Stop               Pause: the jam goes on
//	Seek, SetPosition  within the item; Seek beyond its end is Next
//	Rate               always 1; setting it to 0 pauses, as the specification wants it
//	CanControl         always true, as desktops read it once; while Now.CanControl is false everything
//	                   else that begins with Can is false, and calls do nothing or fail
//	OpenUri, Quit      refused: songs come into the queue by the jam, and the daemon is the system's to end
//
// Everybody with the user's rights can call on the session bus, and a title may come from any file,
// so both are bounded: messages by size and number, values by range, texts by length. Nothing but
// what stands above goes out; errors of the host stay in its log.
package mpris

import (
	"context"
	"log/slog"
	"time"
)

// Remote is what the desktop sees and controls: the jam, or what the host plays alone.
// Its methods may be called by two goroutines at once.
type Remote interface {
	// Now tells what there is, and gives a channel that is closed when that has changed. Progress
	// alone is no change. It is asked at every look of the desktop, so it must not wait for anything.
	Now() (Now, <-chan struct{})

	// The commands come one after the other and each has 10 s. When one returns, Now must know what it did:
	// the next may build on it. Errors are logged, and reach the desktop without their text.
	Play(ctx context.Context) error
	Pause(ctx context.Context) error
	Next(ctx context.Context) error
	SeekTo(ctx context.Context, position time.Duration) error // at least 0, and at most the length where that is known
	SetVolume(ctx context.Context, percent int) error         // 0 to 100
}

// Now is what plays. The zero value is nothing, with nothing to control.
type Now struct {
	ItemID               string // of the queue item; empty when there is none
	Title, Artist, Album string // Artist and Album may be empty
	Length               time.Duration
	Position             time.Duration // at the instant At
	At                   time.Time
	Playing              bool
	Volume               int    // percent, 0 to 100
	CanControl           bool   // whether commands are taken
	HasNext              bool   // whether Next leads somewhere
	JamName              string // empty outside a jam

	// Art gives the cover as JPEG, at most 1 MiB and 4096 pixels a side; nil when there is none.
	// It is asked once an item, with 10 s.
	Art func(ctx context.Context) ([]byte, error)
}

// Config is what Serve needs.
type Config struct {
	Remote Remote

	// Covers is a directory for this package alone, made with mode 0700: pictures in it are removed. Empty: no covers.
	Covers string

	// Raise opens the console; nil when it cannot be opened.
	Raise func(ctx context.Context) error

	// Address of the bus, as the D-Bus specification writes it; unix sockets only. Empty is DBUS_SESSION_BUS_ADDRESS.
	Address string

	// Retry is the first wait after the bus was lost, doubled up to 1 min; 0 is 1 s.
	Retry time.Duration

	// Log takes what goes wrong, at level debug, as nobody misses a desktop that is not there; nil is slog.Default.
	Log *slog.Logger
}
