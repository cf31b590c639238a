package session

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"maps"
	"sync/atomic"
	"time"

	"soul-jam/hostd/jam"
	"soul-jam/hostd/player"
	"soul-jam/hostd/store"
	"soul-jam/shared/wire"
)

// Store is what the house needs of hostd/store.
type Store interface {
	// Commit writes a batch, on disk when it returns nil.
	Commit(store.Batch) error
	Running() (store.Running, error)
	History() ([]wire.HistoryRow, error)
	// Member finds who shows a user token by its hash, MemberByKey whose program has that
	// libp2p peer id; ok is false when that is nobody's (any more).
	Member(tokenHash string) (m store.Member, ok bool, err error)
	MemberByKey(key string) (m store.Member, ok bool, err error)
	Members() ([]store.Member, error)
	// Remembered gives what Remember kept under a name, for this host and not for one jam; nil when there is nothing.
	Remembered(name string) ([]byte, error)
	Remember(name string, content []byte) error
}

// Config is what a House is made of; every field is needed.
type Config struct {
	Store  Store
	Player player.Player
	Music  Music
	// Now is the session's clock: see Clock.
	Now func() time.Time
	// Boot tells sleep from a clock that was set: see Boot. Nil where nothing can.
	Boot     func() (Boot, error)
	Entropy  io.Reader
	HostName string
	DeviceID string
	Log      *slog.Logger
}

// Clock is the one clock of at_ms, t1 and server_time_ms: the time at the moment
// of the call plus steady time since, so that a step of the wall clock moves nothing.
func Clock() func() time.Time {
	start := time.Now()
	wall := start.Round(0)
	return func() time.Time { return wall.Add(time.Since(start)) }
}

const (
	// mailboxSize commands may wait; then whoever sends waits, and with it only its own connection.
	mailboxSize = 256
	// roundSize commands at most go into one transaction.
	roundSize = 512
	// markPlaying and markIdle: how often the host's sign of life is stored. At most this much of a song is heard again after a crash.
	markPlaying = time.Second
	markIdle    = 15 * time.Second
	// retryDisk: what was due when the disk refused to write is tried again after this; what people ask for, at once.
	retryDisk = time.Second
)

// House is the one owner of the running jam, or of none.
type House struct {
	cfg      Config
	mail     chan func(*batch)
	done     chan struct{} // closed when Run returns
	view     atomic.Pointer[View]
	sounding atomic.Pointer[sounding]
	news     chan struct{} // holds one token when another jam runs, or another name
	shown    chan struct{} // holds one token when the landing page may show something else

	// What follows belongs to the goroutine of Run.
	jam        *jam.Jam         // nil = no jam runs
	seats      map[string]*seat // by participant id: everyone who was seated since the start
	peers      map[string]*Peer // by participant id: their connection now
	room       waitingRoom
	tvs        map[*Peer]bool
	grants     map[string]wire.Granted // by participant id: a member's token that found nobody there
	here       map[string]string       // user ids of the members who are connected, by participant id; as on disk
	ended      map[string]ending       // by share code
	evening    []string                // in the session that ended last, and tonight before
	eveningEnd time.Time               // when it ended
	last       *jam.Jam                // the one that ended last, for those who come back to it
	shelves    <-chan struct{}         // closed when songs may lie elsewhere
	recent     recent
	crowd      crowd
	marked     time.Time
	retry      time.Time // nothing is due before this: the disk has just refused to write
	wish       player.Want
	output     string       // the audio device that was chosen; "" = the system's choice
	expected   []string     // as last told to Music.Expect
	deferred   func(*batch) // has to be a round of its own: see alone
	volume     int          // of the session that ran last; unset before the first
	jumps      uint64       // seeks so far
	lost       bool         // no audio output for now
	away       bool         // the chosen output is not there
	gone       []string     // participant ids whose connection is over, which the disk did not take yet
	refused                 // what else it did not take
	asleep     sleepWatch

	stirredAt atomic.Int64 // second of the last Stir that was passed on
}

