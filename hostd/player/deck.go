package player

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"time"
)

const (
	// stallLimit is how long mpv may say nothing of a file it was told to
	// open, or of one that should be moving, before the file is given up and
	// mpv with it. A sleeping disk needs several seconds to turn.
	stallLimit = 15 * time.Second
	// maxStrikes is how often mpv may die on one item before it is the item's
	// fault. From one less on, nothing is opened ahead during it, because the
	// next file may be the one that kills.
	maxStrikes = 3
	// strikeReach is how far an item must have come since mpv last died for
	// the count to begin again.
	strikeReach = 3 * time.Second
	// strikeSpan is how far apart two deaths have nothing to do with each other.
	strikeSpan = time.Minute
)

var (
	errStalled  = fmt.Errorf("nothing came of it within %v", stallLimit)
	errNoSound  = errors.New("there is no sound in it")
	errPlaylist = errors.New("the file names other files")
)

// deck makes mpv agree with the plan. mpv's playlist never holds more than two
// entries, what sounds and what follows: the queue is the session's. Entries
// are known by mpv's playlist_entry_id alone, because mpv moves on by itself
// and an index is out of date when it arrives.
type deck struct {
	log  *slog.Logger
	out  *outbox
	asks <-chan chan<- outputs // from MPV.Outputs
	plan plan

	heard  heard  // outlives mpv
	output output // outlives mpv
	strike strike // outlives mpv

	// What follows is about the mpv that runs now; attach makes it new.
	ipc     *ipc
	cur     *entry    // what mpv plays or is about to play
	next    *entry    // what mpv goes on with by itself
	gone    *entry    // what next was before it was taken back, for an mpv that has gone on to it meanwhile
	tail    *entry    // what mpv is through with while its last sound is still in the device
	begun   int64     // the entry of the last start-file
	floor   int64     // what concerns entries below is about what was replaced since
	lastID  int64     // the newest entry
	paused  bool      // as last told to mpv
	volume  int       // as last told to mpv, -1 never
	device  string    // as last told to mpv, "" never
	waiting bool      // for a stream to bring more
	seeking bool      // positions are still those of before
	alive   time.Time // when mpv last showed that it gets on with cur
}

// entry is one file in mpv's playlist.
type entry struct {
	track
	id       int64
	probe    bool          // the silence that tries the output, see output.go
	ready    bool          // it could be decoded
	sounding bool          // started was reported, or would have been
	length   time.Duration // a stream's own word, 0 unknown
}

// heard is how far the item that sounds has come.
type heard struct {
	item     string
	source   source
	jump     uint64
	position time.Duration
	started  bool      // reported
	reported time.Time // when its position was
	updated  time.Time // when position was true
}

// strike counts how often mpv died on an item.
type strike struct {
	item     string
	position time.Duration
	count    int
	at       time.Time
}

// play brings one mpv to what is wanted and keeps it there until it fails.
func (d *deck) play(c *ipc, wants wishes) error {
	if err := d.attach(c); err != nil {
		return err
	}
	if d.output.lost {
		if err := d.startProbe(); err != nil {
			return err
		}
	}
	for {
		if err := d.reconcile(); err != nil {
			return err
		}
		if m, ok := c.next(); ok {
			if err := d.handle(m); err != nil {
				return err
			}
			continue
		}
		if err := d.wait(wants); err != nil {
			return err
		}
	}
}

// wait takes in whatever comes first.
func (d *deck) wait(wants wishes) error {
	var timer <-chan time.Time
	if at := d.wakeAt(); !at.IsZero() {
		t := time.NewTimer(time.Until(at))
		defer t.Stop()
		timer = t.C
	}
	select {
	case m, ok := <-d.ipc.lines:
		if !ok {
			return errGone
		}
		return d.handle(m)
	case w := <-wants:
		d.plan.set(w)
		return nil
	case ask := <-d.asks:
		return d.listOutputs(ask)
	case <-timer:
		return d.expired()
	case <-d.ipc.closed:
		return errClosing
	}
}

