package session

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"soul-jam/hostd/player"
	"soul-jam/hostd/store"
	"soul-jam/shared/wire"
)

// errDisk is what a broken disk says.
var errDisk = errors.New("the disk is full")

// disk is a real store whose writing can be stopped and broken.
type disk struct {
	*store.Store
	writes  atomic.Int64
	broken  atomic.Bool
	refused atomic.Int64
	doubt   atomic.Bool // it writes, and says that it did not: the last sync failed
	nodded  atomic.Bool // signs of life alone are not written: for tests of a day

	mu   sync.Mutex    // guards gate
	gate chan struct{} // not nil: Commit waits until it is closed
	held chan struct{} // gets a token when a Commit begins to wait
}

func (d *disk) Commit(b store.Batch) error {
	d.mu.Lock()
	gate := d.gate
	d.mu.Unlock()
	if gate != nil {
		d.held <- struct{}{}
		<-gate
	}
	if d.broken.Load() {
		d.refused.Add(1)
		return errDisk
	}
	if d.nodded.Load() && len(b.Entries) == 0 {
		return nil
	}
	d.writes.Add(1)
	err := d.Store.Commit(b)
	if d.doubt.Load() {
		return errDisk
	}
	return err
}

// hold makes the next commits wait and gives what lets them go.
func (d *disk) hold() (release func()) {
	gate := make(chan struct{})
	d.mu.Lock()
	d.gate = gate
	d.mu.Unlock()
	return func() {
		d.mu.Lock()
		d.gate = nil
		d.mu.Unlock()
		close(gate)
	}
}

// shelf is a library of twenty songs t0 to t19, five minutes each.
type shelf struct {
	gone atomic.Bool // the disk with the music is away

	mu       sync.Mutex    // guards what follows
	folder   string        // of all the songs, "/music" when it is ""
	changed  chan struct{} // made when somebody asks for it
	blocked  map[string]bool
	gains    map[string]float64
	played   []string
	expected [][]string
}

func (s *shelf) Track(id string) (wire.TrackInfo, bool) {
	var n int
	if _, err := fmt.Sscanf(id, "t%d", &n); err != nil || n < 0 || n >= 20 || s.Blocked(id) {
		return wire.TrackInfo{}, false
	}
	return wire.TrackInfo{TrackID: id, Title: "Song " + id, DurationMS: 300_000}, true
}

// Shared leaves guests all but t18 and t19.
func (s *shelf) Shared(id string) bool { return id != "t18" && id != "t19" }

func (s *shelf) Blocked(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.blocked[id]
}

func (s *shelf) Changed() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.changed == nil {
		s.changed = make(chan struct{})
	}
	return s.changed
}

// move puts all songs into another folder.
func (s *shelf) move(folder string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.folder = folder
	close(s.changed)
	s.changed = nil
}

func (s *shelf) Near(_ []string, avoid func(wire.TrackInfo) bool) (wire.TrackInfo, wire.Because, bool) {
	for i := range 20 {
		if t, ok := s.Track(fmt.Sprint("t", i)); ok && !avoid(t) {
			return t, wire.Because{Reason: wire.BecauseAny}, true
		}
	}
	return wire.TrackInfo{}, wire.Because{}, false
}

func (s *shelf) Place(id string) (path, header string, err error) {
	if s.gone.Load() {
		return "", "", errors.New("no such file")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return cmp.Or(s.folder, "/music") + "/" + id, "", nil
}

func (s *shelf) Sound(id string) (gain, peak float64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.gains[id], 0
}

func (s *shelf) Played(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.played = append(s.played, id)
}

func (s *shelf) Expect(ids []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.expected = append(s.expected, ids)
}

// block blocks these tracks and no other.
func (s *shelf) block(ids ...string) *wire.Error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.blocked = map[string]bool{}
	for _, id := range ids {
		s.blocked[id] = true
	}
	return nil
}

// deck is a player that only remembers what was wanted, and says what the test tells it to.
type deck struct {
	reports chan player.Report
	outputs []player.Output
	mu      sync.Mutex // guards wants
	wants   []player.Want
}

func (d *deck) Outputs(context.Context) ([]player.Output, error) { return d.outputs, nil }

func (d *deck) Want(w player.Want) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.wants = append(d.wants, w)
}
func (d *deck) Reports() <-chan player.Report { return d.reports }
func (d *deck) Close() error                  { return nil }

func (d *deck) last() player.Want {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.wants) == 0 {
		return player.Want{}
	}
	return d.wants[len(d.wants)-1]
}

// rig is a house with all that it stands on.
type rig struct {
	*House
	t     *testing.T
	dir   string
	disk  *disk
	shelf *shelf
	deck  *deck
	ended chan error
	stop  context.CancelFunc
}

