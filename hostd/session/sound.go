package session

import (
	"time"

	"soul-jam/hostd/jam"
	"soul-jam/hostd/player"
	"soul-jam/shared/wire"
)

// sound tells the player what the jam wants, when that has changed. When the
// current item's file cannot be had it returns the round that says so.
func (h *House) sound() func(*batch) {
	want := player.Want{Jump: h.jumps, Volume: h.wish.Volume, Output: h.output}
	var gone func(*batch)
	var s jam.Sound
	moved := h.moved()
	if h.jam != nil {
		s = h.due()
		want.Playing, want.Volume = s.Playback.Playing, s.Playback.Volume
		h.volume = want.Volume
		if f, err := h.file(s.Current, moved); err != nil {
			want.Duration = length(s.Current)
			gone = h.missing(s, err)
		} else if s.Current != nil {
			f.current(&want)
			want.Duration = length(s.Current)
		}
		if f, err := h.file(s.Next, moved); err == nil && s.Next != nil {
			f.next(&want)
			want.NextDuration = length(s.Next)
		}
	}
	h.expect(s)
	if want == h.wish {
		return gone
	}
	h.wish = want
	if h.jam != nil {
		want.Position = h.position(s)
	}
	h.cfg.Player.Want(want)
	return gone
}

// missing is the round after a file could not be had. While the sound rests, as
// after three failures in a row, the item waits: a lost disk must not eat the queue.
func (h *House) missing(s jam.Sound, err error) func(*batch) {
	if !s.Playback.Playing {
		return nil
	}
	h.cfg.Log.Warn("a track cannot be opened", "track", s.Current.TrackID, "error", err)
	return func(b *batch) { b.over(jam.TrackEnded{Item: s.Current.ID, Failed: true, Reason: "its file is gone"}) }
}

func length(item *wire.JamQueueItem) time.Duration {
	return time.Duration(item.TrackInfo.DurationMS) * time.Millisecond
}

// heard takes the player's word into the jam.
func (h *House) heard(b *batch, r player.Report) {
	switch r.Kind {
	case player.OutputLost:
		h.lost = true
		h.cfg.Log.Warn("nothing can be heard for now: the player tries again", "error", r.Err)
	case player.OutputAway, player.OutputHome:
		h.away = r.Kind == player.OutputAway
	case player.OutputBack:
		h.lost = false
		h.cfg.Log.Info("the sound is back")
	}
	if h.jam == nil {
		return
	}
	switch r.Kind {
	case player.OutputLost:
		b.step("", "", jam.Position{Item: r.Item, PositionMS: r.Position.Milliseconds(), Anew: true, Held: true}, nil, nil)
	case player.Started, player.Position:
		at := r.Position
		if r.Playing {
			at += time.Since(r.At)
		}
		b.step("", "", jam.Position{Item: r.Item, PositionMS: at.Milliseconds(), Anew: r.Anew, Held: !r.Playing}, nil, nil)
	case player.Ended:
		end := jam.TrackEnded{Item: r.Item}
		if r.Reason == player.ReasonError {
			end.Failed, end.Reason = true, "it could not be played"
			h.cfg.Log.Warn("a track could not be played", "item", r.Item, "error", r.Err)
		}
		b.over(end)
	}
}
