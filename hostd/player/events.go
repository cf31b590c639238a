package player

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// outputFailed is mpv's file_error for a file that is good and finds no audio
// device; it says the same when the device goes away in the middle.
const outputFailed = "audio output initialization failed"

// handle takes in one event.
func (d *deck) handle(m message) error {
	switch m.Event {
	case "start-file":
		d.onStart(m.EntryID)
	case "playback-restart":
		return d.onRestart()
	case "property-change":
		switch m.Name {
		case "time-pos":
			d.onTime(m.Data)
		case "paused-for-cache":
			d.onWaiting(string(m.Data) == "true")
		case "audio-device-list":
			return d.onDevices(m.Data)
		}
	case "end-file":
		return d.onEnd(m)
	case "idle":
		if d.tail != nil && d.cur == nil {
			d.endTail()
		}
	}
	return nil
}

func (d *deck) onStart(id int64) {
	d.begun = id
	if id < d.floor {
		return
	}
	d.alive = time.Now()
	switch {
	case d.cur != nil && d.cur.id == id:
	case d.cur != nil && d.gone != nil && d.gone.id == id && d.gone.Item == d.cur.Item && d.gone.Path == d.cur.Path:
		// mpv went on a moment before only the loudness changed: better a
		// little too loud than twice the beginning. What cur was is in its
		// playlist still, which preload sees.
		d.gone.Jump = d.cur.Jump
		d.cur, d.next = d.gone, d.cur
	default:
		// mpv went on to what was withdrawn a moment too late. It has no item,
		// so whatever is wanted replaces it.
		d.log.Debug("mpv plays a withdrawn entry", "entry", id)
		d.cur = &entry{id: id}
	}
}

// onRestart: cur can be decoded and is about to sound, or goes on after a seek.
func (d *deck) onRestart() error {
	if d.cur == nil || d.cur.id != d.begun {
		return nil
	}
	e, sought := d.cur, d.seeking
	e.ready, d.seeking, d.alive = true, false, time.Now()
	// mpv says the same of a file that finds no audio device.
	var refused *refusedError
	_, err := d.ipc.glance("current-ao")
	switch {
	case errors.As(err, &refused):
		return nil // its end-file follows and says why
	case err != nil && !errors.Is(err, errNoReply): // no reply: it has an output, and that keeps it busy
		return err
	case e.probe:
		return d.probeWorked()
	case e.sounding && sought: // exactly; mpv's own word is behind by what the device held
		d.report(Position, d.heard.position)
		return nil
	case e.sounding: // another device
		at, err := d.askPosition(d.heard.position)
		if err == nil {
			d.report(Position, at)
		}
		return err
	}
	if err := d.askLength(e); err != nil {
		return err
	}
	at := time.Duration(0)
	if d.tail == nil && d.heard.item == e.Item {
		at = d.heard.position
	}
	if at, err = d.askPosition(at); err != nil || d.tail != nil && at < 0 {
		return err // the tail is still heard: its end comes with onTime
	}
	d.sound(at)
	return nil
}

// askPosition says otherwise when mpv does not know, or differs by so much
// that it may speak of another file. Less than 0 it is while the device still
// holds what came before.
func (d *deck) askPosition(otherwise time.Duration) (time.Duration, error) {
	const most = time.Second
	data, err := d.ipc.glance("time-pos")
	var refused *refusedError
	if err != nil && !errors.Is(err, errNoReply) && !errors.As(err, &refused) {
		return 0, err
	}
	if at, ok := seconds(data); ok && at > otherwise-most && at < otherwise+most {
		return at, nil
	}
	return otherwise, nil
}

// onTime: some fifteen times a second while playing.
func (d *deck) onTime(data json.RawMessage) {
	at, ok := seconds(data)
	if !ok || d.cur == nil || d.cur.id != d.begun || d.seeking || !d.cur.ready || d.cur.probe {
		return
	}
	d.alive = time.Now()
	if !d.cur.sounding {
		// mpv is ahead of the ear by what the device holds, up to half a
		// second. The 0 itself is mpv's placeholder before it knows.
		if at > 0 && d.tail != nil {
			d.sound(at)
		}
		return
	}
	if d.paused { // the last word was said when it was paused
		return
	}
	d.heard.position, d.heard.updated = max(at, 0), d.alive
	if time.Since(d.heard.reported) >= positionEvery {
		d.say(Position, at, false)
	}
}

// seconds reads mpv's number; false when there is none, or none that can be a
// position.
func seconds(data json.RawMessage) (time.Duration, bool) {
	const longest = 1e6 // 11 days
	var s *float64
	if json.Unmarshal(data, &s) != nil || s == nil || *s > longest || *s < -longest {
		return 0, false
	}
	return time.Duration(*s * float64(time.Second)), true
}

// sound is the moment in which cur is heard.
func (d *deck) sound(at time.Duration) {
	d.endTail()
	e := d.cur
	e.sounding = true
	if e.Item == "" {
		return
	}
	if d.heard.item != e.Item {
		d.heard = heard{item: e.Item, source: e.source}
	}
	d.heard.jump, d.output.suspect = e.Jump, ""
	d.foundOutput()
	kind := Position
	if !d.heard.started {
		kind = Started
	}
	d.heard.started = true
	d.report(kind, at)
}

// endTail reports the end of what has now been heard to its end.
func (d *deck) endTail() {
	if t := d.tail; t != nil {
		d.tail = nil
		d.finish(t.track, ReasonEOF, nil)
	}
}

