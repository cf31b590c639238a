package main

import (
	"bytes"
	"context"
	"time"
)

// maxUnderWay is how many frames are on the way at once in one direction; what comes beyond is lost, as
// in a router whose queue is full. The lab's traffic is far below it.
const maxUnderWay = 8192

// frame is an Ethernet frame and when it arrives.
type frame struct {
	bytes []byte
	at    time.Time
}

// line is one direction of the cable.
type line struct {
	delay time.Duration
	lost  func() bool // decides about the next frame
}

// enter puts a copy of a frame on its way.
func (l *line) enter(way chan<- frame, f []byte, now time.Time) {
	if l.lost() {
		return
	}
	select {
	case way <- frame{bytes.Clone(f), now.Add(l.delay)}:
	default: // full
	}
}

// leave hands over each frame when it is due, in their order, until ctx is over or nobody takes them.
func (l *line) leave(ctx context.Context, way <-chan frame, deliver func([]byte) error) error {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		var next frame
		select {
		case next = <-way:
		case <-ctx.Done():
			return ctx.Err()
		}
		timer.Reset(time.Until(next.at))
		select {
		case <-timer.C:
		case <-ctx.Done():
			return ctx.Err()
		}
		if err := deliver(next.bytes); err != nil {
			return err
		}
	}
}
