package session

import (
	"bytes"
	"strings"
	"testing"

	"soul-jam/shared/wire"
)

// texts joins what was taken.
func texts(t Taken) string { return string(bytes.Join(t.Messages, []byte(" "))) }

func lines(words ...string) [][]byte {
	out := make([][]byte, len(words))
	for i, w := range words {
		out[i] = []byte(w)
	}
	return out
}

func TestOutboxKeepsTheOrder(t *testing.T) {
	o := newOutbox()
	o.events(lines("e1", "e2"))
	o.Answer([]byte("a1"))
	o.events(nil)
	o.events(lines("e3"))
	o.Answer([]byte("a2"))
	if got := texts(o.Take()); got != "e1 e2 a1 e3 a2" {
		t.Errorf("took %q", got)
	}
	if again := o.Take(); len(again.Messages) != 0 || again.Behind || again.Bye != 0 {
		t.Errorf("took again %+v", again)
	}
	select {
	case <-o.Wake():
	default:
		t.Error("nobody was woken")
	}
}

func TestTooManyEventsAreDroppedForASnapshotAndAnswersKept(t *testing.T) {
	for what, flood := range map[string]func(*Outbox){
		"many": func(o *Outbox) {
			for range maxWaiting + 1 {
				o.events(lines("e"))
			}
		},
		"large": func(o *Outbox) { o.events(lines(strings.Repeat("e", maxWaitingBytes+1))) },
	} {
		o := newOutbox()
		o.Answer([]byte("a1"))
		flood(o)
		o.Answer([]byte("a2"))
		o.events(lines("more"))
		taken := o.Take()
		if texts(taken) != "a1 a2" || !taken.Behind {
			t.Errorf("%s: took %.100q, behind %v", what, texts(taken), taken.Behind)
		}
		o.events(lines("more")) // the snapshot that is owed will hold it
		o.Answer([]byte("a3"))
		o.fresh([]byte("snapshot"))
		o.events(lines("e9"))
		if taken := o.Take(); texts(taken) != "a3 snapshot e9" || taken.Behind {
			t.Errorf("%s: then took %q, behind %v", what, texts(taken), taken.Behind)
		}
	}
}

func TestWhoAsksWithoutReadingIsClosed(t *testing.T) {
	for what, answer := range map[string]string{"many": "a", "large": strings.Repeat("a", maxAnswerBytes/10)} {
		o := newOutbox()
		for range maxWaiting + 1 {
			o.Answer([]byte(answer))
			if o.bytes > maxAnswerBytes+len(answer) {
				t.Fatalf("%s: %d bytes wait", what, o.bytes)
			}
		}
		if taken := o.Take(); taken.Bye != wire.CloseTooSlow || len(taken.Messages) != 0 {
			t.Errorf("%s: bye %d after %d messages", what, taken.Bye, len(taken.Messages))
		}
	}
}

func TestNothingComesBehindTheFirstBye(t *testing.T) {
	o := newOutbox()
	o.events(lines("e1"))
	o.Bye(wire.CloseEnded)
	o.Bye(wire.CloseReplaced)
	o.events(lines("e2"))
	o.Answer([]byte("a2"))
	if taken := o.Take(); texts(taken) != "e1" || taken.Bye != wire.CloseEnded {
		t.Errorf("took %q and bye %d", texts(taken), taken.Bye)
	}
}

func TestRecentEventsStayWithinAHostFrame(t *testing.T) {
	var r recent
	everything := func(wire.Message) bool { return true }
	seq := uint64(0)
	add := func(n, size int) {
		for range n {
			seq++
			if _, err := r.add(wire.Event{Seq: seq, Message: wire.TrackRemoved{ItemID: strings.Repeat("x", size)}}); err != nil {
				t.Fatal(err)
			}
		}
	}
	check := func(what string, atLeast int) {
		t.Helper()
		size := 0
		for _, e := range r.events {
			size += len(e.encoded)
		}
		if size != r.bytes || size > 2*recentBytes || len(r.events) > 2*recentKept || len(r.events) < atLeast {
			t.Errorf("%s: %d events of %d bytes are kept (counted %d)", what, len(r.events), size, r.bytes)
		}
		first := r.events[0].Seq
		for last, want := range map[uint64]bool{first - 1: true, seq - 1: true, seq: true, seq + 1: false} {
			events, kept := r.after(&last, seq, everything)
			if kept != want || (kept && uint64(len(events)) != seq-last) {
				t.Errorf("%s: after %d of %d: %d events, kept %v", what, last, seq, len(events), kept)
			}
		}
		if first > 1 {
			last := first - 2
			if _, kept := r.after(&last, seq, everything); kept {
				t.Errorf("%s: after %d, which is not kept, there are events from %d", what, last, first)
			}
		}
	}
	add(10, 100)
	check("few", 10)
	add(5000, 100)
	check("many", recentKept)
	add(5000, 20<<10) // as queue_order of 500 items
	check("large", 50)
	if _, kept := r.after(nil, seq, everything); kept {
		t.Error("who holds nothing gets events")
	}
	last := seq - 3
	if events, kept := r.after(&last, seq, func(wire.Message) bool { return false }); !kept || events == nil || len(events) != 0 {
		t.Errorf("who may see none of them gets %v, kept %v; want an empty list", events, kept)
	}
}
