package session

import (
	"time"

	"soul-jam/shared/wire"
)

// View is what anyone may know at this moment; it never changes once published.
type View struct {
	SessionID string // "" = no jam runs
	ShareCode string
	Landing   wire.Landing
	Seq       uint64
	// CurrentTrack is the library's id of what plays, for the public cover; "" = nothing.
	CurrentTrack string
	// Solo is the code of the host's solo session, "" without one. The console's face alone knows of it.
	Solo string
	// SoundLost: there is no audio output for now.
	SoundLost bool
	// OutputAway: the chosen one is not there, and the music plays where the system puts it.
	OutputAway bool
	// CannotPlay: the music rests because songs in a row could not be played.
	CannotPlay bool
	// Disk is why the last change could not be saved; nil = it was.
	Disk  error
	ended map[string]ending // by share code
}

// Find tells what a share code stands for: nil = the running jam; else
// session_ended for EndedKept after the end, or session_not_found.
func (v *View) Find(shareCode string, now time.Time) *wire.Error {
	if v.SessionID != "" && v.ShareCode == shareCode {
		return nil
	}
	if e, ok := v.ended[shareCode]; ok && now.Sub(e.at) < wire.EndedKept {
		return wire.RefuseEnded(e.reason)
	}
	return wire.Refuse(wire.CodeSessionNotFound)
}

// FindOn is Find on one face: on the console the solo session is found, too.
func (v *View) FindOn(console bool, shareCode string, now time.Time) *wire.Error {
	if console && v.Solo != "" && v.Solo == shareCode {
		return nil
	}
	return v.Find(shareCode, now)
}

// Ended are the codes of jams that ended within EndedKept, with the reason.
func (v *View) Ended(now time.Time) map[string]wire.EndReason {
	codes := map[string]wire.EndReason{}
	for code, e := range v.ended {
		if now.Sub(e.at) < wire.EndedKept {
			codes[code] = e.reason
		}
	}
	return codes
}

// View gives the latest view, without waiting for the house.
func (h *House) View() *View { return h.view.Load() }

// publish makes the view of what is on disk now.
func (h *House) publish() {
	v := &View{ended: h.ended, SoundLost: h.lost, OutputAway: h.away, Disk: h.disk}
	running := h.jam != nil
	if running {
		why, _ := h.jam.Ended()
		running = why == ""
	}
	switch {
	case running && h.jam.Solo():
		v.Solo, v.Seq = h.jam.ShareCode(), h.jam.Seq()
	case running:
		v.SessionID, v.ShareCode, v.Landing, v.Seq = h.jam.ID(), h.jam.ShareCode(), h.jam.Landing(), h.jam.Seq()
		if current := h.jam.Sound().Current; current != nil {
			v.CurrentTrack = current.TrackID
		}
	}
	v.CannotPlay = running && h.jam.Sound().Stuck
	before := h.view.Swap(v)
	if before == nil || before.SessionID != v.SessionID || before.Landing.Name != v.Landing.Name {
		rouse(h.news)
	}
	rouse(h.shown)
	h.publishSounding()
}

func rouse(sleeper chan<- struct{}) {
	select {
	case sleeper <- struct{}{}:
	default:
	}
}
