//go:build linux

package mpris

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"log/slog"
	"math"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
)

// TestHostileValues sends what no desktop sends.
func TestHostileValues(t *testing.T) {
	s := newStage(song())
	d := serve(t, newCity(t), Config{Remote: s}, ownName)
	d.refused(d.set(playerFace, "Volume", math.NaN()), "InvalidArgs")
	for value, want := range map[float64]string{-1: "volume 0", 7: "volume 100", math.Inf(1): "volume 100", math.Inf(-1): "volume 0", 1e-300: "volume 0"} {
		d.must(d.set(playerFace, "Volume", value))
		s.did(t, want)
	}
	for _, value := range []any{"1", int32(1), true, []float64{1}, dbus.MakeVariant(0.5), map[string]dbus.Variant{}} {
		d.refused(d.set(playerFace, "Volume", value), "InvalidArgs")
	}
	d.must(d.set(playerFace, "Rate", math.NaN()))
	d.refused(d.set(playerFace, "Position", int64(0)), "PropertyReadOnly")
	d.refused(d.set(playerFace, "Metadata", map[string]dbus.Variant{}), "PropertyReadOnly")
	d.refused(d.set(playerFace, "Nothing", 1.0), "UnknownProperty")
	d.refused(d.set("no.such.face", "Volume", 1.0), "UnknownInterface")

	d.must(d.call("Seek", int64(math.MinInt64)))
	s.did(t, "seek 0s")
	d.must(d.call("SetPosition", trackPath("q-7"), int64(math.MaxInt64)))
	d.must(d.call("SetPosition", trackPath("q-7"), int64(math.MinInt64)))
	s.didNothing(t)
	s.set(func(now *Now) { now.Length = 0 })
	d.must(d.call("Seek", int64(math.MaxInt64))) // nobody knows where the end is
	s.did(t, "seek 24h0m0s")
	d.must(d.call("SetPosition", trackPath("q-7"), int64(math.MaxInt64)))
	s.didNothing(t)

	d.refused(d.call("Seek"), "InvalidArgs")
	d.refused(d.call("Seek", "10"), "InvalidArgs")
	d.refused(d.call("Seek", 1.0), "InvalidArgs")
	d.refused(d.call("Seek", int64(1), int64(1)), "InvalidArgs")
	d.refused(d.call("SetPosition", "q-7", int64(1)), "InvalidArgs")
	d.refused(d.call("Pause", int64(1)), "InvalidArgs")
	d.refused(d.call("Explode"), "UnknownMethod")
	object := d.conn.Object(d.name, objectPath)
	d.refused(object.Call(playerFace+".Quit", 0).Err, "UnknownMethod")
	d.refused(object.Call(propertyFace+".GetAll", 0, "no.such.face").Err, "UnknownInterface")
	d.refused(object.Call(propertyFace+".Get", 0, playerFace, "").Err, "UnknownProperty")
	for _, path := range []dbus.ObjectPath{"/", "/org/mpris", "/org/mpris/MediaPlayer", "/org/mpris/MediaPlayer2/x", "/etc"} {
		if err := d.conn.Object(d.name, path).Call(playerFace+".Pause", 0).Err; err == nil {
			t.Errorf("%s pauses", path)
		}
	}
	s.didNothing(t)
	d.must(object.Call("Pause", 0).Err) // without an interface, as the bus allows
	s.did(t, "pause")
}

// TestHostileSize sends messages that are too long, and then one that is not.
func TestHostileSize(t *testing.T) {
	s := newStage(song())
	d := serve(t, newCity(t), Config{Remote: s}, ownName)
	object := d.conn.Object(d.name, objectPath)
	answers := make(chan *dbus.Call, 3)
	for _, size := range []int{maxMessage, 20 << 20, maxMessage - 1024} {
		object.Go(playerFace+".OpenUri", 0, answers, strings.Repeat("x", size))
	}
	deep := dbus.MakeVariant(1.0)
	for range 20 {
		deep = dbus.MakeVariant(deep)
	}
	d.refused(object.Call(propertyFace+".Set", 0, playerFace, "Volume", deep).Err, "InvalidArgs")
	d.must(d.call("Pause"))
	s.did(t, "pause")
	d.heard(propertyFace + ".PropertiesChanged")
	d.heardNothing()
	d.refused((<-answers).Err, "NotSupported")
	if len(answers) > 0 {
		t.Error("a message that is too long was read")
	}
	var unique string
	d.must(d.conn.BusObject().Call("org.freedesktop.DBus.GetNameOwner", 0, ownName).Store(&unique))
	if unique != ":1.1" {
		t.Errorf("the player came back as %s: its connection broke", unique)
	}
}

