//go:build linux

package mpris

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"sync"
	"time"

	"github.com/godbus/dbus/v5"
)

const (
	// ownName is our name on the bus; further ones of us have .instance2 and so on, up to lastInstance.
	ownName      = "org.mpris.MediaPlayer2.souljam"
	lastInstance = 16
	// waitingOrders is how many commands wait for the host; further ones are refused.
	waitingOrders = 16
	// jump is how far a position may be off what was to be expected before the desktop is told.
	jump = 250 * time.Millisecond
)

// visit is one stay on the bus. But for work, its methods belong to the goroutine of Serve.
type visit struct {
	*desk
	bus    *bus
	orders chan task
	done   chan task // back from work
	arts   chan picture

	claimed  *dbus.Message           // the request for our name while it is not answered
	instance int                     // of the name that is claimed
	named    bool                    // the name is ours
	told     map[string]dbus.Variant // the properties as the desktop knows them
	expected Now                     // what the desktop works the position out from
	fetching context.CancelFunc      // ends the fetch of a cover
	fetchers sync.WaitGroup
}

func newVisit(d *desk, b *bus) *visit {
	d.cover, d.pictured = "", "" // a fetch may have ended with the visit before
	return &visit{desk: d, bus: b, orders: make(chan task, waitingOrders), done: make(chan task), arts: make(chan picture),
		instance: 1, fetching: func() {}}
}

// serve answers the bus until it is gone or ctx ends.
func (v *visit) serve(ctx context.Context) error {
	defer func() {
		v.fetching()
		v.fetchers.Wait()
	}()
	v.refresh(ctx)
	v.claimed = v.bus.claim(ctx, ownName)
	late := time.After(greetTime)
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-late:
			if !v.named {
				return errors.New("the session bus gives no name")
			}
		case message, ok := <-v.bus.in:
			if !ok {
				return errors.New("the session bus is gone")
			}
			if err := v.take(ctx, message); err != nil {
				return err
			}
		case <-v.changed:
			v.refresh(ctx)
		case t := <-v.done:
			v.refresh(ctx) // the desktop hears what came of it before it hears that it was done
			v.finish(t)
		case p := <-v.arts:
			v.hang(p)
			v.refresh(ctx)
		}
	}
}

// take looks at whatever comes from the bus.
func (v *visit) take(ctx context.Context, m *dbus.Message) error {
	switch m.Type {
	case dbus.TypeMethodCall:
		v.refresh(ctx)
		v.call(m)
	case dbus.TypeMethodReply, dbus.TypeError:
		serial, _ := m.Headers[dbus.FieldReplySerial].Value().(uint32)
		sender, _ := m.Headers[dbus.FieldSender].Value().(string) // the bus sets it: nobody else answers for it
		if v.claimed != nil && v.claimed.Serial() == serial && sender == busName {
			return v.name(ctx, m)
		}
	}
	return nil
}

// name takes the answer to our claim, and claims another name when this one is taken.
func (v *visit) name(ctx context.Context, answer *dbus.Message) error {
	claimed := v.claimed.Body[0]
	v.claimed = nil
	ours, err := granted(answer)
	switch {
	case err != nil:
		return err
	case ours:
		v.named = true
		v.config.Log.Debug("on the session bus", "name", claimed)
	case v.instance == lastInstance:
		return fmt.Errorf("show the player: %d of us are on the session bus already", lastInstance)
	default:
		v.instance++
		v.claimed = v.bus.claim(ctx, ownName+".instance"+strconv.Itoa(v.instance))
	}
	return nil
}

// refresh looks at what there is and tells the desktop what changed.
func (v *visit) refresh(ctx context.Context) {
	v.now, v.changed = v.remote.Now()
	if v.pictured != v.now.ItemID {
		v.fetch(ctx)
	}
	changed := map[string]dbus.Variant{}
	for name, value := range values(v.face(playerFace).told(), v.look()) {
		if before, known := v.told[name]; !known || !reflect.DeepEqual(before, value) {
			changed[name] = value
		}
	}
	first := v.told == nil
	if first {
		v.told = map[string]dbus.Variant{}
	}
	for name, value := range changed {
		v.told[name] = value
	}
	if !first && len(changed) > 0 {
		v.bus.tell(propertyFace, "PropertiesChanged", playerFace, changed, []string{})
	}
	jumped := jumped(v.expected, v.now)
	if jumped && !first {
		v.bus.tell(playerFace, "Seeked", v.now.at(time.Now()).Microseconds())
	}
	if jumped || v.now.ItemID != v.expected.ItemID || v.now.Playing != v.expected.Playing || first {
		v.expected = v.now
	}
}

// jumped says whether the position is another than a desktop expects that knew before and counted on. Of a new
// item it expects that it begins at the beginning.
func jumped(before, now Now) bool {
	if now.ItemID == "" {
		return false
	}
	expected := time.Duration(0)
	if now.ItemID == before.ItemID {
		expected = before.at(now.At)
	}
	return (now.at(now.At) - expected).Abs() > jump
}
