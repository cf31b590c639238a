package hosttest_test

import (
	"fmt"
	"runtime"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"soul-jam/shared/proof"
	"soul-jam/shared/wire"
)

// listens notes when each event of the speaker's comes, until the connection is over; the reader's until then. There is room for that many from the
// beginning, so that none of it is mistaken for the host's.
func (v *visitor) listens(most int) (heard *[]time.Time, over <-chan struct{}) {
	room := make([]time.Time, 0, most)
	at, done := &room, make(chan struct{})
	go func() {
		defer close(done)
		for {
			messages, err := v.frame()
			if err != nil {
				return
			}
			for _, m := range messages {
				if kind(m) == "playback" {
					*at = append(*at, time.Now())
				}
			}
		}
	}()
	return at, done
}

// freezes takes a seat and reads nothing, again and again until stop; it gives how often it was closed.
func (h *hall) freezes(stop <-chan struct{}) <-chan int {
	closed := make(chan int, 1)
	go func() {
		for n := 0; ; n++ {
			v := h.visit(false)
			v.send(wire.JoinRequest{DisplayName: "Frozen"}, "")
			select {
			case <-v.served:
				_, _ = v.end() // what lies in the link is not the host's
			case <-stop:
				closed <- n
				return
			}
		}
	}()
	return closed
}

// Events at fifty a second, and somebody who reads nothing and comes back whenever the host has enough of it.
func TestPromiseOneWhoReadsNothingCostsNobodyAnything(t *testing.T) {
	length := 40 * time.Second
	if proof.Whole() {
		length = 10 * time.Minute
	}
	bubble(t, func(t *testing.T, h *hall) {
		const apart = 20 * time.Millisecond
		host, alice := h.join("Hanna"), h.join("Alice")
		most := int((time.Minute + length) / apart)
		_, _ = host.listens(most)
		heard, over := alice.listens(most)
		said := make([]time.Time, 0, most)
		speak := func(long time.Duration) {
			for end := time.Now().Add(long); time.Now().Before(end); <-time.After(apart) {
				said = append(said, time.Now())
				host.send(wire.SetVolume{Volume: len(said) % 100}, "")
			}
			synctest.Wait()
		}
		speak(time.Minute) // what is kept for those who come back is full
		before := bubbleHeap()
		stop := make(chan struct{})
		closed := h.freezes(stop)
		speak(length)
		grown := bubbleHeap() - before
		close(stop)
		if n := <-closed; n < int(length/(35*time.Second)) {
			t.Errorf("it was closed %d times in %v", n, length)
		}
		_ = alice.Close(4000, "")
		<-over
		var waited []time.Duration
		for i, at := range *heard {
			waited = append(waited, at.Sub(said[i]))
		}
		slices.Sort(waited)
		what := fmt.Sprintf("One who reads nothing for %v, at 50 events a second", length)
		proof.Show(t, what+": what the host's heap grows by", fmt.Sprintf("%d kB", grown>>10), "under 1 MB", grown < 1<<20)
		missed := len(said) - len(waited)
		p99 := waited[len(waited)*99/100]
		proof.Show(t, what+": how long another waits for an event (p99), and misses", fmt.Sprintf("%v, %d missed", p99, missed), "no time, 0", p99 == 0 && missed == 0)
	})
}

// bubbleHeap is what is held after all that is garbage is gone.
func bubbleHeap() int64 {
	synctest.Wait()
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// A page may be in a hurry; a program that is always in one is read more slowly, and the others do not notice.
func TestAFloodIsReadMoreSlowly(t *testing.T) {
	bubble(t, func(t *testing.T, h *hall) {
		for name, flood := range map[string]*visitor{"a guest's": h.join("Flood"), "a stranger's": h.visit(false)} {
			go func() {
				for {
					if _, err := flood.frame(); err != nil {
						return
					}
				}
			}()
			began := time.Now()
			say := func(words int) {
				for range words {
					flood.send(wire.Chat{Message: "spam"}, "")
				}
				synctest.Wait()
			}
			say(100) // a page sends again what it had no answer to
			if took := time.Since(began); took > 0 {
				t.Errorf("%s first hundred words took %v", name, took)
			}
			say(1000)
			if took := time.Since(began); took < 9*time.Second || took > 11*time.Second {
				t.Errorf("%s thousand words took %v, want about 10 s", name, took)
			}
		}
		// The host may do as much as it likes.
		host := h.join("Hanna")
		_, _ = host.listens(0)
		began := time.Now()
		for i := range 1000 {
			host.send(wire.Reorder{QueueItemID: "none"}, fmt.Sprint(i))
			if i%50 == 0 {
				synctest.Wait() // it reads what it is told
			}
		}
		synctest.Wait()
		if took := time.Since(began); took > 0 {
			t.Errorf("a thousand words of the host's took %v", took)
		}
	})
}
