package lan

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"sync/atomic"
	"time"

	"github.com/grandcat/zeroconf"
)

// pace is how often a Browser does what.
type pace struct {
	// ask anew, because the library never tells that a jam has gone: it is told of those that
	// are still there by asking again.
	ask time.Duration

	// forget a jam after so long without an answer: two rounds may be lost, as
	// multicast on a Wi-Fi often is.
	forget time.Duration

	// look at the network and the list this often.
	look time.Duration

	// grace is how long a jam is still listed after the network has changed, unless it answers there too.
	grace time.Duration
}

func defaultPace() pace {
	return pace{ask: 10 * time.Second, forget: 21 * time.Second, look: time.Second, grace: 3 * time.Second}
}

// maxAnswers is how many answers of one round are read. The library remembers
// every name that it hears until the round ends; beyond this number nobody listens until the next.
const maxAnswers = 1000

// Browser lists the jams that are announced on the networks of this machine, for as long as
// Run runs. A jam that goes is listed for up to 22 s more. The zero value works; its fields are
// set before Run.
type Browser struct {
	// Interfaces to listen on, by name; none means all that are up and multicast, without loopback.
	Interfaces []string

	// Log takes what goes wrong, at level debug; nil is slog.Default.
	Log *slog.Logger

	// Told gets every list that differs from the one before, from Run's goroutine; nil is nobody.
	Told func([]Nearby)

	pace pace
	jams atomic.Pointer[[]Nearby] // the list as it is; never changed once stored
}

// Jams returns those that are known now, by name, at most 200. It may be called by
// any goroutine at any time; the slice is the caller's to read only.
func (b *Browser) Jams() []Nearby {
	if jams := b.jams.Load(); jams != nil {
		return *jams
	}
	return nil
}

// Run asks and listens until ctx ends, while interfaces come and go. It runs once at a time.
func (b *Browser) Run(ctx context.Context) {
	e := &ear{browser: b, log: b.Log, pace: b.pace, roster: newRoster()}
	if e.log == nil {
		e.log = slog.Default()
	}
	if e.pace == (pace{}) {
		e.pace = defaultPace()
	}
	ticker := time.NewTicker(e.pace.look)
	defer ticker.Stop()
	for ctx.Err() == nil {
		e.explain(e.round(ctx, ticker.C))
	}
}

// ear is a Browser at work. Its goroutine alone touches it.
type ear struct {
	browser *Browser
	log     *slog.Logger
	pace    pace
	roster  *roster
	on      network // where the last round asked
	here    here    // as it was then
	said    string  // the last failure, not to be repeated every few seconds
}

// explain logs a failure once, until another or a success comes between.
func (e *ear) explain(err error) {
	if err == nil {
		e.said = ""
	} else if err.Error() != e.said {
		e.said = err.Error()
		e.log.Debug("jams nearby cannot be looked for", "reason", err)
	}
}

// round asks once and listens until it is time to ask again, or the network changes.
func (e *ear) round(ctx context.Context, tick <-chan time.Time) error {
	ctx, cancel := context.WithTimeout(ctx, e.pace.ask)
	defer cancel()
	failed := e.arrive()
	var answers question
	if failed == nil {
		answers, failed = ask(ctx, e.on.interfaces)
		defer answers.end()
	}
	for {
		select {
		case entry, open := <-answers.ipv4:
			if !open {
				answers.ipv4 = nil
				continue
			}
			e.hear(entry, &answers)
		case entry, open := <-answers.ipv6:
			if !open {
				answers.ipv6 = nil
				continue
			}
			e.hear(entry, &answers)
		case <-tick:
			if e.roster.forget(time.Now().Add(-e.pace.forget)) {
				e.tell()
			}
			if now, err := look(e.browser.Interfaces); err == nil && !now.same(e.on) {
				return failed
			}
		case <-ctx.Done():
			return failed
		}
	}
}

// arrive looks where this machine is. Elsewhere than before, what was heard of there has to show up
// here soon.
func (e *ear) arrive() error {
	now, err := look(e.browser.Interfaces)
	if err != nil {
		return err
	}
	if !now.same(e.on) {
		e.roster.doubt(time.Now().Add(e.pace.grace - e.pace.forget))
	}
	e.on, e.here = now, hereOn(now)
	if len(now.interfaces) == 0 {
		return errors.New("no network interface is up, multicast and has an address")
	}
	return nil
}

// hereOn returns this machine's addresses, and the networks of the interfaces that are listened on.
func hereOn(on network) (h here) {
	interfaces, err := net.Interfaces()
	if err != nil {
		return h
	}
	for _, i := range interfaces {
		h.own = append(h.own, addressesOf(i)...)
	}
	for _, i := range on.interfaces {
		addresses, err := i.Addrs()
		if err != nil {
			continue // it has just gone
		}
		for _, a := range addresses {
			if p, err := netip.ParsePrefix(a.String()); err == nil {
				h.onLink = append(h.onLink, p.Masked())
			}
		}
	}
	return h
}

// hear takes one answer, or closes the ears for this round when there are too many.
func (e *ear) hear(entry *zeroconf.ServiceEntry, answers *question) {
	jam, ok := e.here.read(entry)
	// The library keeps the entry to know that it has told of it, and looks at nothing in it.
	*entry = zeroconf.ServiceEntry{}
	if ok && e.roster.note(jam, time.Now()) {
		e.tell()
	}
	if answers.count++; answers.count == maxAnswers {
		e.log.Debug("too many answers about jams nearby: listening again in the next round")
		answers.cancel()
	}
}

// tell passes the list on, when it has changed.
func (e *ear) tell() {
	jams := e.roster.list()
	e.browser.jams.Store(&jams)
	if e.browser.Told != nil {
		e.browser.Told(jams)
	}
}

// question is one round of asking under way.
type question struct {
	ipv4, ipv6 <-chan *zeroconf.ServiceEntry // closed when they are over; nil where that family is not to be had
	cancel     context.CancelFunc
	count      int // answers so far
}

// ask sends the question. The families are asked apart: where the library cannot have
// both it gives up, and forgets to close the socket of the first.
func ask(ctx context.Context, on []net.Interface) (question, error) {
	ctx, cancel := context.WithCancel(ctx)
	q := question{cancel: cancel}
	var err4, err6 error
	q.ipv4, err4 = browse(ctx, zeroconf.IPv4, on)
	q.ipv6, err6 = browse(ctx, zeroconf.IPv6, on)
	if err4 != nil && err6 != nil {
		return q, fmt.Errorf("ask for jams on the LAN: %w", errors.Join(err4, err6))
	}
	return q, nil
}

func browse(ctx context.Context, family zeroconf.IPType, on []net.Interface) (<-chan *zeroconf.ServiceEntry, error) {
	resolver, err := zeroconf.NewResolver(zeroconf.SelectIPTraffic(family), zeroconf.SelectIfaces(on))
	if err != nil {
		return nil, err
	}
	answers := make(chan *zeroconf.ServiceEntry)
	// When it fails it still closes the channel.
	return answers, resolver.Browse(ctx, Service, domain, answers)
}

// end returns when nobody sends any more: the library waits for whoever should read.
func (q question) end() {
	q.cancel()
	for _, answers := range []<-chan *zeroconf.ServiceEntry{q.ipv4, q.ipv6} {
		if answers != nil {
			for range answers {
			}
		}
	}
}
