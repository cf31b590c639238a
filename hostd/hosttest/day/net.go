package day

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"time"
)

// network is streams in memory between machines that are known by name. What is cut is a machine's: all of its streams.
type network struct {
	mu        sync.Mutex // guards what follows
	listeners map[string]*listener
	machines  map[string]*machine
	ports     int
}

// machine is one end of streams.
type machine struct {
	down    bool // dials hang, as with a cable pulled
	refuses bool // dials fail at once
	streams map[*stream]struct{}
}

func newNetwork() *network {
	return &network{listeners: map[string]*listener{}, machines: map[string]*machine{}}
}

// machine gives the one with that IP address. The lock is held.
func (n *network) machine(ip string) *machine {
	m := n.machines[ip]
	if m == nil {
		m = &machine{streams: map[*stream]struct{}{}}
		n.machines[ip] = m
	}
	return m
}

// listen takes the connections to an address such as "soul.example:80", whose machine has that IP address.
func (n *network) listen(address, ip string) net.Listener {
	n.mu.Lock()
	defer n.mu.Unlock()
	l := &listener{network: n, address: address, ip: ip, come: make(chan net.Conn), over: make(chan struct{})}
	n.listeners[address] = l
	return l
}

// Dials to where nothing answers are tried again every retryDial, and given up after dialWithin, as a system does.
const retryDial, dialWithin = time.Second, 30 * time.Second

// dialFrom is net.Dialer.DialContext of one machine.
func (n *network) dialFrom(ip string) func(ctx context.Context, _, address string) (net.Conn, error) {
	return func(ctx context.Context, _, address string) (net.Conn, error) {
		ctx, cancel := context.WithTimeout(ctx, dialWithin)
		defer cancel()
		l, hangs := n.find(ip, address)
		for hangs {
			select {
			case <-ctx.Done():
				return nil, ctx.Err()
			case <-time.After(retryDial):
			}
			l, hangs = n.find(ip, address)
		}
		if l == nil {
			return nil, fmt.Errorf("dial %s: %w", address, syscall.ECONNREFUSED)
		}
		here, there := n.pair(ip, l.ip)
		select {
		case l.come <- there:
			return here, nil
		case <-l.over:
		case <-ctx.Done():
		}
		_ = here.Close()
		return nil, fmt.Errorf("dial %s: %w", address, syscall.ECONNREFUSED)
	}
}

// find gives who listens there, nil when nobody does for that machine; hangs: nothing answers.
func (n *network) find(ip, address string) (l *listener, hangs bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	from, l := n.machine(ip), n.listeners[address]
	switch {
	case from.down, l != nil && n.machine(l.ip).down:
		return nil, true
	case from.refuses:
		return nil, false
	}
	return l, false
}

// pair makes both ends of a connection.
func (n *network) pair(one, other string) (here, there *conn) {
	up, down := newStream(), newStream()
	n.mu.Lock()
	defer n.mu.Unlock()
	n.ports++
	a, b := &net.TCPAddr{IP: net.ParseIP(one), Port: 10_000 + n.ports%50_000}, &net.TCPAddr{IP: net.ParseIP(other), Port: 80}
	forget := func() {
		n.mu.Lock()
		defer n.mu.Unlock()
		for _, ip := range []string{one, other} {
			delete(n.machine(ip).streams, up)
			delete(n.machine(ip).streams, down)
		}
	}
	for _, ip := range []string{one, other} {
		n.machine(ip).streams[up] = struct{}{}
		n.machine(ip).streams[down] = struct{}{}
	}
	up.from, up.to, down.from, down.to = one, other, other, one
	return &conn{in: down, out: up, local: a, remote: b, forget: forget}, &conn{in: up, out: down, local: b, remote: a, forget: forget}
}

// stall holds back what a machine sends and is sent, as a cable that is pulled; dials hang. onlyTo: what it sends still arrives.
func (n *network) stall(ip string, onlyTo bool) {
	n.each(ip, func(m *machine) { m.down = true }, func(s *stream) {
		if !onlyTo || s.from != ip {
			s.change(func() { s.stalled = true })
		}
	})
}

// reset breaks a machine's connections, and refuses new ones.
func (n *network) reset(ip string) {
	n.each(ip, func(m *machine) { m.refuses = true }, func(s *stream) {
		s.change(func() { s.broken = true })
	})
}

// heal undoes stall and reset. What was held back arrives, if anybody still waits for it.
func (n *network) heal(ip string) {
	n.each(ip, func(m *machine) { m.down, m.refuses = false, false }, func(s *stream) {
		n.mu.Lock()
		still := n.machine(s.from).down || n.machine(s.to).down
		n.mu.Unlock()
		if !still {
			s.change(func() { s.stalled = false })
		}
	})
}

// hangs tells whether a machine is cut off by stall.
func (n *network) hangs(ip string) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.machine(ip).down
}

