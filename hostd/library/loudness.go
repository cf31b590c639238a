package library

import "math"

// targetLUFS is how loud every song is to sound: the reference of ReplayGain 2.
const targetLUFS = -18

// loudness is what is known of how loud a track is, in hundredths of a dB, small
// because there is one for every track.
type loudness struct {
	Gain, Peak         int16 // from tags: to targetLUFS; of full scale
	LUFS, MeasuredPeak int16 // as measured here
	Has                loudnessParts
}

type loudnessParts uint8

const (
	hasGain loudnessParts = 1 << iota
	hasPeak
	hasMeasured
	allLoudnessParts = hasGain | hasPeak | hasMeasured
)

// Sound says how to make a track as loud as the others.
type Sound struct {
	GainDB float64 // to be added
	PeakDB float64 // of the file itself, in dB of full scale; 0 where nobody knows
	Known  bool    // false: nobody has said or measured it
}

// Measured is how loud a track has been found to be.
type Measured struct {
	LUFS   float64 // integrated, -70 to +10
	PeakDB float64 // in dB of full scale
}

// hundredths brings dB into the form of loudness; what no sound can have is bounded.
func hundredths(db float64) int16 {
	if math.IsNaN(db) {
		return 0
	}
	return int16(math.Round(100 * max(-100, min(100, db))))
}

func (l *loudness) setGain(db float64) { l.Gain, l.Has = hundredths(db), l.Has|hasGain }
func (l *loudness) setPeak(db float64) { l.Peak, l.Has = hundredths(db), l.Has|hasPeak }

func (l *loudness) measure(m Measured) {
	l.LUFS, l.MeasuredPeak, l.Has = hundredths(m.LUFS), hundredths(m.PeakDB), l.Has|hasMeasured
}

// sound prefers what the tags say: whoever wrote them may have had the album in mind.
func (l loudness) sound() Sound {
	var s Sound
	switch {
	case l.Has&hasGain != 0:
		s = Sound{GainDB: float64(l.Gain) / 100, Known: true}
	case l.Has&hasMeasured != 0:
		s = Sound{GainDB: targetLUFS - float64(l.LUFS)/100, Known: true}
	}
	switch {
	case l.Has&hasMeasured != 0:
		s.PeakDB = float64(l.MeasuredPeak) / 100
	case l.Has&hasPeak != 0:
		s.PeakDB = float64(l.Peak) / 100
	}
	return s
}
