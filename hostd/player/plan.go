package player

import (
	"slices"
	"time"
)

// positionEvery is how often a position is reported while playing.
const positionEvery = time.Second

// track is one item with what is needed to play it.
type track struct {
	Item string
	source
	Duration time.Duration
	Position time.Duration // where it begins, or where to go when Jump changed
	Jump     uint64
}

// source is what is opened for an item, and what is done to its samples. None
// of it changes while the item is heard.
type source struct {
	Path, Header string
	Gain, Peak   float64
}

// plan derives from the latest wish, and from what has ended since, what
// should sound now and what after it. The session needs a moment to learn that
// an item has ended; in that moment its wish still names the old item, and the
// plan already says the next one.
type plan struct {
	want  Want
	ended []endedMark // only items that want names
}

// endedMark is an item that is over, unless Jump is raised for it.
type endedMark struct {
	item string
	jump uint64
}

// set takes a new wish.
func (p *plan) set(w Want) {
	w.Volume = min(max(w.Volume, 0), 100)
	w.Position = max(w.Position, 0)
	w.Gain, w.Peak = bounded(w.Gain, minGain, maxGain), bounded(w.Peak, -200, maxGain)
	w.NextGain, w.NextPeak = bounded(w.NextGain, minGain, maxGain), bounded(w.NextPeak, -200, maxGain)
	p.want = w
	p.ended = slices.DeleteFunc(p.ended, func(m endedMark) bool {
		return m.item != w.Item && m.item != w.Next
	})
}

// finish notes that an item is over.
func (p *plan) finish(item string) {
	p.ended = append(p.ended, endedMark{item, p.want.Jump})
}

func (p *plan) isOver(item string) bool {
	return slices.Contains(p.ended, endedMark{item, p.want.Jump})
}

// now is what should sound; its Item is "" for silence.
func (p *plan) now() track {
	w := p.want
	if w.Item == "" || !p.isOver(w.Item) {
		return track{w.Item, source{w.Path, w.Header, w.Gain, w.Peak}, w.Duration, w.Position, w.Jump}
	}
	return p.following()
}

// after is what should follow now() without a gap; its Item is "" for none.
func (p *plan) after() track {
	if w := p.want; w.Item == "" || p.isOver(w.Item) {
		return track{}
	}
	return p.following()
}

func (p *plan) following() track {
	w := p.want
	if w.Next == "" || w.Next == w.Item || p.isOver(w.Next) {
		return track{}
	}
	next := source{w.NextPath, w.NextHeader, w.NextGain, w.NextPeak}
	return track{Item: w.Next, source: next, Duration: w.NextDuration, Jump: w.Jump}
}

// wishes holds the latest wish until the player's goroutine takes it: a
// channel of one place whose content a newer wish replaces.
type wishes chan Want

func newWishes() wishes { return make(wishes, 1) }

// put never blocks: whoever finds the place taken empties it and tries again.
func (c wishes) put(w Want) {
	for {
		select {
		case c <- w:
			return
		default:
		}
		select {
		case <-c:
		default:
		}
	}
}
