package day

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"soul-jam/hostd/visitor"
	"soul-jam/shared/identity"
)

// world is everybody and everything of one day, in one bubble. One goroutine makes things happen, one after the other as the agenda
// says; all that it waits for is the bubble's time.
type world struct {
	dice   *rand.Rand
	folder string
	length time.Duration // of the day
	log    *slog.Logger

	network  *network
	internet *internet
	soul     *soul
	host     *host
	people   []*person // the first is the host
	hostHome string    // the address outside of the host's home
	code     string
	began    time.Time
	up       time.Time // since when hostd runs
	heard    time.Time // since when soul-server does
	agenda   []plan
	compared int

	mu     sync.Mutex // guards what follows
	counts map[string]int
	wrongs []string
}

// plan is something that is to happen.
type plan struct {
	at time.Time
	do func()
}

// in has something happen after a time.
func (w *world) in(d time.Duration, do func()) {
	p := plan{time.Now().Add(d), do}
	i, _ := slices.BinarySearchFunc(w.agenda, p, func(a, b plan) int {
		if a.at.After(b.at) {
			return 1
		}
		return -1 // behind what is to happen at the same moment
	})
	w.agenda = slices.Insert(w.agenda, i, p)
}

// again has something happen again and again, on average so often, until the last quarter of an hour.
func (w *world) again(mean time.Duration, do func()) {
	w.in(w.about(mean), func() {
		if w.left() < 15*time.Minute {
			return
		}
		do()
		w.again(mean, do)
	})
}

// about is a time that is so long on average: mostly shorter, at times much longer.
func (w *world) about(mean time.Duration) time.Duration {
	return min(time.Duration(w.dice.ExpFloat64()*float64(mean)), 6*mean) + time.Millisecond
}

// between is a time from one to another.
func (w *world) between(one, other time.Duration) time.Duration {
	return one + time.Duration(w.dice.Int64N(int64(other-one)))
}

// chance is true so many times in a hundred.
func (w *world) chance(percent int) bool { return w.dice.IntN(100) < percent }

// left is how long the day lasts from now.
func (w *world) left() time.Duration { return w.length - time.Since(w.began) }

// live lets everything happen that is to happen until then. It ends early when something went wrong.
func (w *world) live(until time.Time) {
	for len(w.agenda) > 0 && !w.agenda[0].at.After(until) && len(w.complaints()) == 0 {
		next := w.agenda[0]
		w.agenda = w.agenda[1:]
		pass(time.Until(next.at))
		next.do()
	}
	if len(w.complaints()) == 0 {
		pass(time.Until(until))
	}
}

// wrong notes that something is not as it must be.
func (w *world) wrong(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.wrongs) < 10 {
		w.wrongs = append(w.wrongs, fmt.Sprintf("after %v: ", time.Since(w.began).Round(time.Millisecond))+fmt.Sprintf(format, args...))
	}
}

func (w *world) complaints() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append(w.host.ledger.complaints(), w.wrongs...)
}

// count notes that something has happened once more.
func (w *world) count(what string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.counts[what]++
}

// story is all that was counted.
func (w *world) story() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var b strings.Builder
	for _, what := range slices.Sorted(maps.Keys(w.counts)) {
		fmt.Fprintf(&b, "\n  %6d  %s", w.counts[what], what)
	}
	return b.String()
}

// strict is a log in which nothing may stand that the programs themselves call an error.
type strict struct{ w *world }

func (s strict) Enabled(_ context.Context, level slog.Level) bool { return level >= slog.LevelError }

func (s strict) Handle(_ context.Context, r slog.Record) error {
	text := r.Message
	r.Attrs(func(a slog.Attr) bool { text += " " + a.String(); return true })
	s.w.wrong("a program says: %s", text)
	return nil
}

func (s strict) WithAttrs([]slog.Attr) slog.Handler { return s }
func (s strict) WithGroup(string) slog.Handler      { return s }

// athome and elsewheres are how many guests there are.
const athome, elsewheres = 9, 2

// newWorld brings up the programs and starts the jam; folder is where they keep their files.
func newWorld(folder string, seed uint64, length time.Duration) (*world, error) {
	w := &world{
		dice: rand.New(rand.NewPCG(seed, 24)), folder: folder, length: length, //nolint:gosec // a day is to be had again
		network: newNetwork(), counts: map[string]int{}, began: time.Now(),
	}
	w.log = slog.New(strict{w})
	var err error
	if w.internet, err = newInternet(); err != nil {
		return nil, err
	}
	home, outside, err := w.internet.home()
	if err != nil {
		return nil, err
	}
	w.hostHome = outside
	if w.host, err = newHost(w.network, &roaming{Net: home, now: home}, folder, w.log); err != nil {
		return nil, err
	}
	w.soul = newSoul(w.network, w.log)
	w.heard = time.Now()
	if err := w.hostUp(); err != nil {
		return nil, err
	}
	settings := map[string]any{"name": "A long day", "allow_duplicates": true}
	if length < 24*time.Hour { // a short day ends as a long one does, by another rule
		settings["expires_at"] = w.began.Add(length).UTC().Format("2006-01-02T15:04:05.000Z")
	}
	if w.code, err = w.host.begin(settings); err != nil {
		return nil, err
	}
	if err := w.invite(); err != nil {
		return nil, err
	}
	return w, w.internet.start()
}

// invite makes the people.
func (w *world) invite() error {
	key, err := w.host.link()
	if err != nil {
		return err
	}
	for n := range 1 + athome + elsewheres {
		p := &person{world: w, name: fmt.Sprintf("Guest %d", n), ip: fmt.Sprintf("192.168.1.%d", 10+n), calm: time.Now()}
		if p.visits, err = visitor.OpenVisits(filepath.Join(w.folder, p.name)); err != nil {
			return err
		}
		switch {
		case n == 0:
			p.name, p.hosts = "Hanna", true
			p.target = target(consoleName, w.code, nil)
			err = p.visits.Change(w.host.key.PeerID(), func(k *visitor.Known) { k.User = w.host.token })
		case n <= athome:
			p.target = target(lanName, w.code, nil)
		default:
			err = w.afar(p, key)
		}
		if err != nil {
			return err
		}
		p.web = w.network.web(p.ip)
		if p.away == nil {
			p.native = socketWay{w.network.web(p.ip), p.target.Origin.Host}
		}
		w.people = append(w.people, p)
	}
	return nil
}

// afar makes somebody one who comes through soul-server, from two networks in turn.
func (w *world) afar(p *person, key identity.LinkKey) error {
	p.ip = strings.Replace(p.ip, "192.168.1", "203.0.113", 1)
	p.target = target(soulName, w.code, &key)
	p.away = &elsewhere{}
	for i := range p.away.nets {
		var err error
		if p.away.nets[i], p.away.homes[i], err = w.internet.home(); err != nil {
			return err
		}
	}
	machine := &roaming{Net: p.away.nets[0], now: p.away.nets[0]}
	p.away.way = &channelWay{web: w.network.web(p.ip), machine: machine, key: key, log: w.log}
	p.native = p.away.way
	return nil
}

// over ends everything, which bubbles ask for.
func (w *world) over() {
	for _, p := range w.people {
		w.mend(p)
		if p.here() {
			p.quit()
		}
	}
	if w.host.running != nil {
		if err := w.host.stop(); err != nil {
			w.wrong("hostd does not stop well: %v", err)
		}
	}
	if w.soul.now != nil {
		w.soul.stop(false)
	}
	w.internet.close(w.log)
	pass(2 * time.Minute) // of the bubble: the libraries' goroutines come to their end
}
