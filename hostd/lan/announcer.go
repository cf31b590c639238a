package lan

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/grandcat/zeroconf"
)

const (
	// defaultRecheck is how often the addresses are compared with those announced.
	// The library reads them once, and a laptop changes networks.
	defaultRecheck = 5 * time.Second

	// settle is the least time between the library's start and its shutdown. Its
	// receivers count themselves in after they have been started, which
	// must not happen while shutdown waits for that count to be zero.
	settle = 100 * time.Millisecond
)

// Announcer announces a jam on the LAN as long as it runs. The zero value works.
// Its methods may be called by several goroutines.
type Announcer struct {
	// Log takes the warnings when nothing can be announced; nil is slog.Default.
	Log *slog.Logger

	// Recheck is how often the machine's addresses are looked at for changes;
	// 0 is 5 s.
	Recheck time.Duration

	mu   sync.Mutex // guards stop
	stop func()     // ends the running announcement and waits; nil while there is none
}

// Announce starts to announce a jam, instead of any announced before, until Stop or until
// ctx ends. It does not wait for the network. The only errors are the
// caller's: no code, an impossible port, an interface that does not exist. When the
// network fails, that is logged as a warning and tried again: the jam goes on, guests come by link.
func (a *Announcer) Announce(ctx context.Context, what Announcement) error {
	if err := what.check(); err != nil {
		return fmt.Errorf("announce the jam on the LAN: %w", err)
	}
	k := &keeper{what: what, log: a.Log, recheck: a.Recheck}
	if k.log == nil {
		k.log = slog.Default()
	}
	if k.recheck <= 0 {
		k.recheck = defaultRecheck
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.stopLocked()
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		k.run(ctx)
	}()
	a.stop = func() {
		cancel()
		<-done
	}
	return nil
}

// Stop says goodbye on the LAN and returns when nothing more of ours is
// announced or running; the library's own last goroutine ends within 3 s after. Without
// an announcement it does nothing.
func (a *Announcer) Stop() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.stopLocked()
}

func (a *Announcer) stopLocked() {
	if a.stop != nil {
		a.stop()
		a.stop = nil
	}
}

// keeper keeps one announcement true while the network changes. Its goroutine alone
// touches it.
type keeper struct {
	what    Announcement
	log     *slog.Logger
	recheck time.Duration

	server  *zeroconf.Server // nil while nothing is announced
	started time.Time        // when server was
	on      network          // what server was told
	warned  string           // the last warning, not to be repeated every few seconds
}

func (k *keeper) run(ctx context.Context) {
	ticker := time.NewTicker(k.recheck)
	defer ticker.Stop()
	defer k.withdraw()
	for {
		k.warn(k.refresh())
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// refresh announces anew when there is no announcement or the addresses have changed.
func (k *keeper) refresh() error {
	now, err := look(k.what.Interfaces)
	if err != nil {
		return err
	}
	if k.server != nil && now.same(k.on) {
		return nil
	}
	k.withdraw()
	if len(now.interfaces) == 0 {
		return errors.New("no network interface is up, multicast and has an address")
	}
	server, err := zeroconf.RegisterProxy(k.what.instance(), Service, domain, k.what.Port,
		HostName(k.what.Code)+".", now.addresses, k.what.text(), now.interfaces)
	if err != nil {
		return fmt.Errorf("register the mDNS service: %w", err)
	}
	k.server, k.started, k.on = server, time.Now(), now
	k.log.Debug("announcing the jam on the LAN", "code", k.what.Code, "addresses", now.addresses)
	return nil
}

// withdraw says goodbye, when something is announced.
func (k *keeper) withdraw() {
	if k.server == nil {
		return
	}
	<-time.After(settle - time.Since(k.started))
	k.server.Shutdown()
	k.server = nil
}

// warn logs a failure once, until another or a success comes between.
func (k *keeper) warn(err error) {
	if err == nil {
		k.warned = ""
		return
	}
	if text := err.Error(); text != k.warned {
		k.warned = text
		k.log.Warn("the jam is not announced on the LAN; links and codes work", "reason", text)
	}
}
