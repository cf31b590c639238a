// Package player makes the jam audible on the host's machine.
//
// A Player is told what is wanted, not what to do: [Player.Want] carries the
// whole wish (this item, then that one, playing or not, how loud), the latest
// wish wins, and the player brings reality to it and says on
// [Player.Reports] what really happens. So the session never waits for sound,
// and a player that was away (mpv killed, audio device unplugged) needs
// nobody to repeat what it missed.
//
// There are two: [NewMPV] drives one mpv process for the life of the daemon,
// [NewSilent] advances in real time without sound. [New] picks one by name.
// mpv needs a socket inherited by the child, which Windows does not offer
// here: there NewMPV always fails and "auto" is the silent player.
//
// The path of a click: Want (player.go) → what should sound now (plan.go) →
// making mpv agree (deck.go) → what mpv says happened (events.go) → Report.
// output.go holds what is done about a lost audio device, device.go the choice
// of one, gain.go how loud a file is, source.go what may be opened,
// process*.go and flags.go how mpv is started, ipc.go the lines spoken with it.
package player

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Player makes heard what it is told to want.
type Player interface {
	// Want replaces what is to be heard. It never blocks, may be called from
	// any goroutine, and does nothing when the wish is the same as before.
	// After Close it is without effect.
	Want(Want)
	// Reports is what really happens, in order. A reader that lags never holds
	// the player up: positions are then coalesced to the latest, everything
	// else is kept. Close closes the channel; what was not read is dropped.
	Reports() <-chan Report
	// Outputs is what Want.Output can be, the system's choice apart. A player
	// without a choice has none.
	Outputs(ctx context.Context) ([]Output, error)
	// Close ends the sound and everything the player started (process,
	// goroutines) and returns when that is done. Further calls do nothing.
	Close() error
}

// Want is everything there is to want of a player.
type Want struct {
	// Item is the queue item to be heard now; "" is silence. An item that has
	// ended is not played again because it is still wanted, only when Jump has
	// been raised: the player is already on to Next by then.
	Item string
	// Path is Item's file, absolute, or an address of hostd's own server of
	// streams, see [CheckSource]. Silent does without when it is "".
	Path string
	// Header goes with an address: one line "Name: value", or "".
	Header string
	// Gain is by how many dB Item is made louder than its file, so that songs
	// are equally loud; kept between -40 and +24. It is looked at when Item is
	// loaded: what is heard already never jumps.
	Gain float64
	// Peak is how far the file's samples reach, in dBFS; 0, which is full
	// scale, also when that is unknown. Where Gain would take them over full
	// scale a limiter stops them.
	Peak float64
	// Duration is Item's length. Only silent needs it; 0 is unknown.
	Duration time.Duration

	// Next follows Item without a gap and without being asked for again; ""
	// is none. It may change or vanish until the moment Item ends.
	Next         string
	NextPath     string
	NextDuration time.Duration
	NextHeader   string
	// NextGain and NextPeak take effect with Next's first sample. They may
	// change until then.
	NextGain, NextPeak float64

	// Position is where Item begins when it is not loaded yet, and where to go
	// when Jump has changed; at any other time it is not looked at.
	Position time.Duration
	// Jump is raised by one with each seek.
	Jump uint64
	// Playing is false for a pause. An item can be loaded while paused.
	Playing bool
	// Volume is 0 (mute) to 100 (as recorded); what is outside is clamped.
	Volume int
	// Output is the Name of one of [Player.Outputs]; "" is the system's choice,
	// whatever that is at the time. One that is not there is a lost output.
	Output string
}

// Output is a device that can be chosen.
type Output struct {
	// Name is the player's own for it, which stays the same: "pulse/…".
	Name string
	// Description is for people.
	Description string
}

// Report is one thing that happened.
type Report struct {
	Kind Kind
	// Item is the queue item that it is about, "" when there is none.
	Item string
	// Position is Item's at the time At, never negative.
	Position time.Duration
	// Playing says that Position moves. It does not, though it is wanted, while
	// a stream is waited for.
	Playing bool
	// Anew: it is the first position after a start, a seek, a pause or whatever
	// else held the sound up, and so more than one of the many in between.
	Anew bool
	// At is when the player saw it, with a monotonic reading, for a reader
	// that lags and has to say where the music is now.
	At time.Time
	// Reason is set with Ended.
	Reason Reason
	// Err is set with ReasonError and OutputLost, in words for a log.
	Err error
}

// Kind tells reports apart.
type Kind string

const (
	// Started: Item is loaded and heard (or would be but for the pause). Once
	// per item, before any other report about it but a failing one's Ended.
	Started Kind = "started"
	// Position: at once after a seek, a pause and a resume, and about once a
	// second while playing, also while a stream is waited for.
	Position Kind = "position"
	// Ended: Item is over, by itself; an item replaced by another wish is not
	// reported as ended. The player goes on with Next if there is one, also
	// after a failure: whether the jam stops is for the session to say.
	Ended Kind = "ended"
	// OutputLost: nothing can be heard for now (no audio device, mpv keeps
	// ending). Item is not to blame, stays, and its clock stands still, which a
	// Position without Playing repeats every second. Once, until OutputBack.
	OutputLost Kind = "output_lost"
	// OutputAway: the output that is wanted is not there. What sounds goes on where
	// the system puts it, and on the wanted one when it is there again: OutputHome.
	// Where the system puts it nowhere, OutputLost follows.
	OutputAway Kind = "output_away"
	// OutputHome: the output that is wanted is there again, or another one is wanted.
	OutputHome Kind = "output_home"
	// OutputBack: there is sound again, Item goes on where it was.
	OutputBack Kind = "output_back"
)

// Reason is why an item ended.
type Reason string

const (
	// ReasonEOF: it was played to its end.
	ReasonEOF Reason = "eof"
	// ReasonError: it could not be played, or no further; see Report.Err.
	ReasonError Reason = "error"
)

// The names of players, as in hostd's --player.
const (
	Auto       = "auto"
	NameMPV    = "mpv"
	NameSilent = "silent"
)

// ErrNoOutput means that mpv runs but found no audio output to open.
var ErrNoOutput = errors.New("no audio output could be opened")

// Chosen is what New made.
type Chosen struct {
	Player Player
	// Name is NameMPV or NameSilent.
	Name string
	// Warning says, in a sentence for the host, why "auto" did not become mpv.
	Warning error
}

// New makes the player of that name. Auto is mpv if mpv can be started and
// opens an audio output, which is tried out and not guessed, else silent with
// a warning. ctx bounds the start only.
func New(ctx context.Context, name string, cfg Config) (Chosen, error) {
	switch name {
	case NameSilent:
		return Chosen{Player: NewSilent(), Name: NameSilent}, nil
	case NameMPV, Auto:
	default:
		return Chosen{}, fmt.Errorf("there is no player %q: use %s, %s or %s", name, Auto, NameMPV, NameSilent)
	}
	mpv, err := NewMPV(ctx, cfg)
	switch {
	case err == nil:
		return Chosen{Player: mpv, Name: NameMPV}, nil
	case name == Auto && ctx.Err() == nil:
		warning := fmt.Errorf("the music will not be heard here, the silent player is used: %w", err)
		return Chosen{Player: NewSilent(), Name: NameSilent, Warning: warning}, nil
	}
	return Chosen{}, err
}
