package session

import (
	"time"

	"soul-jam/shared/wire"
)

// Sounding is what plays on this machine, in the jam or in the solo session.
type Sounding struct {
	Item  string // of the queue; "" = nothing, then there is no Track
	Track wire.TrackInfo
	// Position is where the sound was At; it moves on from there while it is Playing.
	Position time.Duration
	At       time.Time // on the session's clock: see House.Now
	Playing  bool
	Volume   int // 0 to 100
	// HasNext: something follows by itself, also what autoplay has in mind.
	HasNext bool
	// Name of the jam; "" for one without, and for the solo session.
	Name string
}

// sounding is what was published last.
type sounding struct {
	Sounding
	changed chan struct{} // closed when there is a newer one
}

// Sounding tells what plays, as it is on disk, and gives what is closed when that changes. It never waits for the house.
func (h *House) Sounding() (Sounding, <-chan struct{}) {
	s := h.sounding.Load()
	return s.Sounding, s.changed
}

func (h *House) publishSounding() {
	before := h.sounding.Load()
	now := h.sounds()
	if before != nil && before.Sounding == now {
		return
	}
	h.sounding.Store(&sounding{now, make(chan struct{})})
	if before != nil {
		close(before.changed)
	}
}

func (h *House) sounds() Sounding {
	if h.jam == nil {
		return Sounding{Volume: h.wish.Volume}
	}
	if why, _ := h.jam.Ended(); why != "" {
		return Sounding{Volume: h.jam.Sound().Playback.Volume}
	}
	s := h.jam.Sound()
	now := Sounding{
		Position: time.Duration(s.Playback.PositionMS) * time.Millisecond, At: time.UnixMilli(s.Playback.AtMS),
		Playing: s.Playback.Playing, Volume: s.Playback.Volume, HasNext: s.Next != nil,
	}
	if s.Current != nil {
		now.Item, now.Track = s.Current.ID, s.Current.TrackInfo
	}
	if name := h.jam.Landing().Name; name != nil && !h.jam.Solo() {
		now.Name = *name
	}
	return now
}