// Open makes the house and, when a jam was running, takes it up again: what its
// absence means is decided and written before Open returns.
func Open(cfg Config) (*House, error) {
	h := &House{
		cfg: cfg, mail: make(chan func(*batch), mailboxSize), done: make(chan struct{}), news: make(chan struct{}, 1), shown: make(chan struct{}, 1),
		seats: map[string]*seat{}, peers: map[string]*Peer{}, room: waitingRoom{}, tvs: map[*Peer]bool{}, grants: map[string]wire.Granted{},
		ended: map[string]ending{}, shelves: cfg.Music.Changed(), asleep: sleepWatch{boot: cfg.Boot, now: cfg.Now}, volume: unset,
	}
	if err := h.recallEnded(); err != nil {
		return nil, err
	}
	if err := h.recallOutput(); err != nil {
		return nil, err
	}
	if err := h.reopen(); err != nil {
		return nil, err
	}
	h.publish()
	return h, nil
}

// ErrStopped: the house does not take commands any more.
var ErrStopped = errors.New("the host is stopping")

// Run owns the jam until ctx is over. It returns an error only when the disk can
// neither be written nor read, so that nobody could be told the truth any more.
func (h *House) Run(ctx context.Context) error {
	defer close(h.done)
	timer := time.NewTimer(0)
	defer timer.Stop()
	reports := h.cfg.Player.Reports()
	for {
		var first func(*batch)
		select {
		case <-ctx.Done():
			h.stop()
			return nil
		case first = <-h.mail:
		case r, open := <-reports:
			if !open {
				reports = nil
				continue
			}
			first = func(b *batch) { h.heard(b, r) }
		case <-timer.C:
			first = func(*batch) {}
		}
		for first != nil {
			if err := h.round(first); err != nil {
				return err
			}
			if first = h.sound(); first == nil {
				first, h.deferred = h.deferred, nil
			}
		}
		timer.Reset(h.untilDue())
	}
}

// stop leaves the last sign of life, so that the music goes on from here.
func (h *House) stop() {
	h.cfg.Player.Want(player.Want{Volume: h.wish.Volume, Output: h.output})
	if h.jam == nil {
		return
	}
	if err := h.cfg.Store.Commit(store.Batch{Jam: h.jam.ID(), Solo: h.jam.Solo(), Mark: h.mark(h.cfg.Now())}); err != nil {
		h.cfg.Log.Error("the last position could not be stored", "error", err)
	}
}

// untilDue is the time until the next mark or deadline.
func (h *House) untilDue() time.Duration {
	if h.disk != nil {
		return max(0, h.retry.Sub(h.cfg.Now()))
	}
	if h.jam == nil {
		return time.Hour
	}
	due := h.marked.Add(h.markEvery())
	for _, d := range []time.Time{h.jam.NextDeadline(), h.countDue()} {
		if !d.IsZero() && d.Before(due) {
			due = d
		}
	}
	return max(0, due.Sub(h.cfg.Now()))
}

func (h *House) markEvery() time.Duration {
	if h.jam.Sound().Playback.Playing {
		return markPlaying
	}
	return markIdle
}

// Now is the session's clock.
func (h *House) Now() time.Time { return h.cfg.Now() }

// Changed is readable after a jam began, ended or changed its name. It is for one reader.
func (h *House) Changed() <-chan struct{} { return h.news }

// Landed is readable after what a passer-by sees of the jam may have changed: whoever passes it on compares. It is for one reader.
func (h *House) Landed() <-chan struct{} { return h.shown }

