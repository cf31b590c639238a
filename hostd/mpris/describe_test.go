//go:build linux

package mpris

import (
	"encoding/xml"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/godbus/dbus/v5"
	"github.com/godbus/dbus/v5/introspect"
)

// specified is what MPRIS 2.2 asks for, without what it leaves open.
func specified() map[string]string {
	return map[string]string{
		rootFace + " methods":      "Quit Raise",
		rootFace + " properties":   "CanQuit:b:read CanRaise:b:read DesktopEntry:s:read HasTrackList:b:read Identity:s:read SupportedMimeTypes:as:read SupportedUriSchemes:as:read",
		playerFace + " methods":    "Next OpenUri(s) Pause Play PlayPause Previous Seek(x) SetPosition(ox) Stop",
		playerFace + " signals":    "Seeked(x)",
		playerFace + " properties": "CanControl:b:read CanGoNext:b:read CanGoPrevious:b:read CanPause:b:read CanPlay:b:read CanSeek:b:read MaximumRate:d:read Metadata:a{sv}:read MinimumRate:d:read PlaybackStatus:s:read Position:x:read Rate:d:readwrite Volume:d:readwrite",
	}
}

// written puts introspection into the form of specified.
func written(node introspect.Node) map[string]string {
	all := map[string]string{}
	for _, f := range node.Interfaces {
		var methods, signals, properties []string
		of := func(name string, args []introspect.Arg) string {
			in := ""
			for _, a := range args {
				if a.Direction != "out" {
					in += a.Type
				}
			}
			if in == "" {
				return name
			}
			return name + "(" + in + ")"
		}
		for _, m := range f.Methods {
			methods = append(methods, of(m.Name, m.Args))
		}
		for _, s := range f.Signals {
			signals = append(signals, of(s.Name, s.Args))
		}
		for _, p := range f.Properties {
			properties = append(properties, p.Name+":"+p.Type+":"+p.Access)
		}
		for kind, list := range map[string][]string{"methods": methods, "signals": signals, "properties": properties} {
			slices.Sort(list)
			all[f.Name+" "+kind] = strings.Join(list, " ")
		}
	}
	return all
}

// introspected asks a path what it is.
func (d *desktop) introspected(path dbus.ObjectPath) (node introspect.Node, text string) {
	d.t.Helper()
	d.must(d.conn.Object(d.name, path).Call("org.freedesktop.DBus.Introspectable.Introspect", 0).Store(&text))
	d.must(xml.Unmarshal([]byte(text), &node))
	return node, text
}

// TestDescription compares what introspection names with the specification and with what can be called.
func TestDescription(t *testing.T) {
	d := serve(t, newCity(t), Config{Remote: newStage(song())}, ownName)
	node, _ := d.introspected(objectPath)
	got := written(node)
	for what, want := range specified() {
		if got[what] != want {
			t.Errorf("%s\n%s, want\n%s", what, got[what], want)
		}
	}
	object := d.conn.Object(d.name, objectPath)
	for _, f := range node.Interfaces {
		for _, m := range f.Methods {
			// A signature that no method has: a known one complains about it, another about its name.
			d.refused(object.Call(f.Name+"."+m.Name, 0, uint8(1), uint8(2)).Err, "InvalidArgs")
		}
		var all map[string]dbus.Variant
		d.must(object.Call(propertyFace+".GetAll", 0, f.Name).Store(&all))
		if len(all) != len(f.Properties) {
			t.Errorf("%s has %d properties and names %d", f.Name, len(all), len(f.Properties))
		}
		for _, p := range f.Properties {
			if all[p.Name].Signature().String() != p.Type {
				t.Errorf("%s.%s is %s and said to be %s", f.Name, p.Name, all[p.Name].Signature(), p.Type)
			}
		}
	}
	d.must(object.Call("org.freedesktop.DBus.Peer.Ping", 0).Err)
}

// TestWayDown goes from the root to the player by introspection alone.
func TestWayDown(t *testing.T) {
	d := serve(t, newCity(t), Config{Remote: newStage(song())}, ownName)
	path := ""
	for path != string(objectPath) {
		node, _ := d.introspected(dbus.ObjectPath("/" + strings.TrimPrefix(path, "/")))
		if len(node.Children) != 1 || len(node.Interfaces) != 0 {
			t.Fatalf("%q has %d children and %d interfaces", path, len(node.Children), len(node.Interfaces))
		}
		path += "/" + node.Children[0].Name
	}
}

// TestOthersRead lets GLib's own reader of introspection have a look.
func TestOthersRead(t *testing.T) {
	c := newCity(t)
	serve(t, c, Config{Remote: newStage(song())}, ownName)
	cmd := exec.Command(tool(t, "gdbus", "libglib2.0-bin"), "introspect", "--session", "--dest", ownName, "--object-path", "/", "--recurse")
	cmd.Env = append(os.Environ(), "DBUS_SESSION_BUS_ADDRESS="+c.address)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("gdbus: %v\n%s", err, out)
	}
	for _, want := range []string{"interface org.mpris.MediaPlayer2.Player {", "SetPosition(in  o TrackId,", "Seeked(x Position)", "readwrite d Volume = 0.69", "readonly s PlaybackStatus = 'Playing'"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("gdbus does not see %q in\n%s", want, out)
		}
	}
}
