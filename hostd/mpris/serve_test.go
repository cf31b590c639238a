//go:build linux

package mpris

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
)

// keysOf lists what changed.
func keysOf(changed map[string]dbus.Variant) []string { return slices.Sorted(maps.Keys(changed)) }

func TestProperties(t *testing.T) {
	d := serve(t, newCity(t), Config{Remote: newStage(song()), Raise: func(context.Context) error { return nil }}, ownName)
	var root, player map[string]dbus.Variant
	object := d.conn.Object(d.name, objectPath)
	d.must(object.Call(propertyFace+".GetAll", 0, rootFace).Store(&root))
	before := time.Now()
	d.must(object.Call(propertyFace+".GetAll", 0, playerFace).Store(&player))
	position := player["Position"].Value().(int64)
	delete(player, "Position")
	if low, high := 40*time.Second.Microseconds(), (40*time.Second + time.Since(before) + patience).Microseconds(); position < low || position > high {
		t.Errorf("Position %d, want %d to %d", position, low, high)
	}
	want := map[string]any{
		"CanQuit": false, "CanRaise": true, "HasTrackList": false, "Identity": "Soul Jam", "DesktopEntry": "soul-jam",
		"SupportedUriSchemes": []string{}, "SupportedMimeTypes": []string{},
	}
	if got := plainValues(root); !reflect.DeepEqual(got, want) {
		t.Errorf("root\n%v, want\n%v", got, want)
	}
	want = map[string]any{
		"PlaybackStatus": "Playing", "Rate": 1.0, "MinimumRate": 1.0, "MaximumRate": 1.0, "Volume": 0.7,
		"CanGoNext": true, "CanGoPrevious": true, "CanPlay": true, "CanPause": true, "CanSeek": true, "CanControl": true,
		"Metadata": map[string]any{
			"mpris:trackid": dbus.ObjectPath("/soul_jam/item/q_2d7"), "mpris:length": int64(300_000_000),
			"xesam:title": "Blue in Green", "xesam:artist": []string{"Miles Davis"}, "xesam:album": "Kind of Blue", "xesam:comment": []string{"Kitchen"},
		},
	}
	if got := plainValues(player); !reflect.DeepEqual(got, want) {
		t.Errorf("player\n%v, want\n%v", got, want)
	}
}

// plainValues unpacks variants.
func plainValues(m map[string]dbus.Variant) map[string]any {
	plain := map[string]any{}
	for name, v := range m {
		plain[name] = v.Value()
		if inner, ok := v.Value().(map[string]dbus.Variant); ok {
			plain[name] = plainValues(inner)
		}
	}
	return plain
}

// TestPosition asks twice while nothing else happens.
func TestPosition(t *testing.T) {
	now := song()
	now.At = time.Now().Add(-time.Minute)
	s := newStage(now)
	d := serve(t, newCity(t), Config{Remote: s}, ownName)
	for range 2 {
		least := now.at(time.Now())
		got := time.Duration(d.get(playerFace, "Position").(int64)) * time.Microsecond
		if most := now.at(time.Now()); got < least.Truncate(time.Microsecond) || got > most {
			t.Fatalf("Position %v, want %v to %v", got, least, most)
		}
	}
	s.set(func(now *Now) { now.At = time.Now().Add(-time.Hour) })
	if got := d.get(playerFace, "Position"); got != int64(300_000_000) {
		t.Fatalf("Position %v after the end, want the length", got)
	}
}

func TestCommands(t *testing.T) {
	s := newStage(song())
	raised := make(chan struct{}, 1)
	d := serve(t, newCity(t), Config{Remote: s, Raise: func(context.Context) error { raised <- struct{}{}; return nil }}, ownName)
	track := trackPath("q-7")
	for _, step := range []struct {
		member string
		args   []any
		want   string // empty: nothing
	}{
		{"PlayPause", nil, "pause"},
		{"PlayPause", nil, "play"},
		{"Pause", nil, "pause"},
		{"SetPosition", []any{track, int64(60_000_000)}, "seek 1m0s"},
		{"SetPosition", []any{dbus.ObjectPath("/soul_jam/item/other"), int64(1)}, ""},
		{"SetPosition", []any{track, int64(-1)}, ""},
		{"SetPosition", []any{track, int64(300_000_001)}, ""},
		{"Seek", []any{int64(10_000_000)}, "seek 1m10s"},
		{"Seek", []any{int64(-10_000_000)}, "seek 1m0s"},
		{"Seek", []any{int64(-70_000_000)}, "seek 0s"},
		{"Previous", nil, "seek 0s"},
		{"Play", nil, "play"},
		{"Stop", nil, "pause"},
		{"Seek", []any{int64(301_000_000)}, "next"},
		{"Next", nil, "next"},
	} {
		d.must(d.call(step.member, step.args...))
		if step.want == "" {
			s.didNothing(t)
		} else {
			s.did(t, step.want)
		}
	}
	d.refused(d.call("OpenUri", "file:///etc/passwd"), "NotSupported")
	object := d.conn.Object(d.name, objectPath)
	d.must(object.Call(rootFace+".Quit", 0).Err)
	d.must(object.Call(rootFace+".Raise", 0).Err)
	<-raised
	d.must(d.set(playerFace, "Volume", 0.333))
	s.did(t, "volume 33")
	if got := d.get(playerFace, "Volume"); got != 0.33 {
		t.Errorf("Volume %v", got)
	}
	d.must(d.set(playerFace, "Rate", 2.0))
	s.didNothing(t)
	d.must(d.set(playerFace, "Rate", 0.0))
	s.did(t, "pause")
	if got := d.get(playerFace, "Rate"); got != 1.0 {
		t.Errorf("Rate %v", got)
	}
}