func (d *deck) onEnd(m message) error {
	e := d.cur
	if e == nil || m.EntryID != e.id {
		return nil
	}
	lostOutput := m.Reason == "error" && m.FileError == outputFailed
	switch {
	case e.probe:
		switch {
		case lostOutput:
			d.probeFailed()
			return nil
		case m.Reason == "error" && !d.output.noLimiter:
			d.output.noLimiter = true
			return d.startProbe()
		}
		return d.probeWorked() // too short to be asked about in time
	case lostOutput && e.Item != "" && d.output.suspect != e.Item:
		d.endTail()
		d.output.suspect = e.Item
		return d.startProbe()
	}
	d.cur, d.next = d.next, nil // mpv goes on by itself
	d.alive = time.Now()
	if d.cur != nil {
		d.cur.Jump = d.plan.want.Jump
	}
	if e.Item == "" {
		return nil
	}
	d.endEntry(e, m)
	return nil
}

// endEntry reports what the end of e means.
func (d *deck) endEntry(e *entry, m message) {
	d.endTail() // e was shorter than what the device held of the one before
	switch {
	case m.Reason == "eof" && e.ready && e.sounding && e.cutOff(d.heard.position):
		d.finish(e.track, ReasonError, errCutOff)
	case m.Reason == "eof" && e.ready:
		if !e.sounding {
			next := d.cur
			d.cur = e
			d.sound(d.heard.position)
			d.cur = next
		}
		d.tail = e
	case m.Reason == "eof":
		d.finish(e.track, ReasonError, errNoSound)
	case m.Reason == "redirect":
		d.finish(e.track, ReasonError, errPlaylist)
	default:
		d.finish(e.track, ReasonError, fmt.Errorf("mpv: %s: %s", m.Reason, m.FileError))
	}
}

// finish reports that an item is over; the plan then says what follows.
func (d *deck) finish(t track, reason Reason, err error) {
	at := time.Duration(0)
	if d.heard.item == t.Item {
		at = d.heard.position
	}
	if reason == ReasonEOF && !d.paused { // the position is from before mpv was through with it
		at += min(time.Since(d.heard.updated), time.Second)
	}
	d.out.send(Report{Kind: Ended, Item: t.Item, Position: at, Reason: reason, Err: err})
	d.plan.finish(t.Item)
	d.heard = heard{}
}

// report tells the position of what sounds after something has changed.
func (d *deck) report(kind Kind, at time.Duration) { d.say(kind, at, true) }

func (d *deck) say(kind Kind, at time.Duration, anew bool) {
	at = max(at, 0)
	d.heard.position = at
	playing := d.plan.want.Playing && !d.paused && !d.waiting && !d.output.lost
	d.heard.reported = time.Now()
	d.heard.updated = d.heard.reported
	d.out.send(Report{Kind: kind, Item: d.heard.item, Position: at, Playing: playing, Anew: anew, At: d.heard.reported})
}

// wakeAt is when expired has something to do; zero for never.
func (d *deck) wakeAt() time.Time {
	switch {
	case d.output.lost && !d.output.probing:
		if at := d.heard.reported.Add(positionEvery); d.stands() && at.Before(d.output.retryAt) {
			return at
		}
		return d.output.retryAt
	case d.cur == nil && d.tail == nil:
		return time.Time{}
	case d.cur != nil && d.cur.ready && !d.plan.want.Playing: // paused: nothing moves
		return time.Time{}
	case d.waiting && d.says():
		return d.heard.reported.Add(positionEvery)
	}
	return d.alive.Add(stallLimit)
}

// stands says that an item that should be heard waits for the output where it is: that is
// repeated like any position, since nobody else could know that the time does not move.
func (d *deck) stands() bool { return d.heard.started && d.plan.want.Playing }

// expired does what wakeAt waited for.
func (d *deck) expired() error {
	switch {
	case time.Now().Before(d.wakeAt()):
		return nil
	case d.output.probing:
		d.probeFailed()
	case d.output.lost && d.stands() && time.Now().Before(d.output.retryAt):
		d.report(Position, d.heard.position)
		return nil
	case d.output.lost:
		return d.startProbe()
	case d.cur == nil:
		d.endTail()
		return nil
	case d.waiting && d.says() && time.Since(d.alive) < streamLimit:
		d.report(Position, d.heard.position)
		return nil
	default:
		d.endTail()
		d.finish(d.cur.track, ReasonError, errStalled)
	}
	return errStalled
}

// died notes that mpv is gone, and gives up the item on which it keeps dying.
func (d *deck) died() {
	d.endTail()
	e := d.cur
	d.cur, d.next = nil, nil
	if e == nil || e.Item == "" || e.Item != d.plan.now().Item {
		return
	}
	at := d.heard.position
	if d.strike.item != e.Item || at > d.strike.position+strikeReach || time.Since(d.strike.at) > strikeSpan {
		d.strike = strike{item: e.Item, position: at}
	}
	d.strike.at = time.Now()
	if d.strike.count == maxStrikes-1 && d.paused && e.ready {
		return // whatever it was, it was not this file: nothing of it was read
	}
	if d.strike.count++; d.strike.count >= maxStrikes {
		d.finish(e.track, ReasonError, fmt.Errorf("mpv ended %d times on it", maxStrikes))
	}
}