// attach begins with a fresh mpv, which is idle and paused (see mpvFlags).
func (d *deck) attach(c *ipc) error {
	d.ipc = c
	d.cur, d.next, d.tail, d.gone = nil, nil, nil, nil
	d.begun, d.floor, d.lastID = 0, 0, 0
	d.paused, d.volume, d.device, d.seeking, d.waiting = true, -1, "", false, false
	d.output.probing = false
	for i, property := range []string{"time-pos", "paused-for-cache", "audio-device-list"} {
		if _, err := c.call(listCommand("observe_property", i+1, property)); err != nil {
			return err
		}
	}
	return nil
}

// reconcile tells mpv what is needed to make it agree with the plan, which is
// nothing most of the time.
func (d *deck) reconcile() error {
	w := d.plan.want
	if d.volume != w.Volume {
		if err := d.tell("set_property", "volume", w.Volume); err != nil {
			return err
		}
		d.volume = w.Volume
	}
	if err := d.choose(w.Output); err != nil {
		return err
	}
	if !w.Playing && !d.paused { // before another item could be heard
		if err := d.setPause(true); err != nil {
			return err
		}
	}
	if err := d.arrange(); err != nil {
		return err
	}
	if w.Playing && d.paused { // after the former item is gone
		return d.setPause(false)
	}
	return nil
}

// arrange puts the right files into mpv's playlist and goes to the right place.
func (d *deck) arrange() error {
	if d.output.probing || d.output.lost || d.tailHolds() {
		return nil
	}
	target := d.plan.now()
	for target.Item != "" {
		err := CheckSource(target.Path, target.Header)
		if err == nil {
			break
		}
		d.finish(target, ReasonError, err)
		target = d.plan.now()
	}
	switch {
	case target.Item == "":
		d.heard = heard{}
		if d.cur == nil {
			return nil
		}
		return d.stop()
	case d.cur == nil, d.cur.Item != target.Item, !d.cur.sounding && d.cur.Jump != target.Jump:
		if err := d.load(target); err != nil {
			return err
		}
		if d.cur == nil { // refused, so the plan has changed
			return d.arrange()
		}
	case d.cur.Jump != target.Jump:
		if err := d.seek(target); err != nil {
			return err
		}
	}
	return d.preload(d.plan.after())
}

// tailHolds says that mpv is already where the plan will be once the last of
// the former item has been heard. If the wish has changed meanwhile, that last
// fraction of a second is given up.
func (d *deck) tailHolds() bool {
	if d.tail == nil {
		return false
	}
	now, after := d.plan.now(), d.plan.after()
	if now.Item != d.tail.Item || now.Jump != d.tail.Jump {
		d.tail = nil // replaced: no end to report
		return false
	}
	if d.cur == nil && after.Item == "" || d.cur != nil && after.Item == d.cur.Item {
		return true
	}
	d.endTail()
	return false
}

// load replaces everything in mpv by one item.
func (d *deck) load(t track) error {
	if d.heard.item == t.Item && d.heard.started {
		t.source = d.heard.source // as loud as it was, also from a new mpv
	}
	if d.heard.item != t.Item || d.heard.jump != t.Jump {
		started := d.heard.started && d.heard.item == t.Item
		d.heard = heard{item: t.Item, source: t.source, jump: t.Jump, position: t.Position, started: started}
	}
	e, err := d.loadTrack(t, "replace", d.heard.position)
	if err != nil || e == nil {
		return d.refused(t, err)
	}
	d.cur, d.next, d.tail, d.gone = e, nil, nil, nil
	d.floor = e.id
	d.alive = time.Now()
	return nil
}

