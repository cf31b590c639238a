package jam

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"soul-jam/shared/wire"
)

var (
	seed     = flag.Int("seed", 0, "simulate this seed")
	steps    = flag.Int("steps", 10_000, "steps of the simulation")
	browsers = flag.String("browsers", "", "write what every browser got to this file, for webapp/src/session/simulation.test.ts")
)

// TestSimulation lets a host and fifty guests do what they like, badly connected,
// through jams that end and begin: after each step the invariants of world hold, and every
// 100 steps, at every restart and at every end the replay is equal. By itself it runs the
// first seed of testdata/seeds; the browsers' side of it runs it with all of them.
func TestSimulation(t *testing.T) {
	p := newParty(t, firstSeed(t))
	defer p.told.close(t)
	for i := range *steps {
		p.moment()
		if err := p.sound(); err != nil {
			t.Fatalf("step %d, %s: %v", i, p.last, err)
		}
		if i%100 == 99 {
			p.check()
			p.told.compare(p)
		}
		p.count()
		if why, _ := p.jam.Ended(); why != "" {
			p.ends[why]++
			p.check()
			p.start()
		}
	}
	if *steps >= 10_000 && p.follows == 0 || p.refused == 0 || p.done*3 < *steps || p.online < 8**steps {
		t.Errorf("%d commands done, %d refused, %d online on average: this simulates nothing", p.done, p.refused, p.online / *steps)
	}
	t.Logf("%d jams begun by the host alone, %d done, %d refused, on average %d online and %d songs waiting, events %v, jams ended: %v",
		p.follows, p.done, p.refused, p.online / *steps, p.songs / *steps, p.events, p.ends)
}

// firstSeed is --seed, or the first one that is kept.
func firstSeed(t *testing.T) uint64 {
	if *seed != 0 {
		return uint64(*seed)
	}
	text, err := os.ReadFile("testdata/seeds")
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(string(text), "\n") {
		number, _, _ := strings.Cut(line, " ")
		if n, err := strconv.ParseUint(number, 10, 64); err == nil {
			return n
		}
	}
	t.Fatal("testdata/seeds holds none")
	return 0
}

// guest is one of the fifty, or the host: a person with a phone that may or may not be connected.
type guest struct {
	name   string
	host   bool
	seat   string // "" before joining, also while waiting
	waits  string // request
	token  string // newest resume token
	old    string // the one before
	key    string // join key
	user   string // of a member
	online bool
	last   uint64 // event, as its browser knows it
}

// party is a world in which everybody acts at random.
type party struct {
	*world
	t             *testing.T
	dice          *rand.Rand
	seed          uint64
	people        []*guest
	told          *transcript
	last          string
	tokenCount    int
	done, refused int
	online, songs int // summed over the steps
	follows       int // jams that went on with what the host played alone
	events        map[string]int
	ends          map[wire.EndReason]int
}

func newParty(t *testing.T, n uint64) *party {
	p := &party{t: t, seed: n, dice: rand.New(rand.NewPCG(n, 1)), told: newTranscript(t), events: map[string]int{}, ends: map[wire.EndReason]int{}}
	p.people = []*guest{{name: "host", host: true}}
	for i := range 50 {
		p.people = append(p.people, &guest{name: fmt.Sprint("guest", i)})
	}
	p.start()
	return p
}

// start begins a jam with other settings than the last one, now and then with the host alone at first.
func (p *party) start() {
	n := chance(byte(p.dice.IntN(256)))
	if p.chance(3) {
		p.world = newSolo(p.t, SoloSettings(), n)
	} else {
		p.world = newWorld(p.t, p.settings(), n)
	}
	p.anew()
}

// follow makes a jam of the solo session.
func (p *party) follow() {
	p.world.promote(p.settings())
	p.follows++
	p.tokens = nil
	p.anew()
}

// settings are other ones each time.
func (p *party) settings() wire.JamSettings {
	s := wire.DefaultSettings()
	s.AllowDuplicates, s.Autoplay = p.chance(2), p.chance(2)
	s.MaxParticipants = []int{25, 60}[p.dice.IntN(2)]
	s.RequireApproval = p.chance(4)
	s.QueueOrder = []string{wire.OrderFair, wire.OrderFIFO, wire.OrderVotes}[p.dice.IntN(3)]
	s.SkipThreshold = []float64{0.1, 0.5, 1}[p.dice.IntN(3)]
	return s
}

