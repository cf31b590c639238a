package main

import (
	"context"
	"crypto/rand"
	"net/url"
	"os"
	"sync"
	"time"

	"soul-jam/shared/code"
	"soul-jam/signaling/server/fakehost"
)

type idleFigures struct {
	perHost float64       // bytes
	back    time.Duration // after a restart
}

// measureIdle attaches hosts, over TLS or not, looks at the memory after a while, and restarts the relay under them.
func measureIdle(ctx context.Context, program string, n int, secure bool) (f idleFigures, err error) {
	data, err := os.MkdirTemp("", "relay-bench-")
	if err != nil {
		return f, err
	}
	defer func() { _ = os.RemoveAll(data) }()
	var further []string
	if secure {
		if further, err = certificate(data); err != nil {
			return f, err
		}
	}
	c, err := startRelay(program, "127.0.0.1:0", data, further...)
	if err != nil {
		return f, err
	}
	defer func() { c.stop() }()
	before, err := c.rss()
	if err != nil {
		return f, err
	}
	hosts := make([]*fakehost.Host, n)
	for i := range hosts {
		shareCode, err := code.New(rand.Reader)
		if err != nil {
			return f, err
		}
		if hosts[i], err = fakehost.New(shareCode); err != nil {
			return f, err
		}
		hosts[i].Via, _ = from(i)
	}
	conns, err := attachAll(ctx, hosts, c.url)
	if err != nil {
		return f, err
	}
	settle(ctx, 15*time.Second)
	after, err := c.rss()
	if err != nil {
		return f, err
	}
	f.perHost = (after - before) / float64(n)
	at, err := url.Parse(c.url)
	if err != nil {
		return f, err
	}
	c.stop()
	for _, conn := range conns {
		_ = conn.WS.CloseNow()
	}
	if c, err = startRelay(program, at.Host, data, further...); err != nil {
		return f, err
	}
	began := time.Now()
	if _, err = attachAll(ctx, hosts, c.url); err != nil {
		return f, err
	}
	f.back = time.Since(began)
	return f, nil
}

// attachAll attaches all at once and keeps reading, so that pings are answered.
func attachAll(ctx context.Context, hosts []*fakehost.Host, url string) ([]*fakehost.Conn, error) {
	conns, errs := make([]*fakehost.Conn, len(hosts)), make([]error, len(hosts))
	var attaching sync.WaitGroup
	for i, h := range hosts {
		attaching.Go(func() { conns[i], errs[i] = h.Attach(ctx, url) })
	}
	attaching.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	for _, conn := range conns {
		go func() {
			for {
				if _, _, err := conn.Read(ctx); err != nil {
					return
				}
			}
		}()
	}
	return conns, nil
}

// settle waits for what is garbage to be collected and given back.
func settle(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}