// open makes a house on dir and runs it.
func open(t *testing.T, dir string) *rig {
	t.Helper()
	return openOn(t, dir, machine{})
}

// machine is what a test says of the clocks; nothing = those of the bubble, and no boot clock.
type machine struct {
	now  func() time.Time
	boot func() (Boot, error)
}

func openOn(t *testing.T, dir string, m machine) *rig {
	t.Helper()
	if m.now == nil {
		m.now = Clock()
	}
	s, err := store.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{
		t: t, dir: dir, disk: &disk{Store: s, held: make(chan struct{}, 16)}, shelf: &shelf{},
		deck: &deck{reports: make(chan player.Report, 16)}, ended: make(chan error, 1),
	}
	r.House, err = Open(Config{
		Store: r.disk, Player: r.deck, Music: r.shelf, Now: m.now, Boot: m.boot, Entropy: rand.Reader, HostName: "Hanna", DeviceID: "device",
		Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	r.stop = stop
	go func() { r.ended <- r.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		<-r.done
		_ = s.Close()
	})
	return r
}

// start is open with a running jam.
func start(t *testing.T) *rig {
	t.Helper()
	r := open(t, t.TempDir())
	if _, refusal := r.Create(t.Context(), nil); refusal != nil {
		t.Fatal(refusal)
	}
	return r
}

// again stops the house and opens another one on the same directory.
func (r *rig) again() *rig {
	r.t.Helper()
	r.stop()
	if err := <-r.ended; err != nil {
		r.t.Error(err)
	}
	if err := r.disk.Close(); err != nil {
		r.t.Error(err)
	}
	return open(r.t, r.dir)
}

// someone is one connection.
type someone struct {
	*Peer
	r *rig
	n int
}

func (r *rig) join(name string, host bool) *someone {
	r.t.Helper()
	s := &someone{Peer: NewPeer(r.View().ShareCode, host, wire.PathLAN, slog.New(slog.DiscardHandler)), r: r}
	if err := r.Join(context.Background(), s.Peer, "join", wire.JoinRequest{DisplayName: name}, host); err != nil {
		r.t.Fatal(err)
	}
	if !s.Joined() {
		r.t.Fatalf("%s did not join: %s", name, s.read())
	}
	return s
}

// send sends a command with an id and does not wait for it.
func (s *someone) send(c wire.Command) (id string) {
	s.r.t.Helper()
	s.n++
	id = fmt.Sprint(c.CommandType(), s.n)
	if err := s.r.Submit(context.Background(), s.Peer, id, c); err != nil {
		s.r.t.Fatal(err)
	}
	return id
}

// do sends a command and waits until the house is through with it; code is "" when it was acked.
func (s *someone) do(c wire.Command) (code wire.Code) {
	s.r.t.Helper()
	id := s.send(c)
	s.r.settle()
	for _, m := range s.read() {
		var answer struct {
			Type, ID string
			Code     wire.Code
		}
		if err := json.Unmarshal(m, &answer); err != nil {
			s.r.t.Fatal(err)
		}
		if answer.ID == id {
			return answer.Code
		}
	}
	s.r.t.Fatalf("%s was not answered", c.CommandType())
	return ""
}

// read takes what waits for this connection.
func (s *someone) read() [][]byte { return s.Outbox.Take().Messages }

// told counts the messages of that type among what waits.
func (s *someone) told(kind string) int {
	n := 0
	for _, m := range s.read() {
		if bytes.HasPrefix(m, []byte(`{"type":"`+kind+`"`)) {
			n++
		}
	}
	return n
}

// settle returns when the house has done all that was sent before.
func (r *rig) settle() {
	r.t.Helper()
	if err := r.call(context.Background(), func(*batch) {}); err != nil {
		r.t.Fatal(err)
	}
}

// look shows the jam to f on the house's own goroutine.
func (r *rig) look(f func()) {
	r.t.Helper()
	if err := r.call(context.Background(), func(b *batch) { b.answer(func(*wire.Error) { f() }) }); err != nil {
		r.t.Fatal(err)
	}
}

// queue is the current and the upcoming tracks.
func (r *rig) queue() (tracks []string, playing bool) {
	r.t.Helper()
	r.look(func() {
		s := r.jam.Session("")
		playing = s.Playback.Playing
		for _, item := range s.Queue[max(0, s.CurrentIndex):] {
			tracks = append(tracks, item.TrackID)
		}
	})
	return tracks, playing
}

// eventually waits for what another goroutine brings about, with a bound.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for !is() {
		if time.Now().After(deadline) {
			t.Fatalf("it does not come about that %s", what)
		}
	}
}
