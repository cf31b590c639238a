package guest

import (
	"sync/atomic"

	"soul-jam/shared/wire"
)

// Counts is what a host counts of all who came to its door, by whatever way. A nil one counts nothing.
type Counts struct {
	met         map[wire.Limit]*atomic.Int64 // every limit; the map never changes
	connections atomic.Int64
}

// NewCounts begins at nothing.
func NewCounts() *Counts {
	c := &Counts{met: map[wire.Limit]*atomic.Int64{}}
	for _, l := range wire.Limits() {
		c.met[l] = &atomic.Int64{}
	}
	return c
}

// Met counts that somebody met that limit.
func (c *Counts) Met(l wire.Limit) {
	if c == nil {
		return
	}
	if n := c.met[l]; n != nil {
		n.Add(1)
	}
}

// Of is how often that limit was met.
func (c *Counts) Of(l wire.Limit) int64 {
	if c == nil || c.met[l] == nil {
		return 0
	}
	return c.met[l].Load()
}

// PeerConnection counts one that was made for a data channel: they cost more than anything else that a guest can ask for.
func (c *Counts) PeerConnection() {
	if c != nil {
		c.connections.Add(1)
	}
}

// PeerConnections is how many were made.
func (c *Counts) PeerConnections() int64 {
	if c == nil {
		return 0
	}
	return c.connections.Load()
}
