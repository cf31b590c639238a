package server

import (
	"fmt"
	"net/http"
	"net/netip"
	"sync"
	"testing"
	"time"
)

func TestWhoseAddressCounts(t *testing.T) {
	for _, c := range []struct {
		trusted   []string
		remote    string
		forwarded []string
		want      string
	}{
		{nil, "192.0.2.1:5", nil, "192.0.2.1"},
		{nil, "192.0.2.1:5", []string{"198.51.100.9"}, "192.0.2.1"}, // the default believes nobody
		{[]string{"10.0.0.0/8"}, "192.0.2.1:5", []string{"198.51.100.9"}, "192.0.2.1"},
		{[]string{"10.0.0.0/8"}, "10.1.2.3:5", nil, "10.1.2.3"},
		{[]string{"10.0.0.0/8"}, "10.1.2.3:5", []string{"198.51.100.9"}, "198.51.100.9"},
		{[]string{"10.0.0.0/8"}, "10.1.2.3:5", []string{"1.1.1.1, 198.51.100.9"}, "198.51.100.9"},
		{[]string{"10.0.0.0/8"}, "10.1.2.3:5", []string{"1.1.1.1", "198.51.100.9"}, "198.51.100.9"},
		{[]string{"10.0.0.0/8"}, "10.1.2.3:5", []string{"1.1.1.1, 198.51.100.9, 10.9.9.9"}, "198.51.100.9"},
		{[]string{"10.0.0.0/8"}, "10.1.2.3:5", []string{"10.8.8.8, 10.9.9.9"}, "10.8.8.8"},
		{[]string{"10.0.0.0/8"}, "10.1.2.3:5", []string{"198.51.100.9:4711"}, "198.51.100.9"},
		{[]string{"10.0.0.0/8"}, "10.1.2.3:5", []string{"[2001:db8::1]:4711"}, "2001:db8::1"},
		{[]string{"10.0.0.0/8"}, "10.1.2.3:5", []string{"2001:db8::1"}, "2001:db8::1"},
		{[]string{"10.0.0.0/8"}, "10.1.2.3:5", []string{"::ffff:198.51.100.9"}, "198.51.100.9"},
		{[]string{"10.0.0.0/8"}, "10.1.2.3:5", []string{"1.1.1.1, unknown"}, "10.1.2.3"},
		{[]string{"10.0.0.0/8"}, "10.1.2.3:5", []string{"1.1.1.1, unknown, 10.7.7.7"}, "10.7.7.7"},
		{[]string{"10.0.0.0/8"}, "10.1.2.3:5", []string{"fe80::1%eth0"}, "10.1.2.3"},
		{[]string{"10.0.0.0/8"}, "10.1.2.3:5", []string{""}, "10.1.2.3"},
		{[]string{"10.0.0.0/8"}, "[::ffff:10.1.2.3]:5", []string{"198.51.100.9"}, "198.51.100.9"},
		{[]string{"::1", "127.0.0.1"}, "[::1]:5", []string{"198.51.100.9"}, "198.51.100.9"},
		{[]string{"10.1.2.3"}, "10.1.2.4:5", []string{"198.51.100.9"}, "10.1.2.4"},
	} {
		p, err := parseProxies(c.trusted)
		if err != nil {
			t.Fatal(err)
		}
		got := p.addressOf(&http.Request{RemoteAddr: c.remote, Header: http.Header{"X-Forwarded-For": c.forwarded}})
		if got.String() != c.want {
			t.Errorf("%s by way of %q, trusting %v: %s, want %s", c.remote, c.forwarded, c.trusted, got, c.want)
		}
	}
	if (proxies{}).addressOf(&http.Request{RemoteAddr: "odd"}).IsValid() {
		t.Error("an odd address is one")
	}
	for address, want := range map[string]string{"192.0.2.1": "192.0.2.1", "2001:db8:1:2:3:4:5:6": "2001:db8:1:2::", "fe80::1%eth0": "fe80::"} {
		if got := customer(netip.MustParseAddr(address)); got.String() != want {
			t.Errorf("%s counts for %s, want %s", address, got, want)
		}
	}
}

func FuzzForwarded(f *testing.F) {
	f.Add("1.1.1.1, 10.0.0.1", "10.0.0.2:1")
	f.Add("[::1]:x,,%", "[::1]:80")
	f.Fuzz(func(t *testing.T, forwarded, remote string) {
		r := &http.Request{RemoteAddr: remote, Header: http.Header{"X-Forwarded-For": {forwarded}}}
		p, err := parseProxies([]string{"10.0.0.0/8"})
		if err != nil {
			t.Fatal(err)
		}
		direct := (proxies{}).addressOf(r)
		if got := p.addressOf(r); got != direct && !p.trust(direct) {
			t.Errorf("%s is believed that it is %s", direct, got)
		}
	})
}

