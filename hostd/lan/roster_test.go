package lan

import (
	"fmt"
	"testing"
	"time"
)

func jamAt(ip, name string) Nearby {
	return Nearby{Name: name, Code: "HQRS-2K4M", URL: "http://" + ip + ":7420/jam/HQRS-2K4M"}
}

func TestRosterListsAndForgets(t *testing.T) {
	r, start := newRoster(), time.Unix(1000, 0)
	if !r.note(jamAt("10.0.0.1", "Friday"), start) || r.note(jamAt("10.0.0.1", "Friday"), start) {
		t.Error("the first answer is news, the same again is none")
	}
	// The same name and even code at another address is another jam; a new name at the same address is the same one.
	r.note(jamAt("10.0.0.2", "Friday"), start.Add(10*time.Second))
	if !r.note(jamAt("10.0.0.1", "Saturday"), start.Add(time.Second)) {
		t.Error("a new name is news")
	}
	if got := fmt.Sprint(r.list()); got != fmt.Sprint([]Nearby{jamAt("10.0.0.2", "Friday"), jamAt("10.0.0.1", "Saturday")}) {
		t.Errorf("list %v", got)
	}
	if r.forget(start.Add(time.Second)) || !r.forget(start.Add(time.Second+1)) || len(r.list()) != 1 || len(r.heard) != 1 {
		t.Errorf("forgotten too early or too late: %v", r.list())
	}
	r.doubt(start)
	if r.forget(start) || !r.forget(start.Add(1)) || len(r.list()) != 0 {
		t.Errorf("in doubt: %v", r.list())
	}
}

func TestRosterIsBounded(t *testing.T) {
	r, now := newRoster(), time.Unix(1000, 0)
	friend := jamAt("192.168.1.5", "Friend")
	r.note(friend, now)
	for i := range 10_000 {
		r.note(jamAt(fmt.Sprintf("10.1.%d.%d", i/256, i%256), "Flood"), now)
	}
	if len(r.jams) != maxNearby || len(r.heard) != maxNearby || r.jams[friend.URL] != friend {
		t.Errorf("%d jams, %d times, %v", len(r.jams), len(r.heard), r.jams[friend.URL])
	}
	friend.Name = "Friend again"
	if !r.note(friend, now) {
		t.Error("a known jam is not heard while the list is full")
	}
}

// TestGoneWithin25Seconds: a jam that goes without a word is off the list by then, while one that
// stays may lose two rounds.
func TestGoneWithin25Seconds(t *testing.T) {
	p := defaultPace()
	if p.forget+p.look > 25*time.Second || p.forget <= 2*p.ask {
		t.Errorf("%+v", p)
	}
}