// TestHostileTexts plays a file whose tags break what is careless.
func TestHostileTexts(t *testing.T) {
	now := song()
	now.ItemID = strings.Repeat("/../", 1000)
	now.Title, now.Artist, now.Album = "a\x00b\xff\nc\x1b[31m", strings.Repeat("é", 100_000), "\x00"
	d := serve(t, newCity(t), Config{Remote: newStage(now)}, ownName)
	got := plainValues(d.get(playerFace, "Metadata").(map[string]dbus.Variant))
	if got["xesam:title"] != "ab\ufffdc[31m" {
		t.Errorf("title %q", got["xesam:title"])
	}
	if artist := got["xesam:artist"].([]string)[0]; artist != strings.Repeat("é", maxText) {
		t.Errorf("artist of %d bytes", len(artist))
	}
	if _, ok := got["xesam:album"]; ok {
		t.Error("an album without a name")
	}
	if path := got["mpris:trackid"].(dbus.ObjectPath); !path.IsValid() || len(path) > 100 {
		t.Errorf("path %q", path)
	}
}

func TestTrackPath(t *testing.T) {
	seen := map[dbus.ObjectPath]string{}
	for _, item := range []string{"a", "A", "_", "__", "_5f", "-", "/", "é", "\xff", "", strings.Repeat("a", 64), strings.Repeat("a", 65), strings.Repeat("a", 66), "__" + strings.Repeat("0", 64)} {
		path := trackPath(item)
		if item != "" && !path.IsValid() {
			t.Errorf("%q gives the path %q", item, path)
		}
		if other, ok := seen[path]; ok {
			t.Errorf("%q and %q both give %q", item, other, path)
		}
		seen[path] = item
	}
}

// memory is a connection of which nothing but reading is wanted.
type memory struct {
	net.Conn
	io.Reader
}

func (m memory) Read(p []byte) (int, error) { return m.Reader.Read(p) }

// fuzzedMost is a bound that short inputs reach, in bytes.
const fuzzedMost = 64

func framed(data []byte) *line {
	return &line{Conn: memory{}, framed: true, in: bufio.NewReader(bytes.NewReader(data)), most: fuzzedMost}
}

// FuzzLine reads anything as messages: none is longer than allowed, and those that are not come through whole.
func FuzzLine(f *testing.F) {
	message := func(order binary.ByteOrder, mark byte, body, fields uint32) []byte {
		m := make([]byte, messageHead+int(min(body, 128))+int(min(fields, 128)+7)/8*8)
		m[0] = mark
		order.PutUint32(m[4:], body)
		order.PutUint32(m[12:], fields)
		return m
	}
	short := message(binary.LittleEndian, 'l', 3, 9)
	long := message(binary.BigEndian, 'B', fuzzedMost, 1)
	f.Add(short)
	f.Add(append(append(bytes.Clone(short), long...), short...))
	f.Add(message(binary.LittleEndian, 'l', math.MaxUint32, math.MaxUint32))
	f.Add(message(binary.LittleEndian, 'l', 0, 0))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, _ := io.ReadAll(framed(data))
		var want []byte
		for rest := data; len(rest) >= messageHead; {
			var order binary.ByteOrder = binary.LittleEndian
			if rest[0] == 'B' {
				order = binary.BigEndian
			}
			length := uint64(messageHead) + (uint64(order.Uint32(rest[12:]))+7)/8*8 + uint64(order.Uint32(rest[4:]))
			end := min(length, uint64(len(rest)))
			if length <= fuzzedMost {
				want = append(want, rest[:end]...)
			}
			rest = rest[end:]
		}
		if !bytes.Equal(got, want) {
			t.Fatalf("read %d bytes, want %d", len(got), len(want))
		}
	})
}

// TestForgedAnswer claims a name; somebody else on the bus says that it is granted.
func TestForgedAnswer(t *testing.T) {
	for sender, named := range map[string]bool{":1.7": false, busName: true} {
		v := newVisit(newDesk(Config{Log: slog.New(slog.DiscardHandler)}), nil)
		v.claimed = &dbus.Message{Body: []any{ownName}}
		answer := &dbus.Message{Type: dbus.TypeMethodReply, Body: []any{uint32(1)}, Headers: map[dbus.HeaderField]dbus.Variant{
			dbus.FieldSender: dbus.MakeVariant(sender), dbus.FieldReplySerial: dbus.MakeVariant(v.claimed.Serial()),
		}}
		if err := v.take(t.Context(), answer); err != nil || v.named != named {
			t.Errorf("%s: named %v, %v", sender, v.named, err)
		}
	}
}

func TestGreetingWithoutEnd(t *testing.T) {
	l := framed(bytes.Repeat([]byte{'x'}, 2*maxGreeting))
	l.framed = false
	if got, err := io.ReadAll(l); err == nil || len(got) > maxGreeting {
		t.Errorf("read %d bytes, %v", len(got), err)
	}
}

// TestDeafBus writes to a bus that has stopped reading: the connection ends, and with it whatever waits for it.
func TestDeafBus(t *testing.T) {
	here, there := net.Pipe()
	defer func() { _ = there.Close() }()
	l := &line{Conn: overdue{here}, in: bufio.NewReader(here)}
	if _, err := l.Write([]byte("x")); err == nil {
		t.Error("nobody read, and nobody complained")
	}
	if _, err := there.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
		t.Errorf("the connection goes on: %v", err)
	}
}

// overdue is a connection on which every deadline is over.
type overdue struct{ net.Conn }

func (o overdue) SetWriteDeadline(time.Time) error { return o.Conn.SetWriteDeadline(time.Unix(1, 0)) }
