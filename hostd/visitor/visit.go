package visitor

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"reflect"
	"sync"
	"time"

	"soul-jam/shared/code"
	"soul-jam/shared/identity"
	"soul-jam/shared/wire"
)

// room is how many updates wait for who reads them. Then the visit waits too, and with it the host.
const room = 256

// Config of a visit. Target, Name and Visits are needed.
type Config struct {
	Target Target
	// Name to show in the jam; the host cleans it.
	Name   string
	Visits *Visits
	// Relay is the soul-server that typed codes are looked for at; nil = none but the one remembered for the code.
	Relay *url.URL
	// Native calls hosts over libp2p; nil = the sealed pipe through soul-servers is all there is.
	Native Native
	// Nearby tells what is announced on the LAN; nil = nobody listens.
	Nearby Nearby
	HTTP   *http.Client // nil = the default
	Log    *slog.Logger // nil = the default
}

// Visit is one person's stay at a jam. Run runs it; Updates, Do, Submit, Leave and Answered may be
// called by any goroutine.
type Visit struct {
	cfg     Config
	ask     func(ctx context.Context, origin *url.URL, c code.Code) (host, error)
	outbox  *outbox
	updates chan Update
	left    chan struct{} // closed by Leave
	leaving sync.Once

	// Run's goroutine owns the rest.
	work    sync.WaitGroup // calls, and who looks for better paths
	line    Line
	host    host              // the one that is visited; zero before it is found
	key     *identity.LinkKey // of the jam's link, nil without one
	known   Known             // of the host
	unkept  bool              // it could not be written to disk
	joinKey string            // the same for each try, so that a retried join makes no ghost
	seat    seat
	// warning is to be said with the seat.
	warning string
	// failures in a row, and since when nobody knows the code (zero: somebody does).
	failures int
	missing  time.Time
}

// seat is what is held of the jam.
type seat struct {
	taken   bool   // in this visit
	lastSeq uint64 // the newest event that was passed on; counts when taken
}

// New makes a visit.
func New(cfg Config) *Visit {
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	v := &Visit{cfg: cfg, ask: newIntroducer(cfg.HTTP).ask, outbox: newOutbox(), updates: make(chan Update, room), left: make(chan struct{})}
	v.key, v.line.Code = cfg.Target.Key, cfg.Target.Code.String()
	v.joinKey = rand.Text() + rand.Text() // 256 bits
	return v
}

// Updates is everything that happens, in order. It is closed when Run is over. Who does not read it holds the visit up, but
// loses nothing.
func (v *Visit) Updates() <-chan Update { return v.updates }

// Do sends a command, now or when there is a seat again, and gives the id that its ack or error will carry; "" when too
// many have no answer, or the visit is over. One that cannot be sent any more is answered by an error of this
// program's, with code host_offline.
func (v *Visit) Do(c wire.Command) (id string) {
	id = v.outbox.nextID()
	frame, err := wire.EncodeCommand(c, id)
	if err != nil || !v.outbox.put(order{id: id, kind: c.CommandType(), frame: frame}) {
		return ""
	}
	return id
}

// Submit is Do for a command in the contract's JSON, at most wire.MaxClientFrame bytes. It waits while too many
// have no answer. What belongs to the visit itself (join_request, resume, watch, away) is refused; leave is Leave.
func (v *Visit) Submit(ctx context.Context, raw []byte) (id string, err error) {
	o, err := v.outbox.read(raw)
	if err != nil {
		return "", err
	}
	for !v.outbox.put(o) {
		if v.outbox.finished() {
			return "", errOver
		}
		if err := v.outbox.until(ctx, v.outbox.hasRoom); err != nil {
			return "", err
		}
	}
	if o.kind == "leave" {
		v.leaving.Do(func() { close(v.left) })
	}
	return o.id, nil
}

// Leave gives the seat up. Run ends when the host has said goodbye, or cannot.
func (v *Visit) Leave() {
	v.leaving.Do(func() {
		v.Do(wire.Leave{})
		close(v.left)
	})
}

// Answered waits until the visit has had a seat and nothing that was asked is without an answer, or it is over.
func (v *Visit) Answered(ctx context.Context) error {
	return v.outbox.until(ctx, v.outbox.idle)
}

// Run stays at the jam until it is over, or ctx ends: then the host is told that the person is away, and the seat is
// kept. The error is an *Ended when it is over otherwise than by leaving or by the end of the jam.
func (v *Visit) Run(ctx context.Context) error {
	working, stop := context.WithCancel(ctx)
	defer close(v.updates)
	defer v.work.Wait()
	defer stop()
	for {
		e := v.attempt(working)
		switch {
		case v.hasLeft():
			e = closing(wire.CloseLeft)
		case ctx.Err() != nil:
			v.outbox.close()
			return nil
		}
		if e = v.judge(e); e.over {
			v.finish(ctx, e)
			return e.err()
		}
		v.lose(ctx, e)
		v.pause(working, e)
	}
}