// anew lets everybody come to what has begun; members are known in it.
func (p *party) anew() {
	p.told.begin()
	for _, g := range p.people {
		*g = guest{name: g.name, host: g.host, user: g.user, key: fmt.Sprint("key ", g.name, p.dice.IntN(1<<30))}
	}
	p.people[0].seat = p.jam.HostSeat()
}

func (p *party) chance(in int) bool { return p.dice.IntN(in) == 0 }

// count keeps the figures that tell whether enough goes on.
func (p *party) count() {
	p.songs += len(p.jam.upcoming)
	for _, g := range p.people {
		if g.online {
			p.online++
		}
	}
}

// anyone is somebody, mostly one who is in the jam, and the host more often than others.
func (p *party) anyone() *guest {
	if p.chance(8) {
		return p.people[0]
	}
	for range 5 {
		if g := p.people[p.dice.IntN(len(p.people))]; g.online || p.chance(5) {
			return g
		}
	}
	return p.people[0]
}

// moment is one thing that happens.
func (p *party) moment() {
	p.last = "time"
	if p.jam.Solo() && p.chance(60) {
		p.last = "the start of a jam"
		p.follow()
		return
	}
	switch n := p.dice.IntN(1000); {
	case n < 100:
		p.hear(p.pass(time.Duration(p.dice.Int64N(int64(time.Minute)))))
	case n < 102:
		p.hear(p.pass(time.Duration(p.dice.Int64N(int64(35 * time.Minute)))))
	case n < 105:
		p.crash()
	case n < 300:
		if host := p.people[0]; !host.online && p.chance(8) {
			p.come(host)
			return
		}
		p.come(p.people[p.dice.IntN(len(p.people))])
	case n < 380:
		p.goAway(p.anyone())
	case n < 480:
		p.house()
	default:
		p.letIn()
		g := p.anyone()
		id := ""
		if p.chance(2) {
			id = fmt.Sprint(p.dice.IntN(400)) // now and then one that was used
		}
		if g.seat != "" {
			p.try(g.seat, id, p.something(g))
		}
	}
}

// try does one command, and tells the browsers.
func (p *party) try(seat, id string, c Command) (Entry, bool) {
	p.last = fmt.Sprintf("%s %s %T %+v", seat, id, c, c)
	e, refusal := p.step(seat, id, c)
	if refusal != nil {
		p.refused++
		return e, false
	}
	p.done++
	p.hear([]Entry{e})
	return e, true
}

// hear tells everyone who is online what happened, and drops whom it put out.
func (p *party) hear(entries []Entry) {
	for _, e := range entries {
		p.told.entry(p, e)
		for _, ev := range e.Events {
			p.events[ev.MessageType()]++
			switch m := ev.Message.(type) {
			case wire.ParticipantBanned:
				p.cut(m.Participant.ID)
			case wire.ParticipantLeft:
				p.cut(m.ParticipantID)
			}
		}
	}
}

// cut is the end of a connection by the host's side.
func (p *party) cut(seat string) {
	for _, g := range p.people {
		if g.seat == seat || g.waits == seat {
			if g.online && g.seat != "" && p.jam.people[seat] != nil && !p.jam.people[seat].banned && p.jam.people[seat].keeps() {
				continue // ten minutes away: the page may still be there
			}
			p.told.gone(g)
			g.online, g.waits = false, ""
		}
	}
}

// crash is a restart of hostd, with or without a fresh sign of life, and with a clock that may have been set.
func (p *party) crash() {
	p.check()
	m := Mark{At: wire.At(p.now), PositionMS: p.jam.PositionMS(p.now)}
	if c := p.jam.Sound().Current; c != nil {
		m.Item = c.ID
	}
	for _, g := range p.people {
		p.told.gone(g)
		g.online = false
	}
	absent := time.Duration(p.dice.Int64N(int64(31 * time.Minute)))
	p.now = p.now.Add(absent)
	if p.chance(3) {
		p.now = p.now.Add(time.Duration(p.dice.Int64N(int64(20*time.Minute))) - 10*time.Minute)
	}
	p.restart()
	p.try("", "", Reopen{Mark: m, Absent: absent})
}
