package session

import (
	"testing"
	"time"

	"soul-jam/shared/wire"
)

func TestRatesOfTheContract(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	for _, c := range []struct {
		command wire.Command
		burst   int
		every   time.Duration
	}{
		{wire.AddTrack{}, 10, 3 * time.Second},
		{wire.Ping{}, 20, 200 * time.Millisecond},
		{wire.Search{}, 20, 200 * time.Millisecond},
		{wire.Chat{}, 5, 2 * time.Second},
		{wire.RemoveTrack{}, 20, 200 * time.Millisecond},
	} {
		p := newPace()
		for i := range c.burst {
			if refusal := p.check(now, c.command); refusal != nil {
				t.Errorf("%s: number %d is refused", c.command.CommandType(), i+1)
			}
		}
		for range 3 { // being refused costs nothing
			refusal := p.check(now, c.command)
			if refusal == nil || refusal.Code != wire.CodeRateLimited {
				t.Fatalf("%s: one more: %v", c.command.CommandType(), refusal)
			}
			if wait := time.Duration(refusal.RetryAfterMS) * time.Millisecond; wait < c.every || wait > c.every+time.Millisecond {
				t.Errorf("%s: retry after %v, want %v", c.command.CommandType(), wait, c.every)
			}
		}
		refusal := p.check(now, c.command)
		if again := p.check(now.Add(time.Duration(refusal.RetryAfterMS)*time.Millisecond), c.command); again != nil {
			t.Errorf("%s: refused after the time that was named", c.command.CommandType())
		}
		for _, always := range []wire.Command{wire.Away{}, wire.Leave{}} {
			if refusal := p.check(now, always); refusal != nil {
				t.Errorf("%s is refused", always.CommandType())
			}
		}
	}
}

// TestHostsAreNotLimited: whoever has the host's rights now.
func TestHostsAreNotLimited(t *testing.T) {
	p, now := &Peer{}, time.Unix(1_700_000_000, 0)
	s := &seat{id: "x", pace: newPace()}
	p.seat.Store(s)
	for _, hosts := range []bool{false, true} {
		s.hosts.Store(hosts)
		refused := false
		for range 1000 {
			refused = refused || p.Pace(now, wire.AddTrack{}) != nil
		}
		if refused == hosts {
			t.Errorf("hosts %v: refused %v", hosts, refused)
		}
	}
}