// attempt finds the host, reaches it and talks until that is over.
func (v *Visit) attempt(ctx context.Context) ending {
	trying, stop := context.WithCancel(ctx)
	defer stop()
	v.work.Go(func() { // who leaves does not wait for a network
		select {
		case <-v.left:
			stop()
		case <-trying.Done():
		}
	})
	if v.line.State == "" {
		v.tell(ctx, func(l *Line) { l.State = Finding })
	}
	h, err := v.finder().find(trying)
	if err == nil {
		err = v.meet(ctx, h)
	}
	var conn Conn
	if err == nil {
		conn, err = v.ways().reach(trying, v.host)
	}
	if err != nil {
		return v.unreached(err)
	}
	return v.talk(ctx, conn)
}

func (v *Visit) hasLeft() bool {
	select {
	case <-v.left:
		return true
	default:
		return false
	}
}

// judge says how a failed attempt goes on.
func (v *Visit) judge(e ending) ending {
	if e.code == wire.CloseNotFound && !v.known.Resume.IsZero() {
		if v.missing.IsZero() {
			v.missing = time.Now()
		}
		if time.Since(v.missing) < notFoundPatience {
			e.over = false
		}
	}
	if e.code == wire.CloseEnded && !v.seat.taken && v.known.Resume.IsZero() {
		e.good = false // nobody came in
	}
	return e
}

// lose shows that there is no connection for now.
func (v *Visit) lose(ctx context.Context, e ending) {
	v.tell(ctx, func(l *Line) {
		l.Path, l.Said = "", e.said
		switch {
		case e.code == wire.CloseHostAway:
			l.State = HostAway
		case v.seat.taken || l.State != Finding:
			l.State = Away
		}
	})
}

// pause waits before the next try.
func (v *Visit) pause(ctx context.Context, e ending) {
	wait := max(e.pause, rest(v.failures))
	v.failures++
	select {
	case <-time.After(wait):
	case <-v.left:
	case <-ctx.Done():
	}
}

// finish tells that it is over, after an answer to everything that nobody will answer.
func (v *Visit) finish(ctx context.Context, e ending) {
	if e.forgets() {
		v.forget(v.known.Resume)
	}
	for _, o := range v.outbox.close() {
		if o.kind != "leave" {
			v.refuse(ctx, o, "The visit was over before the host answered")
		}
	}
	v.tell(ctx, func(l *Line) { l.State, l.Path, l.Said = Over, "", e.said })
}

// refuse answers a command in the host's place.
func (v *Visit) refuse(ctx context.Context, o order, why string) {
	refusal := wire.Refusef(wire.CodeHostOffline, "%s", why)
	refusal.ID = o.id
	if text, err := wire.Encode(refusal, 0); err == nil {
		v.push(ctx, Update{Message: text})
	}
}

// tell passes on what has changed about the line.
func (v *Visit) tell(ctx context.Context, change func(*Line)) {
	next := v.line
	change(&next)
	if reflect.DeepEqual(next, v.line) {
		return
	}
	v.line = next
	v.push(ctx, Update{Line: &next})
}

func (v *Visit) push(ctx context.Context, u Update) {
	select {
	case v.updates <- u:
	default:
		select {
		case v.updates <- u:
		case <-ctx.Done():
		}
	}
}

// unreached is how an attempt ends that met nobody.
func (v *Visit) unreached(err error) ending {
	var no *unanswered
	var heard *hearsayError
	switch {
	case errors.As(err, &no):
		if no.why == wire.CodeRateLimited {
			return ending{said: no.Error(), pause: no.after}
		}
		e := closing(no.why.Close())
		e.hearsay, e.said = true, no.Error()
		return e
	case errors.As(err, &heard):
		e := closing(wire.CloseCode(heard.Code))
		e.hearsay = true
		return e
	}
	e := ending{said: sentence(err.Error())} // some of it may be others' words
	// Who was there before comes back; who was not should look at what was typed.
	e.over = v.host.peer == "" && !v.remembered()
	if several := (*Ambiguous)(nil); errors.As(err, &several) {
		e.over, e.said = true, several.Error() // in several lines
	}
	if errors.Is(err, ErrWrongHost) && v.host.peer == "" {
		e.over = true
	}
	if file := (*fileError)(nil); errors.As(err, &file) {
		e.over = true
	}
	return e
}

// fileError: what is known of the host cannot be read, which does not get better by trying.
type fileError struct{ error }

func (e *fileError) Unwrap() error { return e.error }

// remembered: there is a seat to come back to.
func (v *Visit) remembered() bool {
	for _, k := range v.cfg.Visits.All() {
		if k.Code != "" && k.Code == v.cfg.Target.Code && !k.Resume.IsZero() {
			return true
		}
	}
	return false
}

// another is said when a host that was visited before is another machine now.
func another(what string) string {
	return fmt.Sprintf("Another machine than before answers for %s: compare the four words with your friend's screen", what)
}