// TestNothingToControl is a guest's machine, or a jam that is over.
func TestNothingToControl(t *testing.T) {
	now := song()
	now.CanControl = false
	s := newStage(now)
	d := serve(t, newCity(t), Config{Remote: s}, ownName)
	for _, property := range []string{"CanGoNext", "CanGoPrevious", "CanPlay", "CanPause", "CanSeek"} {
		if d.get(playerFace, property) != false {
			t.Errorf("%s without control", property)
		}
	}
	silent := func() {
		t.Helper()
		for _, member := range []string{"Next", "Previous", "Play", "Pause", "Stop"} {
			d.must(d.call(member))
		}
		d.must(d.call("Seek", int64(1)))
		d.must(d.call("SetPosition", trackPath("q-7"), int64(1)))
		d.must(d.set(playerFace, "Rate", 0.0))
		d.refused(d.call("PlayPause"), "Failed")
		s.didNothing(t)
	}
	silent()
	d.refused(d.set(playerFace, "Volume", 0.5), "Failed")
	s.didNothing(t)

	s.set(func(now *Now) { *now = Now{CanControl: true, Volume: 50} })
	silent()
	if got := d.get(playerFace, "Metadata").(map[string]dbus.Variant); len(got) != 0 {
		t.Errorf("Metadata %v of nothing", got)
	}
	if got := d.get(playerFace, "PlaybackStatus"); got != "Stopped" {
		t.Errorf("PlaybackStatus %v of nothing", got)
	}
	d.must(d.set(playerFace, "Volume", 0.5))
	s.did(t, "volume 50")

	s.set(func(now *Now) { *now = song(); now.HasNext = false })
	d.must(d.call("Next"))
	d.must(d.call("Seek", int64(1)<<40))
	s.didNothing(t)
}

// TestChanges hears of what changed, and of nothing else.
func TestChanges(t *testing.T) {
	s := newStage(song())
	d := serve(t, newCity(t), Config{Remote: s}, ownName)
	d.heardNothing()
	progress := func(by time.Duration) {
		s.set(func(now *Now) {
			at := time.Now()
			now.Position, now.At = now.at(at)+by, at
		})
	}
	hears := func(want ...string) map[string]dbus.Variant {
		t.Helper()
		changed := d.changes()
		if got := keysOf(changed); !slices.Equal(got, want) {
			t.Fatalf("changed %v, want %v", got, want)
		}
		return changed
	}
	progress(0)
	progress(200 * time.Millisecond)
	d.heardNothing()
	progress(100 * time.Millisecond) // 300 ms by now
	d.heard(playerFace + ".Seeked")
	progress(-20 * time.Second)
	got := d.heard(playerFace + ".Seeked").Body[0].(int64)
	now, _ := s.Now()
	if want := now.at(time.Now()).Microseconds(); got > want || got < want-patience.Microseconds() {
		t.Fatalf("Seeked to %d, want %d", got, want)
	}
	s.set(func(now *Now) { now.Volume = 20 })
	if hears("Volume")["Volume"].Value() != 0.2 {
		t.Error("another volume")
	}
	d.must(d.call("Pause"))
	hears("PlaybackStatus")
	s.set(func(now *Now) { now.HasNext = false })
	hears("CanGoNext")
	s.set(func(now *Now) { now.Title = "So What" })
	hears("Metadata")
	s.set(func(now *Now) {
		now.ItemID, now.Playing, now.Position, now.At = "q-8", true, 0, time.Now()
	})
	hears("Metadata", "PlaybackStatus")
	d.heardNothing()
	s.set(func(now *Now) { now.ItemID, now.Position, now.At = "q-9", time.Minute, time.Now() })
	hears("Metadata")
	d.heard(playerFace + ".Seeked")
	s.set(func(now *Now) { *now = Now{} })
	hears("CanGoPrevious", "CanPause", "CanPlay", "CanSeek", "Metadata", "PlaybackStatus", "Volume")
	d.heardNothing()
}

