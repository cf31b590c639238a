package hosttest_test

import (
	"runtime"
	"testing"

	"soul-jam/hostd/hosttest"
	"soul-jam/shared/wire"
)

// Over real sockets the kernel takes megabytes for a guest that does not read, so
// the events are made large: a queue of many songs, told anew at each move. It does not run beside others: it measures memory.
func TestAGuestThatDoesNotReadCostsLittleAndComesBack(t *testing.T) {
	w := hosttest.New(t, hosttest.Options{Music: []string{folder()}, Start: "Friday"})
	host, alice, slow := w.Host(), w.Join("Alice"), w.Join("Slow")
	tracks := w.Tracks(hosttest.Songs)
	host.Must(wire.UpdateSettings{Settings: []byte(`{"allow_duplicates":true}`)})
	for i := range 120 {
		host.Must(wire.AddTrack{TrackID: tracks[i%len(tracks)]})
	}
	var joined wire.Joined
	console := w.Dial(w.Console, w.Code)
	console.TakeUp(host.Resume, nil).Into(t, &joined)
	host, upcoming := console, joined.Session.Queue[1:]
	before := heap()
	const moves = 250 // about 10 kB each
	first := 0
	for i := range moves {
		host.Must(wire.Reorder{QueueItemID: upcoming[1+i%50].ID, NewPosition: &first})
		alice.Expect("queue_order")
		host.Seen, alice.Seen = nil, nil // the memory of the test's own people is not of interest
	}
	if grown := heap() - before; grown > 24<<20 {
		t.Errorf("the heap has grown by %d MiB", grown>>20)
	}
	// On a slow machine the connection is closed by now (4001): in either case it comes back to the whole truth.
	back, _ := w.Return(slow)
	back.Settled()
	alice.Settled()
	if back.LastSeq != alice.LastSeq {
		t.Errorf("the slow one holds %d, alice %d", back.LastSeq, alice.LastSeq)
	}
}

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
