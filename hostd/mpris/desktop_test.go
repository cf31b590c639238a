//go:build linux

package mpris

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
)

// patience is how long a test waits for what has to happen.
const patience = 20 * time.Second

// tool finds a program that the tests need.
func tool(t *testing.T, name, debian string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Fatalf("%s is missing: install the Debian package %s", name, debian)
	}
	return path
}

// city is a session bus of a test's own.
type city struct {
	t       *testing.T
	dir     string
	address string
	daemon  *exec.Cmd
}

func newCity(t *testing.T) *city {
	t.Helper()
	dir, err := os.MkdirTemp("", "bus") // a socket's path has to be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	c := &city{t: t, dir: dir}
	config := fmt.Sprintf(`<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:path=%s</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>`, filepath.Join(dir, "bus"))
	if err := os.WriteFile(filepath.Join(dir, "bus.conf"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	c.start()
	t.Cleanup(c.stop)
	return c
}

// start starts the daemon, and waits until it can be reached.
func (c *city) start() {
	c.t.Helper()
	c.daemon = exec.Command(tool(c.t, "dbus-daemon", "dbus-daemon"), "--config-file="+filepath.Join(c.dir, "bus.conf"), "--nofork", "--print-address")
	out, err := c.daemon.StdoutPipe()
	if err != nil {
		c.t.Fatal(err)
	}
	if err := c.daemon.Start(); err != nil {
		c.t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		c.t.Fatalf("dbus-daemon gives no address: %v", err)
	}
	c.address = strings.TrimSpace(line)
}

func (c *city) stop() {
	_ = c.daemon.Process.Kill()
	_ = c.daemon.Wait()
}

// stage is a host that plays. What is done to it goes to done.
type stage struct {
	mu      sync.Mutex // guards now and changed
	now     Now
	changed chan struct{}

	done chan string
	fail error
	hold chan struct{} // commands wait until it is closed, unless it is nil
	held chan struct{} // says that one waits

	quiet bool // nobody is told of what commands changed
}

func newStage(now Now) *stage {
	return &stage{now: now, changed: make(chan struct{}), done: make(chan string, 1000), held: make(chan struct{}, 1000)}
}

func (s *stage) Now() (Now, <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now, s.changed
}

// set changes what plays.
func (s *stage) set(change func(now *Now)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(&s.now)
	if s.quiet {
		return
	}
	close(s.changed)
	s.changed = make(chan struct{})
}

// do is every command: the host does it, and everybody hears of it.
func (s *stage) do(ctx context.Context, what string, change func(now *Now)) error {
	if s.hold != nil {
		s.held <- struct{}{}
		select {
		case <-s.hold:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if s.fail == nil {
		s.set(func(now *Now) {
			at := time.Now()
			now.Position, now.At = now.at(at), at
			change(now)
		})
	}
	s.done <- what
	return s.fail
}

func (s *stage) Play(ctx context.Context) error {
	return s.do(ctx, "play", func(now *Now) { now.Playing = true })
}

func (s *stage) Pause(ctx context.Context) error {
	return s.do(ctx, "pause", func(now *Now) { now.Playing = false })
}

func (s *stage) Next(ctx context.Context) error {
	return s.do(ctx, "next", func(now *Now) { now.ItemID, now.Title, now.Position = now.ItemID+"+", "Next", 0 })
}

func (s *stage) SeekTo(ctx context.Context, position time.Duration) error {
	return s.do(ctx, "seek "+position.Round(time.Second).String(), func(now *Now) { now.Position = position })
}

func (s *stage) SetVolume(ctx context.Context, percent int) error {
	return s.do(ctx, fmt.Sprint("volume ", percent), func(now *Now) { now.Volume = percent })
}

// did waits for the next command that came through.
func (s *stage) did(t *testing.T, want string) {
	t.Helper()
	select {
	case got := <-s.done:
		if got != want {
			t.Fatalf("the host did %q, want %q", got, want)
		}
	case <-time.After(patience):
		t.Fatalf("the host did nothing, want %q", want)
	}
}

// didNothing says that no command came through; the calls were answered before.
func (s *stage) didNothing(t *testing.T) {
	t.Helper()
	select {
	case got := <-s.done:
		t.Fatalf("the host did %q, want nothing", got)
	default:
	}
}

// song is what plays in most tests.
func song() Now {
	return Now{
		ItemID: "q-7", Title: "Blue in Green", Artist: "Miles Davis", Album: "Kind of Blue", Length: 5 * time.Minute, Position: 40 * time.Second, At: time.Now(),
		Playing: true, Volume: 70, CanControl: true, HasNext: true, JamName: "Kitchen",
	}
}

// desktop is a client on the bus that knows our player.
type desktop struct {
	t       *testing.T
	conn    *dbus.Conn
	name    string
	signals chan *dbus.Signal
}

// serve runs Serve until the test ends, and gives a desktop that sees it under a name.
func serve(t *testing.T, c *city, config Config, name string) *desktop {
	t.Helper()
	d := visitor(t, c, name)
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	config.Address, config.Retry = c.address, time.Millisecond
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- Serve(ctx, config) }()
	t.Cleanup(func() {
		cancel()
		select {
		case err := <-ended:
			if err != nil {
				t.Errorf("Serve: %v", err)
			}
		case <-time.After(patience):
			t.Error("Serve does not end")
		}
	})
	d.appears()
	return d
}

// visitor connects to the bus.
func visitor(t *testing.T, c *city, name string) *desktop {
	t.Helper()
	conn, err := dbus.Connect(c.address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	d := &desktop{t: t, conn: conn, name: name, signals: make(chan *dbus.Signal, 1000)}
	if err := conn.AddMatchSignal(dbus.WithMatchInterface("org.freedesktop.DBus"), dbus.WithMatchMember("NameOwnerChanged"), dbus.WithMatchArg(0, name)); err != nil {
		t.Fatal(err)
	}
	if err := conn.AddMatchSignal(dbus.WithMatchSender(name), dbus.WithMatchObjectPath(objectPath)); err != nil {
		t.Fatal(err)
	}
	conn.Signal(d.signals)
	return d
}

// appears waits until the name has an owner.
func (d *desktop) appears() {
	d.t.Helper()
	for {
		var has bool
		if err := d.conn.BusObject().Call("org.freedesktop.DBus.NameHasOwner", 0, d.name).Store(&has); err != nil {
			d.t.Fatal(err)
		}
		if has {
			return
		}
		d.heard("org.freedesktop.DBus.NameOwnerChanged")
	}
}

// heard waits for a signal, passing over those of the bus itself that are not asked for.
func (d *desktop) heard(name string) *dbus.Signal {
	d.t.Helper()
	for {
		select {
		case s := <-d.signals:
			if s == nil {
				d.t.Fatalf("the bus is gone, want %s", name)
			}
			if s.Name == name {
				return s
			}
			if !strings.HasPrefix(s.Name, "org.freedesktop.DBus.Name") {
				d.t.Fatalf("heard %s %v, want %s", s.Name, s.Body, name)
			}
		case <-time.After(patience):
			d.t.Fatalf("heard nothing, want %s", name)
		}
	}
}

// heardNothing says that no signal of ours came before now.
func (d *desktop) heardNothing() {
	d.t.Helper()
	d.get(rootFace, "Identity") // comes after whatever was told before
	for {
		select {
		case s := <-d.signals:
			if !strings.HasPrefix(s.Name, "org.freedesktop.DBus.Name") {
				d.t.Fatalf("heard %s %v, want nothing", s.Name, s.Body)
			}
		default:
			return
		}
	}
}

// changes waits for PropertiesChanged of the player and gives the changed ones.
func (d *desktop) changes() map[string]dbus.Variant {
	d.t.Helper()
	s := d.heard(propertyFace + ".PropertiesChanged")
	if len(s.Body) != 3 || s.Body[0] != playerFace || len(s.Body[2].([]string)) != 0 {
		d.t.Fatalf("heard %v", s.Body)
	}
	return s.Body[1].(map[string]dbus.Variant)
}

// call calls a method of the player and waits.
func (d *desktop) call(member string, args ...any) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return d.conn.Object(d.name, objectPath).CallWithContext(ctx, playerFace+"."+member, 0, args...).Err
}

func (d *desktop) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

// refused says that a call failed with an error of the bus.
func (d *desktop) refused(err error, name string) {
	d.t.Helper()
	var failure dbus.Error
	if !errors.As(err, &failure) || failure.Name != "org.freedesktop.DBus.Error."+name {
		d.t.Fatalf("got %v (%T), want %s", err, err, name)
	}
}

func (d *desktop) get(face, property string) any {
	d.t.Helper()
	var v dbus.Variant
	d.must(d.conn.Object(d.name, objectPath).Call(propertyFace+".Get", 0, face, property).Store(&v))
	return v.Value()
}

func (d *desktop) set(face, property string, value any) error {
	return d.conn.Object(d.name, objectPath).Call(propertyFace+".Set", 0, face, property, dbus.MakeVariant(value)).Err
}
