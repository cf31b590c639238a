package visitor

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"soul-jam/hostd/lan"
	"soul-jam/shared/code"
	"soul-jam/shared/identity"
	"soul-jam/shared/wire"
)

// finder looks for the host of a jam. It changes nothing and may be used by several goroutines.
type finder struct {
	target Target
	// key pins the host, peer too; nil and "" = anybody.
	key  *identity.LinkKey
	peer string
	// servers are asked besides the link's own.
	servers []*url.URL
	nearby  Nearby // nil = nobody listens on the LAN
	ask     func(ctx context.Context, origin *url.URL, c code.Code) (host, error)
	// visited tells whether that host was visited before for that code. patient: some host was, so that a quick stranger
	// is not taken before that one had the time to answer.
	visited func(peer string, c code.Code) bool
	patient bool
}

// How well an answer fits what was typed; what fits better makes the others unheard.
const (
	byLink = iota
	byCode
	byName
	byBeginning
)

// answer is what came of asking one server.
type answer struct {
	host
	name string // as announced
	fit  int
	err  error
}

// Found is one of several hosts that may be meant.
type Found struct {
	Name  string
	Code  code.Code
	Words []string
}

// Ambiguous: several hosts may be meant.
type Ambiguous struct{ Found []Found }

func (a *Ambiguous) Error() string {
	var b strings.Builder
	b.WriteString("several hosts answer. Compare the four words with those on your friend's screen")
	same := true
	for _, f := range a.Found {
		same = same && f.Code == a.Found[0].Code
	}
	if same {
		b.WriteString("; one of them may only pretend, so open the jam's whole link:")
	} else {
		b.WriteString(", and join by the code:")
	}
	for _, f := range a.Found {
		fmt.Fprintf(&b, "\n  %s  %s  (%s)", f.Code, strings.Join(f.Words, " "), f.Name)
	}
	return b.String()
}

// The errors of find, for the person, besides ErrWrongHost, *Ambiguous, *unanswered and those of the network.
var (
	errNoSuchName = errors.New("no jam of that name is announced on this network; `hostd nearby` lists those that are")
	errNoSuchCode = errors.New("no jam with that code is announced on this network; from elsewhere, join by the whole link, or name the soul-server with --relay")
)

// find gives the host that is meant, with all that is known of the ways to it.
func (f finder) find(ctx context.Context) (host, error) {
	answers := f.collect(ctx)
	if err := ctx.Err(); err != nil {
		return host{}, err
	}
	return f.choose(answers)
}

// collect asks everybody who may know.
func (f finder) collect(ctx context.Context) (got []answer) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	answers := make(chan answer)
	asked, waiting := map[string]bool{}, 0
	ask := func(at *url.URL, c code.Code, name string, fit int) {
		key := at.String() + " " + c.String()
		if asked[key] {
			return
		}
		asked[key] = true
		waiting++
		go func() {
			h, err := f.ask(ctx, at, c)
			select {
			case answers <- answer{h, name, fit, err}:
			case <-ctx.Done():
			}
		}()
	}
	if f.target.Origin != nil {
		ask(f.target.Origin, f.target.Code, "", byLink)
	}
	for _, at := range f.servers {
		if f.target.Code != "" {
			ask(at, f.target.Code, "", byCode)
		}
	}
	lists := f.listen(ctx)
	var grace <-chan time.Time
	for waiting > 0 || lists != nil {
		select {
		case jams, open := <-lists:
			if !open {
				lists = nil
			}
			for _, jam := range matching(f.target, jams) {
				if f.peer != "" && jam.Peer != "" && jam.Peer != f.peer {
					continue // says itself that it is another host
				}
				if link, err := parseLink(jam.URL); err == nil && link.Code == jam.Code && len(asked) < maxMatches {
					ask(link.Origin, jam.Code, jam.Name, f.fit(jam))
				}
			}
		case a := <-answers:
			waiting--
			got = append(got, a)
			if grace == nil && f.settles(a) {
				grace = time.After(lanGrace)
			}
		case <-grace:
			return got
		case <-ctx.Done():
			return got
		}
	}
	return got
}

