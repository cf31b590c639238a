package loudness

import (
	"math"
	"time"
)

// The one form of sound that is measured: player.FileFlags make mpv convert to it.
const (
	rate     = 48000
	channels = 2
)

const (
	hop        = rate / 10 // a new block begins every 100 ms, frames
	hops       = 4         // a block is 400 ms
	offset     = -0.691    // dB, so that a sine of 997 Hz at full scale in one channel is -3.01 LUFS
	absolute   = -70       // LUFS: quieter blocks are silence
	relative   = -10       // LU below the loudness of the rest: quieter blocks are pauses
	loudEnough = 0.5       // of the peak so far: between samples lower than that there is no higher peak
)

// meter measures by ITU-R BS.1770-4: each channel is filtered as the ear hears
// (K-weighting), its mean square taken in overlapping blocks, and what is
// silent or a pause is left out of the mean.
type meter struct {
	ears   [channels]ear
	frames int64
	energy float64   // of the hop that is not complete
	parts  []float64 // mean squares of the hops, both channels added
}

func newMeter() *meter {
	m := &meter{}
	for c := range m.ears {
		m.ears[c].taps = interpolators()
	}
	return m
}

// add takes in whole frames.
func (m *meter) add(frames []float32) {
	for i := 0; i+channels <= len(frames); i += channels {
		for c := range channels {
			x := float64(frames[i+c])
			if x-x != 0 { // no number, or an endless one
				x = 0
			}
			y := m.ears[c].hear(x)
			m.energy += y * y
		}
		if m.frames++; m.frames%hop == 0 {
			m.parts = append(m.parts, m.energy/hop)
			m.energy = 0
		}
	}
}

func (m *meter) length() time.Duration {
	return time.Duration(m.frames) * time.Second / rate
}

// peak is the true peak in dBFS.
func (m *meter) peak() float64 {
	most := 0.0
	for c := range m.ears {
		most = max(most, m.ears[c].top)
	}
	return 20 * math.Log10(most)
}

// integrated is the loudness of the whole, -Inf when all is silent or shorter
// than a block.
func (m *meter) integrated() float64 {
	var blocks []float64
	for i := hops; i <= len(m.parts); i++ {
		sum := 0.0
		for _, p := range m.parts[i-hops : i] {
			sum += p
		}
		blocks = append(blocks, sum/hops)
	}
	mean := meanAbove(blocks, power(absolute))
	mean = meanAbove(blocks, max(power(absolute), mean*math.Pow(10, relative/10.0)))
	return offset + 10*math.Log10(mean)
}

// power is the mean square of that loudness.
func power(lufs float64) float64 { return math.Pow(10, (lufs-offset)/10) }

func meanAbove(blocks []float64, gate float64) float64 {
	sum, n := 0.0, 0
	for _, b := range blocks {
		if b > gate {
			sum, n = sum+b, n+1
		}
	}
	if n == 0 {
		return 0
	}
	return sum / float64(n)
}

// ear is one channel: the two filters of the standard's table 1 and 2 for
// 48 kHz, and the search for the true peak.
type ear struct {
	head, low biquad
	top       float64
	taps      [phases][width]float64
	last      [2 * width]float64 // the newest samples, twice, so that a window of them is always in one piece
	at        int
}

// biquad keeps its last two sums (transposed direct form 2).
type biquad struct{ z1, z2 float64 }

func (f *biquad) step(x, b0, b1, b2, a1, a2 float64) float64 {
	y := b0*x + f.z1
	f.z1 = b1*x - a1*y + f.z2
	f.z2 = b2*x - a2*y
	return y
}

// hear is a sample as heard.
func (e *ear) hear(x float64) float64 {
	e.seek(x)
	x = e.head.step(x, 1.53512485958697, -2.69169618940638, 1.19839281085285, -1.69065929318241, 0.73248077421585)
	return e.low.step(x, 1, -2, 1, -1.99004745483398, 0.99007225036621)
}

const (
	width  = 12 // samples that a point between two of them is made of
	phases = 3  // such points between two samples: the standard's fourfold rate
)

// interpolators are windowed sincs: weights of the samples for a point 1/4,
// 2/4, 3/4 of the way between the two in the middle.
func interpolators() (taps [phases][width]float64) {
	for p := range taps {
		for k := range taps[p] {
			t := float64(k-width/2+1) - float64(p+1)/(phases+1)
			window := math.Cos(math.Pi * t / (width + 1))
			taps[p][k] = math.Sin(math.Pi*t) / (math.Pi * t) * window * window
		}
	}
	return taps
}

// seek raises top to what is reached at and around the newest samples.
func (e *ear) seek(x float64) {
	e.last[e.at], e.last[e.at+width] = x, x
	if e.at++; e.at == width {
		e.at = 0
	}
	e.top = max(e.top, math.Abs(x))
	window := e.last[e.at : e.at+width]
	if near := max(math.Abs(window[width/2-1]), math.Abs(window[width/2])); near <= e.top*loudEnough {
		return
	}
	for p := range e.taps {
		sum := 0.0
		for k, weight := range e.taps[p] {
			sum += weight * window[k]
		}
		e.top = max(e.top, math.Abs(sum))
	}
}