// TestOrder hears what a command did before it hears that it was done.
func TestOrder(t *testing.T) {
	s := newStage(song())
	s.quiet = true
	d := serve(t, newCity(t), Config{Remote: s}, ownName)
	for range 20 {
		call := d.conn.Object(d.name, objectPath).Call(playerFace+".PlayPause", 0)
		d.must(call.Err)
		if told := d.heard(propertyFace + ".PropertiesChanged"); told.Sequence > call.ResponseSequence {
			t.Fatal("the answer came first")
		}
	}
}

// TestEnd leaves nothing running: the host can be taken down when Serve returned.
func TestEnd(t *testing.T) {
	c := newCity(t)
	d := visitor(t, c, ownName)
	var ended atomic.Bool
	begun := make(chan struct{})
	ctx, cancel := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() {
		served <- Serve(ctx, Config{Remote: newStage(Now{}), Address: c.address, Raise: func(ctx context.Context) error {
			close(begun)
			<-ctx.Done()
			<-d.signals // NameOwnerChanged: we have left the bus
			ended.Store(true)
			return nil
		}})
	}()
	d.appears()
	for len(d.signals) > 0 {
		<-d.signals
	}
	d.must(d.conn.Object(ownName, objectPath).Call(rootFace+".Raise", dbus.FlagNoReplyExpected).Err)
	<-begun
	cancel()
	if err := <-served; err != nil || !ended.Load() {
		t.Errorf("Serve returned %v while a command ran", err)
	}
}

func TestFailure(t *testing.T) {
	s := newStage(song())
	s.fail = errors.New("https://music.example/?token=secret")
	d := serve(t, newCity(t), Config{Remote: s}, ownName)
	err := d.call("Pause")
	d.refused(err, "Failed")
	if strings.Contains(err.Error(), "secret") {
		t.Errorf("the bus heard %v", err)
	}
}

func TestNames(t *testing.T) {
	c := newCity(t)
	serve(t, c, Config{Remote: newStage(Now{})}, ownName)
	second := serve(t, c, Config{Remote: newStage(song())}, ownName+".instance2")
	serve(t, c, Config{Remote: newStage(Now{})}, ownName+".instance3")
	if got := second.get(playerFace, "PlaybackStatus"); got != "Playing" {
		t.Errorf("the second player is %v", got)
	}
}

// TestReturn kills the bus under the player.
func TestReturn(t *testing.T) {
	c := newCity(t)
	s := newStage(song())
	serve(t, c, Config{Remote: s}, ownName)
	for range 3 {
		c.stop()
		c.start()
		d := visitor(t, c, ownName)
		d.appears()
		d.must(d.call("Pause"))
		s.did(t, "pause")
	}
}

// TestHeldUp lets the host take its time: looks are answered meanwhile, and commands do not pile up.
func TestHeldUp(t *testing.T) {
	s := newStage(song())
	s.hold = make(chan struct{})
	d := serve(t, newCity(t), Config{Remote: s}, ownName)
	const further = 100
	calls := make(chan *dbus.Call, 1+further)
	pause := func() { d.conn.Object(d.name, objectPath).Go(playerFace+".Pause", 0, calls) }
	pause()
	<-s.held
	for range further {
		pause()
	}
	for range further - waitingOrders {
		d.refused((<-calls).Err, "LimitsExceeded")
	}
	if got := d.get(playerFace, "PlaybackStatus"); got != "Playing" {
		t.Errorf("PlaybackStatus %v", got)
	}
	close(s.hold)
	for range 1 + waitingOrders {
		d.must((<-calls).Err)
		s.did(t, "pause")
	}
	s.didNothing(t)
}

func TestNoBus(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "")
	var log bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	if err := Serve(t.Context(), Config{Remote: newStage(Now{}), Log: logger}); err != nil {
		t.Fatal(err)
	}
	if lines := strings.Count(log.String(), "\n"); lines != 1 || !strings.Contains(log.String(), "level=DEBUG") {
		t.Errorf("logged %s", log.String())
	}
	if err := Serve(t.Context(), Config{}); err == nil {
		t.Error("no error without a remote")
	}
}

// TestDeadBus has an address where nobody is, and one where nobody speaks.
func TestDeadBus(t *testing.T) {
	for _, address := range []string{"unix:path=/nowhere/bus", "tcp:host=127.0.0.1,port=1", "autolaunch:", "unix:path=%zz", ";"} {
		ctx, cancel := context.WithCancel(t.Context())
		tried := make(chan struct{}, 1000)
		log := slog.New(slog.NewTextHandler(writer(func([]byte) { tried <- struct{}{} }), &slog.HandlerOptions{Level: slog.LevelDebug}))
		ended := make(chan error, 1)
		go func() {
			ended <- Serve(ctx, Config{Remote: newStage(Now{}), Address: address, Retry: time.Millisecond, Log: log})
		}()
		<-tried
		<-tried
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("%s: %v", address, err)
		}
	}
}

// writer hears of every line of a log.
type writer func([]byte)

func (w writer) Write(p []byte) (int, error) { w(p); return len(p), nil }
