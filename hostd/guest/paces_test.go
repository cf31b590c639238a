package guest

import (
	"fmt"
	"testing"
	"time"
)

func TestAnAddressHasAPaceOfItsOwn(t *testing.T) {
	p, now := Paces{Burst: 3, Every: 5 * time.Second}, time.Unix(1_000_000, 0)
	take := func(from string, after time.Duration) (time.Duration, bool) { return p.Take(from, now.Add(after)) }
	for range 3 {
		if _, ok := take("a", 0); !ok {
			t.Fatal("one of three at once was too many")
		}
	}
	if wait, ok := take("a", 0); ok || wait != 5*time.Second {
		t.Errorf("the fourth: %v, wait %v; want 5s", ok, wait)
	}
	if _, ok := take("b", 0); !ok {
		t.Error("somebody else has to wait, too")
	}
	if _, ok := take("a", 4999*time.Millisecond); ok {
		t.Error("the fourth came too early")
	}
	if _, ok := take("a", 5*time.Second); !ok {
		t.Error("who asked in vain has to wait longer")
	}
}

func TestFewAddressesAreKeptInMind(t *testing.T) {
	p, now := Paces{Burst: 2, Every: time.Hour}, time.Unix(1_000_000, 0)
	if _, ok := p.Take("quiet", now); !ok {
		t.Fatal("the first is too much")
	}
	now = now.Add(2 * time.Hour) // "quiet" may as often as anybody new by now
	for i := range addressesKept + 100 {
		p.Take(fmt.Sprint(i), now)
	}
	if n := len(p.from); n > addressesKept {
		t.Errorf("%d addresses are kept", n)
	}
	if p.from["quiet"] != nil {
		t.Error("who might as often as anybody new is kept in mind")
	}
}
