package server

import (
	"cmp"
	"iter"
	"slices"
	"sync/atomic"

	"soul-jam/signaling"
)

const (
	// maxForGuest, bytes of the host's that wait for one guest: the host minds signaling.Window, and twice that can only
	// come together when it was away between. A larger frame may wait when less than signaling.TakenEvery does. Beyond, 4001.
	maxForGuest = 2 * signaling.Window
	// maxHeads is maxForGuest with the heads of frames, of which a host could send millions that are empty.
	maxHeads = 3 * signaling.Window
	// maxOwnForGuest, bytes of our own messages that wait for one guest: one that leaves more is cut.
	maxOwnForGuest = 64 << 10
	// maxOwnForHost, bytes of our own messages that wait for a host: one that leaves more is cut.
	maxOwnForHost = 8 << 20
	// maxForJam, bytes that wait for all guests of a jam: beyond, those who owe most are shed.
	maxForJam = 32 << 20
	// maxForAll, bytes that wait for all sockets, and those of hosts' large messages that are being read: beyond, those
	// who owe most are shed, in the jams that owe most.
	maxForAll = 512 << 20
)

// bounds are what a Server keeps to.
type bounds struct{ jam, all int64 }

// pile is how much is held for a jam's guests, for a host, or for all; bytes.
type pile struct{ bytes atomic.Int64 }

// load is what is put down at a line and not written yet, bytes.
type load struct {
	all     int // with heads
	carried int // of the host's frames, without
	own     int // of our own messages, with
}

func (a *load) add(b load, sign int) {
	a.all += sign * b.all
	a.carried += sign * b.carried
	a.own += sign * b.own
}

// takes adds to what the line holds, with the lock held.
func (l *line) takes(b load) {
	l.holds.add(b, 1)
	l.count(b.all)
}

// count is with the lock held.
func (l *line) count(bytes int) {
	l.pile.bytes.Add(int64(bytes))
	l.server.held.bytes.Add(int64(bytes))
}

// settle is when what was taken to be written has been.
func (l *line) settle() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.count(-l.flight.all)
	l.holds.add(l.flight, -1)
	l.flight = load{}
}

// forfeit gives up all that the line holds, with the lock held.
func (l *line) forfeit() {
	l.count(-l.holds.all - l.reading)
	l.holds, l.flight, l.reading = load{}, load{}, 0
	l.waiting, l.buffer = nil, nil
}

// belongs counts the line to a pile of many.
func (l *line) belongs(to *pile) {
	l.mu.Lock()
	defer l.mu.Unlock()
	held := int64(l.holds.all + l.reading)
	l.pile.bytes.Add(-held)
	l.pile = to
	l.pile.bytes.Add(held)
}

// reads says how large the message is that is being read from this socket; small ones need no mention.
func (l *line) reads(bytes int) {
	if bytes <= signaling.TakenEvery {
		bytes = 0
	}
	l.mu.Lock()
	if !l.over {
		l.count(bytes - l.reading)
		l.reading = bytes
	}
	l.mu.Unlock()
	if bytes > 0 {
		l.server.keepRoom(nil, 0)
	}
}

// weighs gives what the line holds, and for which pile.
func (l *line) weighs() (int64, *pile) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return int64(l.holds.all + l.reading), l.pile
}

// shed drops what waits and closes with 4001. One that is in the middle of much is cut, for that would stay; so is a host.
func (l *line) shed() {
	l.server.counts.TooSlow.Add(1)
	l.mu.Lock()
	hard := l.over || l.batches || l.flight.all > signaling.TakenEvery
	if !hard {
		dropped := l.holds
		dropped.add(l.flight, -1)
		l.count(-dropped.all)
		l.holds = l.flight
		l.waiting, l.buffer = nil, nil
	}
	l.mu.Unlock()
	if hard {
		l.drop()
		return
	}
	l.tooSlow()
}

// drop is cut, for those who cannot wait for it.
func (l *line) drop() {
	l.mu.Lock()
	l.over = true
	l.forfeit()
	l.release()
	l.mu.Unlock()
	go l.cut()
}

// keepRoom sheds sockets unless so many more bytes may be held: for a jam, nil = none, and for all.
func (s *Server) keepRoom(of *pile, more int) {
	if of != nil && of.bytes.Load()+int64(more) > s.bounds.jam {
		s.relieve(of, of, s.bounds.jam-int64(more))
	}
	if s.held.bytes.Load()+int64(more) > s.bounds.all {
		s.relieve(nil, &s.held, s.bounds.all-int64(more))
	}
}

// relieve sheds lines of one pile, nil = of all, until total is an eighth below the bound: so that it is not done for
// every frame. The largest pile's largest lines go first.
func (s *Server) relieve(of, total *pile, most int64) {
	s.relieving.Lock()
	defer s.relieving.Unlock()
	if total.bytes.Load() <= most {
		return // somebody else has done it
	}
	most -= most / 8
	heaps := s.heaps(of)
	for _, hard := range []bool{false, true} {
		for l := range inTurn(heaps) {
			if total.bytes.Load() <= most {
				return
			}
			if hard {
				l.drop()
			} else {
				l.shed()
			}
		}
	}
}

// heap is a pile's lines, the largest first.
type heap struct {
	bytes int64
	lines []weighed
}

type weighed struct {
	*line
	bytes int64
}

func (s *Server) heaps(of *pile) (all []heap) {
	by := map[*pile]*heap{}
	for _, l := range s.sockets.list() {
		bytes, p := l.weighs()
		if bytes == 0 || of != nil && p != of {
			continue
		}
		if by[p] == nil {
			by[p] = &heap{}
		}
		by[p].bytes += bytes
		by[p].lines = append(by[p].lines, weighed{l, bytes})
	}
	for _, h := range by {
		slices.SortFunc(h.lines, func(a, b weighed) int { return cmp.Compare(b.bytes, a.bytes) })
		all = append(all, *h)
	}
	return all
}

// inTurn gives the largest line of what is the largest heap after those before have gone.
func inTurn(heaps []heap) iter.Seq[*line] {
	return func(yield func(*line) bool) {
		heaps := slices.Clone(heaps)
		for {
			largest := -1
			for i, h := range heaps {
				if len(h.lines) > 0 && (largest < 0 || h.bytes > heaps[largest].bytes) {
					largest = i
				}
			}
			if largest < 0 {
				return
			}
			h := &heaps[largest]
			next := h.lines[0]
			h.lines, h.bytes = h.lines[1:], h.bytes-next.bytes
			if !yield(next.line) {
				return
			}
		}
	}
}
