package player

import (
	"math"
	"strconv"
)

const (
	// maxGain and minGain bound what a gain can do to a file, in dB. A tag is
	// from outside: one that claims +1000 dB must not hurt anybody.
	maxGain = 24.0
	minGain = -40.0
	// headroom is where the limiter stops the samples, as a share of full
	// scale (-0.45 dBFS). What a converter makes of the wave between two
	// samples lies above them.
	headroom = 0.95
)

// filters is mpv's audio filter chain for a file to be made louder by gain dB
// whose samples reach peak dBFS, both within bounds (see plan.set); "" when
// nothing needs to be done.
//
// The gain belongs to the file and not to the output: mpv's volume and its
// replaygain act on what leaves the device's buffer, so at a seam they would
// change what is left of the song before. A filter of the file's own acts on
// its decoded samples, so the change falls between two of them.
//
// What is made louder has the limiter, whatever peak it claims. The limiter looks ahead by its attack and gives that time back (latency), or
// every song would end 5 ms early. An FFmpeg before 5.1 cannot: without a
// limiter a file is made no louder than its peak allows.
func filters(gain, peak float64, limiter bool) string {
	if !limiter {
		gain = min(gain, max(-peak, 0))
	}
	if gain == 0 && (peak <= 0 || !limiter) {
		return ""
	}
	chain := "lavfi=[volume=" + strconv.FormatFloat(gain, 'f', 2, 64) + "dB"
	if limiter && (gain > 0 || gain+peak > 0) { // a peak is from outside, too
		chain += ",alimiter=level=0:latency=1:attack=5:release=50:limit=" + strconv.FormatFloat(headroom, 'f', 2, 64)
	}
	return chain + "]"
}

// bounded is 0 for what is no number.
func bounded(x, least, most float64) float64 {
	if math.IsNaN(x) {
		return 0
	}
	return min(max(x, least), most)
}
