package load

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"soul-jam/hostd/hosttest"
	"soul-jam/shared/proof"
	"soul-jam/shared/wire"
)

// steady is how long a crowd is there before what the host holds is compared.
const steady = 30 * time.Second

// TestPromiseAThousandGuestsMissNothing is a jam in which somebody does something ten times a second, and others come and go all the while.
func TestPromiseAThousandGuestsMissNothing(t *testing.T) {
	files(t, 8192)
	people, length := 200, 6*time.Second
	if proof.Whole() {
		people, length = 1000, 3*time.Minute
	}
	process, w := startHost(t)
	said := newSpeech(int(length.Seconds()+1) * eventsPerSecond)
	host := console(t, w, said)
	hostSays(t, host, wire.UpdateSettings{Settings: []byte(`{"max_participants":2000}`)})
	remembered(t, host)
	all := crowd(t, w, people, said)
	began := host.settled(t)
	stop := make(chan struct{})
	memory, passing := watchMemory(process, stop), comeAndGo(t, w, stop)
	said.speak(t, host, all, length)
	close(stop)
	samples, passers := <-memory, <-passing
	if passers == 0 {
		t.Error("nobody passed by")
	}
	said.wait(t, "everybody counts those who stayed", func() bool {
		return !slices.ContainsFunc(all, func(g *guest) bool { return g.count.Load() != int64(people)+1 })
	})
	for _, g := range append(all, host) {
		g.leave()
	}
	lost, reordered := checkAll(t, host, all, began)
	what := fmt.Sprintf("%d guests over WebSocket with %d events a second for %v", people, eventsPerSecond, length)
	proof.Show(t, what+": every event reaches everyone, once and in order", fmt.Sprintf("%d events each, %d lost, %d reordered", len(said.sent), lost, reordered), "0 lost, 0 reordered",
		lost == 0 && reordered == 0)
	waits := latencies(all, said.sentAt(), began, said.last(0))
	t.Logf("from command to the guest: half %v, p99 %v, the last %v", percentile(waits, 0.5), percentile(waits, 0.99), percentile(waits, 1))
	showMemory(t, what+": the host's memory is flat", samples)
}

// remembered fills what a host keeps of the newest events for those who come back, and the file, before anybody is there: else that is what grows.
func remembered(t *testing.T, host *guest) {
	t.Helper()
	const most = 2048
	for n := range most {
		if err := host.send(t.Context(), wire.SetVolume{Volume: n % 100}, ""); err != nil {
			t.Fatal(err)
		}
		if n%64 == 63 {
			host.settled(t) // nobody falls behind
		}
	}
}

// hostSays sends a command of the host's and waits for its event.
func hostSays(t *testing.T, host *guest, c wire.Command) {
	t.Helper()
	before := host.last.Load()
	if err := host.send(t.Context(), c, ""); err != nil {
		t.Fatal(err)
	}
	host.said.wait(t, "the host is heard", func() bool { return host.last.Load() > before })
}

// settled gives the newest event once nobody comes any more.
func (g *guest) settled(t *testing.T) uint64 {
	t.Helper()
	hostSays(t, g, wire.UpdateSettings{Settings: []byte(`{"name":"Full house"}`)})
	return g.last.Load()
}

// comeAndGo has somebody join and leave again and again until stop; it tells how many did.
func comeAndGo(t *testing.T, w *hosttest.World, stop <-chan struct{}) <-chan int {
	gone := make(chan int, 1)
	go func() {
		n := 0
		defer func() { gone <- n }()
		for {
			select {
			case <-stop:
				return
			case <-time.After(500 * time.Millisecond):
			}
			ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), patience)
			passer, err := enter(ctx, w.LAN+"/ws/jam/"+w.Code, "127.0.0.3", wire.JoinRequest{DisplayName: fmt.Sprint("Passer ", n)}, nil)
			if err == nil {
				err = passer.send(ctx, wire.Leave{}, "")
				<-passer.done // the host says goodbye
			}
			cancel()
			if err != nil {
				t.Errorf("somebody who passes by: %v", err)
				return
			}
			n++
		}
	}()
	return gone
}

// checkAll holds everybody against the host.
func checkAll(t *testing.T, host *guest, all []*guest, began uint64) (lost, reordered int) {
	t.Helper()
	for _, g := range all {
		l, r := g.check(host, began)
		lost, reordered = lost+l, reordered+r
		if n := len(g.counts); n > 0 {
			if most := int(g.counts[n-1].at.Sub(g.counts[0].at).Seconds()) + 2; n > most {
				t.Errorf("%s was told %d counts, want one a second: at most %d", g.name, n, most)
			}
		}
		if l+r+len(g.faults) > 0 {
			t.Errorf("%s: %d lost, %d reordered, %v", g.name, l, r, g.faults)
		}
	}
	for _, fault := range host.faults {
		t.Errorf("the host: %s", fault)
	}
	return lost, reordered
}

// sample is what a process held at a time.
type sample struct {
	at time.Duration
	held
}

// watchMemory looks each half second until stop.
func watchMemory(c *child, stop <-chan struct{}) <-chan []sample {
	out := make(chan []sample, 1)
	go func() {
		var all []sample
		began := time.Now()
		tick := time.NewTicker(500 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				out <- append(all, sample{time.Since(began), c.holds()})
				return
			case <-tick.C:
				all = append(all, sample{time.Since(began), c.holds()})
			}
		}
	}()
	return out
}

// showMemory compares what a process held for a fifth of the time after everything is steady with the last fifth.
func showMemory(t *testing.T, promise string, all []sample) {
	t.Helper()
	length := all[len(all)-1].at
	from, goal := steady, 5.0
	if length < 2*steady { // the short form: half of it is warming up, and a collection more or less counts
		from, goal = length/2, 50.0
	}
	mean := func(from, to time.Duration) float64 {
		sum, n := 0.0, 0
		for _, s := range all {
			if s.at >= from && s.at <= to {
				sum, n = sum+float64(s.own), n+1
			}
		}
		return sum / float64(max(n, 1))
	}
	window := (length - from) / 5
	first, last := mean(from, from+window), mean(length-window, length)
	least, most := all[len(all)-1].own, int64(0)
	for _, s := range all {
		if s.at >= from {
			least, most = min(least, s.own), max(most, s.own)
		}
	}
	growth := 100 * (last - first) / first
	proof.Show(t, promise, fmt.Sprintf("%+.1f %% from %v on (%s to %s; between %s and %s; and %s of files)", growth, from.Round(time.Second), megabytes(int64(first)), megabytes(int64(last)),
		megabytes(least), megabytes(most), megabytes(all[len(all)-1].files)), fmt.Sprintf("under %+.0f %%", goal), growth < goal)
}
