package jam

import (
	"time"

	"soul-jam/shared/wire"
)

// The commands on the sound are the wire's own.
type (
	Play      wire.Play
	Pause     wire.Pause
	Skip      wire.Skip
	Seek      wire.Seek
	SetVolume wire.SetVolume
)

// TrackEnded is the player's word that an item came to its end by itself.
type TrackEnded struct {
	Item   string
	Failed bool
	Reason string // a sentence for people when it failed
}

// Position is the player's word about where the sound really is.
type Position struct {
	Item       string
	PositionMS int64
	// Anew: the sound has just begun, was sought in or was held up.
	Anew bool
	// Held: the sound does not move.
	Held bool
}

func (Play) name() string       { return "play" }
func (Pause) name() string      { return "pause" }
func (Skip) name() string       { return "skip" }
func (Seek) name() string       { return "seek" }
func (SetVolume) name() string  { return "set_volume" }
func (TrackEnded) name() string { return "track_ended" }
func (Position) name() string   { return "position" }

// failuresInARow pause the jam: a lost disk must not run through the whole queue in a second.
const failuresInARow = 3

// next starts the first upcoming item, one from the library when there is none and
// autoplay is on, or falls silent.
func (j *Jam) next(now time.Time, how wire.Outcome, playing bool) {
	if len(j.upcoming) == 0 {
		j.autoplay(now, how)
	}
	if len(j.upcoming) == 0 {
		j.start(now, nil, how, false)
		return
	}
	j.start(now, &j.first(how).JamQueueItem, how, playing)
}

// first is the item that begins when the current one comes to its end in that way.
func (j *Jam) first(how wire.Outcome) *waiting {
	if len(j.upcoming) == 1 || how != wire.OutcomeVotedOut || j.settings.QueueOrder != wire.OrderFair || j.current.AddedBy == nil {
		return j.upcoming[0]
	}
	// A song that is voted out is no turn: that may bring another song of the same person to the front.
	l := j.lineOf(j.current.AddedBy)
	l.turns--
	defer func() { l.turns++ }()
	return j.arrange(j.upcoming)[0]
}

// start makes item the current one (nil: silence); how is the outcome of the one
// before it, playing whether its sound begins or waits for play.
func (j *Jam) start(now time.Time, item *wire.JamQueueItem, how wire.Outcome, playing bool) {
	if j.current == nil {
		how = ""
	} else if how == wire.OutcomeFinished && j.current.AddedBy != nil {
		j.entry.Finished = j.current.TrackID
	}
	if item == nil {
		j.emit(wire.NowPlaying{Previous: how})
		j.sound(now, false, 0)
		return
	}
	begins := *item
	at := wire.At(now)
	begins.PlayedAt = &at
	j.emit(wire.NowPlaying{Item: &begins, Previous: how})
	j.sound(now, playing && j.failures < failuresInARow, 0)
	j.settle(how == wire.OutcomeVotedOut && j.settings.QueueOrder == wire.OrderFair)
	j.note(wire.NoticeNowPlaying, wire.LevelInfo, "Now playing "+quoted(begins.TrackInfo), "track", begins.TrackInfo.Title)
	j.noteUpNext()
}

// sound tells where the sound stands from now on.
func (j *Jam) sound(now time.Time, playing bool, positionMS int64) {
	j.emit(wire.Playback{Playing: playing, PositionMS: positionMS, AtMS: now.UnixMilli(), Volume: j.playback.Volume})
}

// PositionMS is where the sound should be at now.
func (j *Jam) PositionMS(now time.Time) int64 {
	p := j.playback
	if !p.Playing {
		return p.PositionMS
	}
	return j.withinTrack(p.PositionMS + j.elapsed(now))
}

// elapsed is how long the sound has moved since the last playback event; call it only while playing.
func (j *Jam) elapsed(now time.Time) int64 { return max(0, now.UnixMilli()-j.playback.AtMS) }

// withinTrack keeps a position inside the current track; a track of unknown length has no end to keep to.
func (j *Jam) withinTrack(ms int64) int64 {
	ms = max(0, ms)
	if j.current != nil && j.current.TrackInfo.DurationMS > 0 {
		ms = min(ms, j.current.TrackInfo.DurationMS)
	}
	return ms
}

func (Play) step(j *Jam, now time.Time, seat string) *wire.Error {
	if !j.woken(now, seat) {
		return wire.Refusef(wire.CodeNotAuthorized, "The host was away: the music waits until the host presses play")
	}
	if j.current != nil && !j.playback.Playing {
		j.sound(now, true, j.playback.PositionMS)
	}
	return nil
}

func (Pause) step(j *Jam, now time.Time, _ string) *wire.Error {
	if j.current != nil && j.playback.Playing {
		j.sound(now, false, j.PositionMS(now))
	}
	return nil
}

func (Skip) step(j *Jam, now time.Time, seat string) *wire.Error {
	if j.current != nil {
		j.next(now, wire.OutcomeSkipped, j.woken(now, seat))
	}
	return nil
}

func (s Seek) step(j *Jam, now time.Time, _ string) *wire.Error {
	if s.PositionMS < 0 {
		return wire.Refuse(wire.CodeBadRequest)
	}
	if j.current != nil {
		j.sound(now, j.playback.Playing, j.withinTrack(s.PositionMS))
	}
	return nil
}

func (s SetVolume) step(j *Jam, now time.Time, _ string) *wire.Error {
	if s.Volume < 0 || s.Volume > 100 {
		return wire.Refuse(wire.CodeBadRequest)
	}
	if s.Volume != j.playback.Volume {
		j.emit(wire.Playback{Playing: j.playback.Playing, PositionMS: j.PositionMS(now), AtMS: now.UnixMilli(), Volume: s.Volume})
	}
	return nil
}

func (t TrackEnded) step(j *Jam, now time.Time, _ string) *wire.Error {
	if j.current == nil || j.current.ID != t.Item {
		return nil
	}
	how := wire.OutcomeFinished
	if t.Failed {
		how = wire.OutcomeFailed
		track := j.current.TrackInfo
		j.note(wire.NoticeTrackSkipped, wire.LevelWarning, quoted(track)+" was skipped: "+t.Reason, "track", track.Title, "reason", t.Reason)
	}
	// What ends while the sound is held, a vanished file say, must not start it.
	j.next(now, how, j.playback.Playing)
	return nil
}

func (p Position) step(j *Jam, now time.Time, _ string) *wire.Error {
	playing := j.playback.Playing
	if j.current == nil || j.current.ID != p.Item || !playing && !(p.Anew && p.Held) {
		return nil
	}
	// Not PositionMS: a track that is longer than its tags say would drift at every report beyond that end.
	tolerance := wire.DriftTolerance.Milliseconds()
	if p.Anew {
		tolerance = wire.StartTolerance.Milliseconds()
	}
	drift := p.PositionMS - j.playback.PositionMS
	if playing {
		drift -= j.elapsed(now)
	}
	if drift > tolerance || drift < -tolerance {
		j.sound(now, playing, max(0, p.PositionMS))
	}
	return nil
}