func TestStrangersAreCountedPerAddress(t *testing.T) {
	s, a, b := newStrangers(2), netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2")
	known1, left1, ok1 := s.enter(a)
	_, left2, ok2 := s.enter(a)
	if _, _, ok := s.enter(a); !ok1 || !ok2 || ok {
		t.Error("of two that may, not two did")
	}
	known1()
	known1() // is known once
	_, left3, ok := s.enter(a)
	if !ok {
		t.Error("there is no room after one got a seat")
	}
	if _, _, ok := s.enter(a); ok {
		t.Error("one that was known twice has made room for two")
	}
	for _, left := range []func(){left1, left1, left2, left3} {
		left()
	}
	var people sync.WaitGroup
	for range 50 {
		people.Go(func() {
			if known, left, ok := s.enter(b); ok {
				known()
				left()
			}
		})
	}
	people.Wait()
	if len(s.from) > 0 {
		t.Errorf("of addresses that nobody is at, %v is remembered", s.from)
	}
}

func TestThoseWhoAreKnownAreCountedToo(t *testing.T) {
	s, a := newStrangers(3), netip.MustParseAddr("192.0.2.1")
	var last func()
	for n := range 3 * inAll {
		known, left, ok := s.enter(a)
		if !ok {
			t.Fatalf("only %d may be there", n)
		}
		known()
		last = left
	}
	if _, _, ok := s.enter(a); ok {
		t.Error("there is no end")
	}
	last()
	if _, _, ok := s.enter(a); !ok {
		t.Error("there is no room after one has left")
	}
	if _, _, ok := s.enter(netip.MustParseAddr("192.0.2.2")); !ok {
		t.Error("somebody else has no room")
	}
}

func TestAllowance(t *testing.T) {
	a, who, now := newAllowance(5, time.Second), netip.MustParseAddr("192.0.2.1"), time.Now()
	taken := func(seconds int) (n int) {
		for range seconds * 100 {
			if a.take(who, now) {
				n++
			}
			now = now.Add(10 * time.Millisecond)
		}
		return n
	}
	if n := taken(10); n < 14 || n > 15 {
		t.Errorf("%d in the first ten seconds, want 5 and one a second", n)
	}
	if n := taken(10); n < 9 || n > 11 {
		t.Errorf("%d in the next ten seconds", n)
	}
	now = now.Add(time.Hour)
	if n := taken(1); n < 5 || n > 6 {
		t.Errorf("%d after an hour", n)
	}
	for n := range maxAddresses + 1000 {
		a.take(netip.AddrFrom4([4]byte{10, byte(n >> 16), byte(n >> 8), byte(n)}), now)
	}
	if len(a.full) > maxAddresses {
		t.Errorf("%d addresses are remembered", len(a.full))
	}
}

// guess asks for unknown codes from some addresses in turn, evenly within a time, and gives how many passed.
func guess(g *guesses, addresses, tries int, within time.Duration) (passed int) {
	now := time.Now()
	for n := range tries {
		from := netip.AddrFrom4([4]byte{10, 0, byte(n % addresses >> 8), byte(n % addresses)})
		if g.wait(from, now) == 0 {
			passed++
			g.missed(from, now)
		}
		now = now.Add(within / time.Duration(tries))
	}
	return passed
}

func TestGuessingIsSlowedDown(t *testing.T) {
	const tries = 10_000
	for _, c := range []struct {
		addresses int
		within    time.Duration
		most      int
	}{
		{1, time.Second, tries / 100}, {1, 10 * time.Minute, tries / 100}, {1, 3 * time.Hour, tries / 100},
		{200, time.Second, tries / 10}, {200, 2 * time.Minute, tries / 10}, {200, 10 * time.Minute, tries / 10},
	} {
		passed := guess(newGuesses(), c.addresses, tries, c.within)
		if passed > c.most {
			t.Errorf("%d guesses from %d addresses within %v: %d passed, want at most %d", tries, c.addresses, c.within, passed, c.most)
		}
		t.Logf("%d guesses from %d addresses within %v: %.1f %% had to wait", tries, c.addresses, c.within, 100-float64(passed)*100/tries)
	}
}

func TestWhoMistypesIsNotSlowedDown(t *testing.T) {
	g, who, now := newGuesses(), netip.MustParseAddr("192.0.2.1"), time.Now()
	for n := range 100 {
		if wait := g.wait(who, now); wait > 0 {
			t.Fatalf("after %d mistakes, one each 7 s: wait %v", n, wait)
		}
		g.missed(who, now)
		now = now.Add(7 * time.Second)
	}
	var waits []string
	for n := range 30 {
		if wait := g.wait(who, now); wait > 0 {
			waits = append(waits, wait.String())
			now = now.Add(wait)
		}
		if n < 20 {
			g.missed(who, now)
		}
	}
	if want := []string{"1m0s", "2m0s", "4m0s", "8m0s", "10m0s", "10m0s"}; len(waits) < len(want) || fmt.Sprint(waits[:len(want)]) != fmt.Sprint(want) {
		t.Errorf("waited %v, want %v and so on", waits, want)
	}
	now = now.Add(forgottenAfter)
	for range missesAllowed - 1 {
		g.missed(who, now)
	}
	if wait := g.wait(who, now); wait > 0 {
		t.Errorf("it is remembered for good: wait %v", wait)
	}
}

func TestGuessersAreNotRememberedWithoutEnd(t *testing.T) {
	g, now := newGuesses(), time.Now()
	for n := range maxAddresses + 50_000 {
		g.missed(netip.AddrFrom4([4]byte{10, byte(n >> 16), byte(n >> 8), byte(n)}), now)
	}
	if len(g.from) > maxAddresses {
		t.Errorf("%d addresses are remembered", len(g.from))
	}
}
