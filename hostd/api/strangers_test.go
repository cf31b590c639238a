package api

import (
	"net/http"
	"sync"
	"testing"
)

func TestStrangersAreCountedPerAddress(t *testing.T) {
	s := newStrangers(2)
	leave1, ok1 := s.enter("a")
	leave2, ok2 := s.enter("a")
	if _, ok := s.enter("a"); !ok1 || !ok2 || ok {
		t.Error("of two that may, not two did")
	}
	if _, ok := s.enter("b"); !ok {
		t.Error("another address has no room")
	}
	leave1()
	leave1() // joining and then ending is leaving once
	if _, ok := s.enter("a"); !ok {
		t.Error("there is no room after one left")
	}
	if _, ok := s.enter("a"); ok {
		t.Error("one that left twice has made room for two")
	}
	leave2()
	var people sync.WaitGroup
	for range 50 {
		people.Go(func() {
			if leave, ok := s.enter("c"); ok {
				leave()
			}
		})
	}
	people.Wait()
	if n, there := s.from["c"]; there {
		t.Errorf("%d are remembered of an address that nobody is at", n)
	}
}

func TestWhomAConnectionCountsFor(t *testing.T) {
	for remote, want := range map[string]string{
		"192.168.1.5:1234": "192.168.1.5", "[2001:db8:1:2:3:4:5:6]:1": "2001:db8:1:2::", "[2001:db8:1:2:ffff::1]:9": "2001:db8:1:2::",
		"[2001:db8:1:3::1]:9": "2001:db8:1:3::", "[::ffff:192.168.1.5]:1": "192.168.1.5", "[fe80::1%eth0]:5": "fe80::%eth0", "[fe80::abcd%eth0]:5": "fe80::%eth0", "odd": "odd",
	} {
		if got := addressOf(&http.Request{RemoteAddr: remote}); got != want {
			t.Errorf("%s counts for %q, want %q", remote, got, want)
		}
	}
}