func (n *network) each(ip string, change func(*machine), all func(*stream)) {
	n.mu.Lock()
	m := n.machine(ip)
	change(m)
	streams := make([]*stream, 0, len(m.streams))
	for s := range m.streams {
		streams = append(streams, s)
	}
	n.mu.Unlock()
	for _, s := range streams {
		all(s)
	}
}

// listener is a net.Listener of a network.
type listener struct {
	network     *network
	address, ip string
	come        chan net.Conn
	once        sync.Once // guards closing over
	over        chan struct{}
}

func (l *listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.come:
		return c, nil
	case <-l.over:
		return nil, net.ErrClosed
	}
}

func (l *listener) Close() error {
	l.once.Do(func() {
		close(l.over)
		l.network.mu.Lock()
		defer l.network.mu.Unlock()
		if l.network.listeners[l.address] == l {
			delete(l.network.listeners, l.address)
		}
	})
	return nil
}

func (l *listener) Addr() net.Addr { return &net.TCPAddr{IP: net.ParseIP(l.ip), Port: 80} }

// sendBuffer, bytes: more waits in Write, as with a socket whose other side takes nothing.
const sendBuffer = 256 << 10

// stream is one direction of a connection.
type stream struct {
	from, to string // IP addresses of who writes and who reads

	mu      sync.Mutex // guards what follows
	changed *sync.Cond
	buffer  []byte
	stalled bool // what is written does not arrive for now
	broken  bool // reset
	ended   bool // by who writes
	unread  bool // who read has gone
}

func newStream() *stream {
	s := &stream{}
	s.changed = sync.NewCond(&s.mu)
	return s
}

func (s *stream) change(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
	s.changed.Broadcast()
}

// deadline wakes who waits for it.
type deadline struct {
	at    time.Time
	timer *time.Timer
}

func (d *deadline) set(at time.Time, s *stream) {
	s.change(func() {
		if d.timer != nil {
			d.timer.Stop()
			d.timer = nil
		}
		if d.at = at; !at.IsZero() {
			d.timer = time.AfterFunc(time.Until(at), func() { s.change(func() {}) })
		}
	})
}

func (d *deadline) passed() bool { return !d.at.IsZero() && !time.Now().Before(d.at) }

// conn is a net.Conn of a network.
type conn struct {
	in, out       *stream
	local, remote net.Addr
	forget        func()

	read, write deadline // guarded by in and out
	closed      bool     // guarded by in
}

func (c *conn) Read(p []byte) (int, error) {
	s := c.in
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		switch {
		case c.closed:
			return 0, net.ErrClosed
		case s.broken:
			return 0, syscall.ECONNRESET
		case c.read.passed():
			return 0, os.ErrDeadlineExceeded
		case !s.stalled && len(s.buffer) > 0:
			n := copy(p, s.buffer)
			if s.buffer = s.buffer[n:]; len(s.buffer) == 0 {
				s.buffer = nil
			}
			s.changed.Broadcast()
			return n, nil
		case !s.stalled && s.ended:
			return 0, io.EOF
		}
		s.changed.Wait()
	}
}

func (c *conn) Write(p []byte) (int, error) {
	s := c.out
	s.mu.Lock()
	defer s.mu.Unlock()
	for written := 0; ; {
		switch {
		case s.ended:
			return written, net.ErrClosed
		case s.broken, s.unread && !s.stalled:
			return written, syscall.EPIPE
		case c.write.passed():
			return written, os.ErrDeadlineExceeded
		}
		n := min(len(p)-written, sendBuffer-len(s.buffer))
		s.buffer = append(s.buffer, p[written:written+n]...)
		if written += n; n > 0 {
			s.changed.Broadcast()
		}
		if written == len(p) {
			return written, nil
		}
		s.changed.Wait()
	}
}

func (c *conn) Close() error {
	was := false
	c.in.change(func() { was, c.closed, c.in.unread = c.closed, true, true })
	c.out.change(func() { c.out.ended = true })
	if was {
		return net.ErrClosed
	}
	c.read.set(time.Time{}, c.in)
	c.write.set(time.Time{}, c.out)
	if c.out.over() && c.in.over() {
		c.forget()
	}
	return nil
}

// over tells whether both ends have closed.
func (s *stream) over() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ended && s.unread
}

func (c *conn) LocalAddr() net.Addr  { return c.local }
func (c *conn) RemoteAddr() net.Addr { return c.remote }

func (c *conn) SetDeadline(at time.Time) error {
	return errors.Join(c.SetReadDeadline(at), c.SetWriteDeadline(at))
}
func (c *conn) SetReadDeadline(at time.Time) error  { c.read.set(at, c.in); return nil }
func (c *conn) SetWriteDeadline(at time.Time) error { c.write.set(at, c.out); return nil }