// preload makes mpv go on with t by itself, or with nothing if t is nothing.
func (d *deck) preload(t track) error {
	if CheckSource(t.Path, t.Header) != nil || d.strike.item == d.cur.Item && d.strike.count >= maxStrikes-1 {
		t = track{} // its turn will come, and its error
	}
	if d.next != nil && (d.next.Item != t.Item || d.next.source != t.source) {
		// All but the one that plays, whichever that is by now: if mpv has
		// just gone on to the entry meant here, its start-file tells.
		if err := d.tell("playlist-clear"); err != nil {
			return err
		}
		d.gone, d.next = d.next, nil
	}
	if t.Item == "" || d.next != nil {
		return nil
	}
	var err error
	d.next, err = d.loadTrack(t, "append-play", 0) // plays if mpv has just come to its end
	return err
}

// loadTrack returns nil without an error when mpv refuses.
func (d *deck) loadTrack(t track, flags string, start time.Duration) (*entry, error) {
	var options []option
	if start > 0 {
		options = append(options, option{"start", strconv.FormatFloat(start.Seconds(), 'f', 3, 64)})
	}
	if chain := filters(t.Gain, t.Peak, !d.output.noLimiter); chain != "" {
		options = append(options, option{"af", chain})
	}
	if t.Header != "" {
		options = append(options, option{"http-header-fields", t.Header})
	}
	e, err := d.loadFile(t.Path, flags, options...)
	if e != nil {
		e.track = t
	}
	return e, err
}

// loadFile returns nil without an error when mpv refuses.
func (d *deck) loadFile(url, flags string, options ...option) (*entry, error) {
	data, err := d.ipc.call(loadCommand(url, flags, options))
	if err != nil {
		return nil, d.tolerate("loadfile", err)
	}
	var reply struct {
		ID int64 `json:"playlist_entry_id"`
	}
	if err := json.Unmarshal(data, &reply); err != nil || reply.ID <= d.lastID {
		return nil, fmt.Errorf("mpv's answer to loadfile has no new playlist_entry_id: %.100s", data)
	}
	d.lastID = reply.ID
	return &entry{id: reply.ID}, nil
}

// refused ends an item that mpv would not even try.
func (d *deck) refused(t track, err error) error {
	if err == nil {
		d.finish(t, ReasonError, errors.New("mpv refused to load it"))
		d.cur, d.next = nil, nil
	}
	return err
}

func (d *deck) stop() error {
	d.cur, d.next, d.tail = nil, nil, nil
	d.floor = d.lastID + 1
	return d.tell("stop")
}

func (d *deck) seek(t track) error {
	d.cur.Jump, d.heard.jump = t.Jump, t.Jump
	return d.seekTo(t.Position)
}

func (d *deck) seekTo(at time.Duration) error {
	_, err := d.ipc.call(listCommand("seek", at.Seconds(), "absolute+exact"))
	var refused *refusedError
	switch {
	case errors.As(err, &refused): // cannot be sought in: stay
		d.report(Position, d.heard.position)
		return nil
	case err != nil:
		return err
	}
	d.heard.position = at
	d.seeking = true
	d.alive = time.Now()
	return nil
}

func (d *deck) setPause(paused bool) error {
	if err := d.tell("set_property", "pause", paused); err != nil {
		return err
	}
	d.paused = paused
	d.alive = time.Now()
	if d.cur == nil || !d.cur.sounding || d.seeking {
		return nil
	}
	at := d.heard.position
	if paused {
		var err error
		if at, err = d.askPosition(at); err != nil {
			return err
		}
	}
	d.report(Position, at)
	return nil
}

// tell is for commands whose refusal changes nothing that can be helped.
func (d *deck) tell(words ...any) error {
	_, err := d.ipc.call(listCommand(words...))
	if err != nil {
		return d.tolerate(words[0], err)
	}
	return nil
}

// tolerate keeps a refusal from ending mpv.
func (d *deck) tolerate(what any, err error) error {
	var refused *refusedError
	if errors.As(err, &refused) {
		d.log.Warn("mpv refused a command", "command", what, "err", err)
		return nil
	}
	return err
}
