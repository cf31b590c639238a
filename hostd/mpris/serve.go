//go:build linux

package mpris

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"time"
)

const (
	// firstRetry and lastRetry bound the wait for a bus that is gone.
	firstRetry = time.Second
	lastRetry  = time.Minute
)

// Serve puts the player on the session bus until ctx ends, and comes back when the bus was restarted. It
// returns nil then, and at once where there is no bus. The only error is a Config without Remote.
func Serve(ctx context.Context, c Config) error {
	if c.Remote == nil {
		return errors.New("show the player on the session bus: there is no remote")
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.Retry <= 0 {
		c.Retry = firstRetry
	}
	if c.Address == "" {
		c.Address = os.Getenv("DBUS_SESSION_BUS_ADDRESS")
	}
	if c.Address == "" {
		c.Log.Debug("no session bus: media keys and the desktop do not control the jam")
		return nil
	}
	d := newDesk(c)
	defer d.covers.clear()
	wait := c.Retry
	for {
		shown, err := d.stand(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if shown {
			wait = c.Retry
		}
		c.Log.Debug("not on the session bus", "err", err, "again_in", wait)
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(wait):
		}
		wait = min(2*wait, lastRetry)
	}
}
