package load

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"soul-jam/shared/proof"
	"soul-jam/shared/wire"
)

// halfOpen is connections that begin a request and never end it. Who is cut comes again.
type halfOpen struct {
	address string
	open    atomic.Int64
	cut     atomic.Int64 // by the server
	longest atomic.Int64 // that the server bore one, nanoseconds
	stop    context.CancelFunc
	all     sync.WaitGroup
}

// beginRequests opens n, from fifty addresses of this machine, and waits until all are there.
func beginRequests(t *testing.T, url string, n int) *halfOpen {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	h := &halfOpen{address: strings.TrimPrefix(url, "http://"), stop: stop}
	for i := range n {
		h.all.Go(func() {
			for ctx.Err() == nil {
				if err := h.one(ctx, i); err != nil && ctx.Err() == nil {
					t.Errorf("a half request: %v", err)
					return
				}
			}
		})
	}
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for deadline := time.Now().Add(patience); int(h.open.Load()) < n; <-look.C {
		if time.Now().After(deadline) {
			t.Fatalf("only %d of %d are open at once", h.open.Load(), n)
		}
	}
	return h
}

// one says nothing at all, or half a request, and waits to be cut.
func (h *halfOpen) one(ctx context.Context, i int) error {
	conn, err := (&net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 2, byte(1+i%50))}}).DialContext(ctx, "tcp", h.address)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	stopped := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stopped()
	began := time.Now()
	h.open.Add(1)
	defer h.open.Add(-1)
	if i%2 == 0 {
		if _, err := fmt.Fprintf(conn, "GET / HTTP/1.1\r\nHost: %s\r\nX-Half: ", h.address); err != nil {
			return nil // cut while it spoke
		}
	}
	for buffer := make([]byte, 512); ; {
		if _, err := conn.Read(buffer); err != nil {
			break // 408 may come before the end
		}
	}
	if ctx.Err() == nil {
		h.cut.Add(1)
		for bore := int64(time.Since(began)); ; {
			if before := h.longest.Load(); bore <= before || h.longest.CompareAndSwap(before, bore) {
				break
			}
		}
	}
	return nil
}

func (h *halfOpen) end() {
	h.stop()
	h.all.Wait()
}

// TestPromiseHalfRequestsKeepNobodyOut has thousands of requests begun at the host's LAN listener, and at the soul-server, and measures how long somebody needs to come in.
func TestPromiseHalfRequestsKeepNobodyOut(t *testing.T) {
	files(t, 8192)
	e := startElsewhere(t)
	e.world.Host().Settings(`{"max_participants":2000}`) // those who have just gone keep their seats
	requests, joins, goal := 500, 5, 5*time.Second       // on a machine that does much else at the same time
	if proof.Whole() {
		requests, joins, goal = 2000, 20, 500*time.Millisecond
	}
	for _, at := range []struct{ what, url string }{{"the host's LAN listener", e.world.LAN}, {"the soul-server", e.soul.URL}} {
		join := func(n int) time.Duration {
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			began := time.Now()
			g, err := enter(ctx, at.url+"/ws/jam/"+e.world.Code, "127.0.0.1", wire.JoinRequest{DisplayName: fmt.Sprint("Guest ", n)}, nil)
			took := time.Since(began)
			if err != nil {
				t.Fatalf("at %s nobody gets in: %v", at.what, err)
			}
			g.leave()
			return took
		}
		alone := join(0)
		h := beginRequests(t, at.url, requests)
		var took []time.Duration
		for n := range joins {
			took = append(took, join(n))
		}
		if proof.Whole() { // until all of the first have been cut once
			look := time.NewTicker(100 * time.Millisecond)
			for deadline := time.Now().Add(patience); int(h.cut.Load()) < requests; took = append(took, join(len(took))) {
				if <-look.C; time.Now().After(deadline) {
					t.Fatalf("%s cut %d of %d half requests", at.what, h.cut.Load(), requests)
				}
			}
			look.Stop()
			if longest := time.Duration(h.longest.Load()); longest > 8*time.Second {
				t.Errorf("%s bears half a request for %v", at.what, longest)
			}
		}
		h.end()
		slices.Sort(took)
		proof.Show(t, fmt.Sprintf("%d half-open requests at %s: the slowest of %d joins", requests, at.what, len(took)),
			fmt.Sprintf("%.0f ms (half within %.0f ms; before them %.0f ms)", ms(took[len(took)-1]), ms(took[len(took)/2]), ms(alone)), fmt.Sprintf("under %.0f ms", ms(goal)), took[len(took)-1] < goal)
	}
}
