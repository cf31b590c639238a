package terminal

import "time"

// hostClock knows the host's clock (server_time_ms) by what its messages say of it.
type hostClock struct {
	// offset is what the host's clock is ahead of ours, ms; rtt the round trip it was learned by, -1 while it is a guess.
	offset, rtt float64
	samples     []sample
}

// sample is one ping with its answer, in ms.
type sample struct{ offset, rtt float64 }

// samplesKept round trips are remembered; the quickest is believed, since the least can have gone wrong on its way.
const samplesKept = 8

// longestRoundTrip, ms: a slower answer says nothing about the clock.
const longestRoundTrip = 60_000

// guess is a first one, from a message that carried the host's time.
func (c *hostClock) guess(server int64, now time.Time) {
	*c = hostClock{offset: float64(server) - millis(now), rtt: -1}
}

// pong: a ping sent at t0 (ours) was answered at t1 (the host's).
func (c *hostClock) pong(t0 float64, t1 int64, now time.Time) {
	t2 := millis(now)
	rtt := t2 - t0
	if !(rtt >= 0 && rtt <= longestRoundTrip) {
		return
	}
	c.samples = append(c.samples, sample{float64(t1) - (t0+t2)/2, rtt})
	if len(c.samples) > samplesKept {
		c.samples = c.samples[1:]
	}
	best := c.samples[0]
	for _, s := range c.samples {
		if s.rtt <= best.rtt {
			best = s
		}
	}
	c.offset, c.rtt = best.offset, rtt
}

// reset forgets the samples, but not what they said: on a new connection they may be wrong.
func (c *hostClock) reset() { c.samples, c.rtt = nil, -1 }

// at is the host's clock, ms, when ours says now.
func (c *hostClock) at(now time.Time) float64 { return millis(now) + c.offset }

func millis(t time.Time) float64 { return float64(t.UnixMicro()) / 1000 }
