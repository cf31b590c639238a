package player

import (
	"errors"
	"time"
)

// shortBy is how much earlier than both its own and the library's word a
// stream may end and still count as played to its end.
const shortBy = 2 * time.Second

// streamLimit is how long a stream that has played may bring nothing before
// it is given up. Longer than stallLimit: between it and its music there may
// be a Wi-Fi that somebody walks out of and into again.
const streamLimit = 30 * time.Second

var errCutOff = errors.New("the stream ended early")

// onWaiting: mpv has played all that a stream has brought so far, or has
// enough again. It stands still meanwhile.
func (d *deck) onWaiting(waiting bool) {
	if d.waiting == waiting {
		return
	}
	d.waiting = waiting
	d.alive = time.Now()
	if d.says() {
		d.report(Position, d.heard.position)
	}
}

// says tells that there is a position of cur to report.
func (d *deck) says() bool {
	return d.cur != nil && d.cur.sounding && d.cur.id == d.begun && !d.seeking && !d.paused
}

// askLength asks once how long a stream says that it is. A file's end is its
// end, whatever it claims; a stream can be cut off, and mpv calls that its end.
func (d *deck) askLength(e *entry) error {
	if !isAddress(e.Path) || e.length != 0 {
		return nil
	}
	data, err := d.ipc.glance("duration")
	var refused *refusedError
	if err != nil && !errors.Is(err, errNoReply) && !errors.As(err, &refused) {
		return err
	}
	e.length, _ = seconds(data)
	return nil
}

// cutOff says that e, which has ended at that position, was to go on.
func (e *entry) cutOff(at time.Duration) bool {
	if !isAddress(e.Path) {
		return false
	}
	length := e.length
	if e.Duration > 0 {
		length = min(length, e.Duration)
	}
	return at < length-shortBy
}