// listen gives the lists of what is announced on the LAN, for lanWithin.
func (f finder) listen(ctx context.Context) <-chan []lan.Nearby {
	if f.nearby == nil {
		return nil
	}
	lists := make(chan []lan.Nearby)
	go func() {
		defer close(lists)
		ctx, cancel := context.WithTimeout(ctx, lanWithin)
		defer cancel()
		f.nearby(ctx, func(jams []lan.Nearby) {
			select {
			case lists <- jams:
			case <-ctx.Done():
			}
		})
	}()
	return lists
}

func (f finder) fit(jam lan.Nearby) int {
	switch {
	case f.target.Code != "" && jam.Code == f.target.Code:
		return byCode
	case strings.EqualFold(jam.Name, f.target.Name):
		return byName
	}
	return byBeginning
}

// settles: no better answer needs to be waited for much longer.
func (f finder) settles(a answer) bool {
	if a.err != nil || a.fit > byCode || !f.fits(a.host) {
		return false
	}
	return a.fit == byLink || f.key != nil || !f.patient || f.visited(a.peer, a.code)
}

func (f finder) fits(h host) bool {
	return (f.peer == "" || h.peer == f.peer) && (f.key == nil || f.key.Pins(h.bundle))
}

// choose takes one of those who answered.
func (f finder) choose(answers []answer) (host, error) {
	good := slices.DeleteFunc(slices.Clone(answers), func(a answer) bool { return a.err != nil })
	if len(good) == 0 {
		return host{}, f.nobody(answers)
	}
	good = slices.DeleteFunc(good, func(a answer) bool { return !f.fits(a.host) })
	if len(good) == 0 {
		return host{}, ErrWrongHost
	}
	slices.SortStableFunc(good, func(a, b answer) int { return a.fit - b.fit })
	best := good[:1]
	for _, a := range good[1:] {
		if a.fit == good[0].fit && !slices.ContainsFunc(best, func(b answer) bool { return b.peer == a.peer && b.code == a.code }) {
			best = append(best[:len(best):len(best)], a)
		}
	}
	if len(best) > 1 {
		known := slices.DeleteFunc(slices.Clone(best), func(a answer) bool { return !f.visited(a.peer, a.code) })
		if len(known) != 1 {
			return host{}, ambiguous(best)
		}
		best = known
	}
	return merged(best[0].host, good), nil
}

// merged adds what the others who introduced the same host know of the ways to it, the host's own word first.
func merged(chosen host, good []answer) host {
	chosen.addrs = nil
	for _, own := range []bool{true, false} {
		for _, a := range good {
			if a.peer != chosen.peer || a.code != chosen.code || itself(a.addrs) != own {
				continue
			}
			for _, at := range a.addrs {
				if !slices.Contains(chosen.addrs, at) {
					chosen.addrs = append(chosen.addrs, at)
				}
			}
			if chosen.server == nil {
				chosen.server = a.server
			}
		}
	}
	return chosen
}

// itself: who gave these addresses listens there, and is no soul-server.
func itself(addrs []string) bool {
	return len(addrs) > 0 && !slices.ContainsFunc(addrs, func(at string) bool { return strings.Contains(at, "/p2p-circuit") })
}

func ambiguous(best []answer) error {
	found := &Ambiguous{}
	for _, a := range best {
		found.Found = append(found.Found, Found{Name: a.name, Code: a.code, Words: a.bundle.Words()})
	}
	return found
}

// nobody says why there is no host, by the answer that tells most.
func (f finder) nobody(answers []answer) error {
	for _, why := range []wire.Code{wire.CodeSessionEnded, wire.CodeHostOffline, wire.CodeRateLimited, wire.CodeSessionNotFound} {
		for _, a := range answers {
			if u := (*unanswered)(nil); errors.As(a.err, &u) && u.why == why {
				return u
			}
		}
	}
	for _, a := range answers {
		if a.err != nil {
			return a.err
		}
	}
	if f.target.NoCode != nil {
		return fmt.Errorf("%w; and as a code: %w", errNoSuchName, f.target.NoCode)
	}
	if f.target.Code == "" {
		return errNoSuchName
	}
	return errNoSuchCode
}
