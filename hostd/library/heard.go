package library

import (
	"maps"
	"math"
	"sync"
)

const (
	// minLUFS is what silence is noted as; maxLUFS is above what any sound can have.
	minLUFS, maxLUFS = -70, 20
	// maxHeard is how many measurements wait for Run to store them.
	maxHeard = 4096
)

// heard are measurements on their way from whoever measured to the catalog. They
// count from the moment they are noted.
type heard struct {
	mu   sync.Mutex // guards byID
	byID map[string]Measured
	wake chan struct{} // holds one; Run listens
}

// Measured notes how loud a track is. It is kept with the place of the recording
// that Path gives, until the file's content changes. What cannot be is ignored.
func (l *Library) Measured(id string, m Measured) {
	s := l.now.Load()
	t := s.track(id)
	if t == nil || math.IsNaN(m.LUFS) || math.IsNaN(m.PeakDB) || m.LUFS > maxLUFS {
		return
	}
	m.LUFS = max(m.LUFS, minLUFS)
	l.heard.note(s.best(t).ID, m)
}

// Sound says how to make a track as loud as the others: by the tags of the place
// of the recording that Path gives, else as it was measured. ok is false when
// there is no such track.
func (l *Library) Sound(id string) (sound Sound, ok bool) {
	s := l.now.Load()
	t := s.track(id)
	if t == nil {
		return Sound{}, false
	}
	t = s.best(t)
	loud := t.Loud
	if m, ok := l.heard.of(t.ID); ok {
		loud.measure(m)
	}
	return loud.sound(), true
}

// best gives the place of the track's recording that is shown.
func (s *snapshot) best(t *track) *track {
	for _, slot := range s.same.ring(t.slot, nil) {
		if s.same == nil {
			break
		}
		if b := s.track(s.same.ids[slot]); b != nil {
			return b
		}
	}
	return t
}

func (h *heard) note(id string, m Measured) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.byID == nil || len(h.byID) >= maxHeard {
		h.byID = make(map[string]Measured)
	}
	h.byID[id] = m
	select {
	case h.wake <- struct{}{}:
	default: // Run has not looked yet
	}
}

func (h *heard) of(id string) (Measured, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	m, ok := h.byID[id]
	return m, ok
}

func (h *heard) all() map[string]Measured {
	h.mu.Lock()
	defer h.mu.Unlock()
	return maps.Clone(h.byID)
}

// drop forgets what readers see in the tracks by now.
func (h *heard) drop(shown map[string]Measured) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for id, m := range shown {
		if h.byID[id] == m {
			delete(h.byID, id)
		}
	}
}

// measure enters measurements.
func (c *catalog) measure(all map[string]Measured) {
	for id, m := range all {
		if t := c.tracks[id]; t != nil {
			n := *t
			n.Loud.measure(m)
			if n.Loud != t.Loud {
				c.set(&n)
			}
		}
	}
}