// post hands f to the goroutine. It waits while the mailbox is full.
func (h *House) post(ctx context.Context, f func(*batch)) error {
	select {
	case h.mail <- f:
		return nil
	case <-h.done:
		return ErrStopped
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Submit sends a command of a joined connection; its answer comes by the Outbox.
func (h *House) Submit(ctx context.Context, p *Peer, id string, c wire.Command) error {
	return h.post(ctx, func(b *batch) { b.command(p, id, c) })
}

// TooMuch refuses a command that came too soon, unless it was done before: a page
// that sends again what it had no answer to gets that answer, at any pace.
func (h *House) TooMuch(ctx context.Context, p *Peer, id string, refusal *wire.Error) error {
	return h.post(ctx, func(*batch) {
		if s := h.seated(p); s != nil {
			if seq, done := h.jam.Acked(s.id, id); done && h.disk == nil {
				p.Ack(id, seq)
				return
			}
		}
		p.Refuse(id, refusal)
	})
}

// Away and Back tell that the page was hidden, and that it spoke again.
func (h *House) Away(ctx context.Context, p *Peer) error { return h.quiet(ctx, p, jam.Away{}) }

// Back is the first word after Away on the same connection.
func (h *House) Back(ctx context.Context, p *Peer) error { return h.quiet(ctx, p, jam.Back{}) }

// quiet sends what is never answered.
func (h *House) quiet(ctx context.Context, p *Peer, c jam.Command) error {
	return h.post(ctx, func(b *batch) {
		if s := h.seated(p); s != nil {
			b.step(s.id, "", c, nil, nil)
		}
	})
}

// Gone tells that a connection is over. It must be called for every Peer that ever joined.
func (h *House) Gone(p *Peer) {
	// The connection's own context is over by now; the house always drains its mailbox, or is done.
	_ = h.post(context.WithoutCancel(context.Background()), func(b *batch) {
		delete(h.tvs, p)
		if request := h.room.leave(p); request != "" {
			h.gone = append(h.gone, request)
		}
		if s := h.seated(p); s != nil {
			h.stand(p)
			h.gone = append(h.gone, s.id)
		}
	})
}

// Stir tells that somebody did something that the rules need not decide, a search
// say: it keeps an idle jam alive. At most one a second is passed on.
func (h *House) Stir(ctx context.Context) error {
	now := h.cfg.Now().Unix()
	if h.stirredAt.Swap(now) == now {
		return nil
	}
	return h.post(ctx, func(b *batch) {
		if h.jam != nil {
			b.step("", "", jam.Stir{}, nil, nil)
		}
	})
}

// dropGone shows the seats whose connections are over as such. What the disk
// refuses is tried again in the next round: nobody else would ever say it.
func (b *batch) dropGone() {
	gone := b.h.gone
	b.h.gone = nil
	for _, id := range gone {
		again := func(*wire.Error) { b.h.gone = append(b.h.gone, id) }
		switch {
		case b.h.jam == nil || b.h.peers[id] != nil || b.h.room[id] != nil:
		case b.taken[id]:
			// A page that is reloaded: the new connection sits down when this round is on disk, or never.
			b.answer(func(disk *wire.Error) {
				if disk != nil {
					again(disk)
				}
			})
		default:
			b.step("", "", jam.Drop{Seat: id}, nil, again)
		}
	}
}

// takes notes that a new connection takes a seat or a place in the waiting room up.
func (b *batch) takes(id string) {
	if b.taken == nil {
		b.taken = map[string]bool{}
	}
	b.taken[id] = true
}

// CatchUp gives a connection that fell behind a fresh snapshot.
func (h *House) CatchUp(ctx context.Context, p *Peer) error {
	return h.post(ctx, func(b *batch) {
		b.answer(func(*wire.Error) {
			if s := h.seated(p); s != nil {
				p.Outbox.fresh(h.encode(wire.SessionUpdate{Session: h.jam.Session(s.id)}))
			} else if h.jam != nil && h.tvs[p] {
				p.Outbox.fresh(h.encode(wire.SessionUpdate{Session: h.jam.Session("")}))
			}
		})
	})
}

// seated gives the seat that this connection holds, nil when it has none or lost it.
func (h *House) seated(p *Peer) *seat {
	s := p.seat.Load()
	if s == nil || h.jam == nil || h.peers[s.id] != p {
		return nil
	}
	return s
}

// sit gives a seat to a connection; an older one on the same seat is closed.
func (h *House) sit(p *Peer, id string) {
	if old := h.peers[id]; old != nil && old != p {
		old.seat.Store(nil)
		old.Outbox.Bye(wire.CloseReplaced)
	}
	s := h.seats[id]
	if s == nil {
		s = &seat{id: id, pace: newPace()}
		h.seats[id] = s
	}
	s.open = p.Open
	s.hosts.Store(h.jam.Hosts(id))
	h.peers[id] = p
	p.seat.Store(s)
}

// stand takes the seat from a connection.
func (h *House) stand(p *Peer) {
	if s := p.seat.Load(); s != nil && h.peers[s.id] == p {
		delete(h.peers, s.id)
	}
	p.seat.Store(nil)
}

func (h *House) encode(m wire.Message) []byte {
	b, err := wire.Encode(m, 0)
	if err != nil {
		h.cfg.Log.Error("a message could not be encoded", "message", m.MessageType(), "error", err)
	}
	return b
}

// ending is how a jam ended, and when.
type ending struct {
	at     time.Time
	reason wire.EndReason
}

// addEnded publishes a new map rather than changing the one that views share.
func (h *House) addEnded(code string, e ending) {
	ended := maps.Clone(h.ended)
	ended[code] = e
	h.ended = ended
}
