//go:build linux

package mpris

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/godbus/dbus/v5"
)

// orderTime is how long the host has for a command, and for a cover.
const orderTime = 10 * time.Second

// errNoControl is what a call gets that must not fail silently.
var errNoControl = errors.New("the player takes no commands now")

// desk is what stands on the bus. Its fields belong to the goroutine of Serve, but for those of the first group, which never change.
type desk struct {
	config      Config
	remote      Remote
	faces       []face
	description string // of introspection

	covers covers

	now      Now
	changed  <-chan struct{} // closed when now is over
	cover    string          // URL of now's cover
	pictured string          // the item that cover, or the fetch of it, is for
}

func newDesk(c Config) *desk {
	d := &desk{config: c, remote: c.Remote, faces: faces()}
	d.description = describe(d.faces)
	if err := d.covers.open(c.Covers); err != nil {
		c.Log.Debug("the desktop gets no covers", "err", err)
	}
	return d
}

// stand is on the bus until the connection or ctx ends. It says whether the desktop could see us.
func (d *desk) stand(ctx context.Context) (shown bool, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	b, err := join(ctx, d.config.Address)
	if err != nil {
		return false, err
	}
	v := newVisit(d, b)
	var working sync.WaitGroup
	working.Go(func() { v.work(ctx) })
	err = v.serve(ctx)
	cancel()
	b.leave()
	working.Wait()
	return v.named, err
}

// inform asks the host what there is. Any goroutine may.
func (d *desk) inform() shown {
	now, _ := d.remote.Now()
	return shown{now: now, at: time.Now(), raise: d.config.Raise != nil}
}

// look is what the desktop sees, as of the last refresh.
func (d *desk) look() shown {
	return shown{now: d.now, cover: d.cover, at: time.Now(), raise: d.config.Raise != nil}
}

func (d *desk) face(name string) *face {
	for i := range d.faces {
		if d.faces[i].name == name {
			return &d.faces[i]
		}
	}
	return nil
}

// property finds what the arguments of Get and Set name.
func (d *desk) property(args []any) (property, *dbus.Error) {
	f := d.face(args[0].(string))
	if f == nil {
		return property{}, failed("UnknownInterface", "there is no such interface")
	}
	for _, p := range f.properties {
		if p.name == args[1].(string) {
			return p, nil
		}
	}
	return property{}, failed("UnknownProperty", "there is no such property")
}
