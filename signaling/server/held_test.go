package server

import (
	"bytes"
	"net"
	"runtime"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"

	"soul-jam/signaling"
	"soul-jam/signaling/server/fakehost"
)

// full is a line that nobody writes out.
func (s *Server) full() *line {
	return &line{server: s, wire: &corked{}, writing: true, pile: &pile{}, done: make(chan struct{})}
}

func TestWhatOneGuestMayOwe(t *testing.T) {
	w := newWorld(t, nil)
	const window, every, large = signaling.Window, signaling.TakenEvery, signaling.MaxHostFrame
	for name, c := range map[string]struct {
		sizes []int
		fit   int
	}{
		"twice the window":              {[]int{window, window, 1}, 2},
		"many small ones":               {slices.Repeat([]int{1000}, 600), 2 * window / 1000},
		"one large":                     {[]int{large, 0, 1}, 1},
		"a large one behind little":     {[]int{every - 1, large, 1}, 2},
		"a large one behind much":       {[]int{every, large}, 1},
		"two large ones":                {[]int{large, large}, 1},
		"no end of frames without data": {slices.Repeat([]int{0}, 200_000), 3 * window / 9},
	} {
		l, fit := w.full(), 0
		for _, size := range c.sizes {
			if !l.put(signaling.Frame{Guest: 1, Data: make([]byte, size)}) {
				break
			}
			fit++
		}
		if fit != c.fit {
			t.Errorf("%s: %d frames fit, want %d", name, fit, c.fit)
		}
		if held, _ := l.weighs(); held != int64(len(l.waiting)) || l.pile.bytes.Load() != held {
			t.Errorf("%s: %d bytes wait, %d are counted", name, len(l.waiting), held)
		}
		l.mu.Lock()
		l.forfeit()
		l.mu.Unlock()
	}
}

// hostile is a host that sends frames to guests of its own who read nothing.
func (w *world) hostile(guests, frames int) (h *fakehost.Host, c *fakehost.Conn, most int64) {
	h, c = w.host()
	var numbers []uint32
	for range guests {
		w.guest(h.Code.String())
		number := w.next(c, signaling.Open).Guest
		w.say(c, signaling.Control{Type: signaling.Seated, Guest: number})
		numbers = append(numbers, number)
	}
	go func() {
		for {
			if _, _, err := c.Read(w.t.Context()); err != nil {
				return
			}
		}
	}()
	large := signaling.Frame{Text: true, Data: bytes.Repeat([]byte("x"), signaling.MaxHostFrame)}
	for _, large.Guest = range numbers {
		for range frames {
			if c.SendFrames(w.t.Context(), large) != nil {
				return h, c, most // it was cut itself
			}
			most = max(most, w.held.bytes.Load())
		}
	}
	return h, c, most
}

func TestAHostCannotFillTheMemory(t *testing.T) {
	for name, bound := range map[string]int64{"of a jam": 12 << 20, "of all": 24 << 20} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, nil)
			w.bounds = bounds{jam: bound, all: maxForAll}
			if name == "of all" {
				w.bounds = bounds{jam: maxForAll, all: bound}
			}
			other, c := w.host()
			v := w.guest(other.Code.String())
			number := w.next(c, signaling.Open).Guest
			_, _, most := w.hostile(10, 2)
			// Besides, one message of the host's is being read.
			if most > bound+2*signaling.MaxCarried {
				t.Errorf("%d MiB were held", most>>20)
			}
			if most < bound/2 || w.Counts().TooSlow.Load() == 0 {
				t.Errorf("%d MiB were held at most, %d guests were closed", most>>20, w.Counts().TooSlow.Load())
			}
			w.send(c, signaling.Frame{Guest: number, Text: true, Data: []byte("hello")})
			v.text("hello")
		})
	}
}

func TestWhoOwesLittleStays(t *testing.T) {
	w := newWorld(t, nil)
	little, much, over := w.full(), w.full(), w.full()
	jam := &pile{}
	for l, size := range map[*line]int{little: 1000, much: 2000, over: 3000} {
		l.belongs(jam)
		w.sockets.add(l)
		l.put(signaling.Frame{Guest: 1, Data: make([]byte, size)})
	}
	over.over = true // is being closed, but its memory is held
	over.wire.Conn, _ = net.Pipe()
	over.ws = w.guest("x").ws
	w.bounds.jam = 4000
	w.keepRoom(jam, 1000)
	if held, _ := little.weighs(); held != 1009 || little.over {
		t.Errorf("who owed little holds %d bytes now", held)
	}
	if !much.over || much.end == nil || much.end.code != 4001 || !bytes.Contains(much.waiting, []byte(`"code":4001`)) || len(much.waiting) > 100 {
		t.Errorf("who owed much is told %q, %+v", much.waiting, much.end)
	}
	if held, _ := over.weighs(); held != 0 {
		t.Errorf("one that was being closed holds %d bytes still", held)
	}
	<-over.done
	for _, l := range []*line{little, much} {
		l.mu.Lock()
		l.forfeit()
		l.mu.Unlock()
		w.sockets.remove(l)
	}
}

func TestLargeMessagesThatNeverEnd(t *testing.T) {
	w := newWorld(t, nil)
	w.bounds.all = 8 << 20
	for range 6 {
		_, c := w.host()
		out, err := c.WS.Writer(t.Context(), websocket.MessageBinary)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = out.Write(make([]byte, 3<<20)) // until it is cut
	}
	for w.Counts().TooSlow.Load() < 3 {
		runtime.Gosched()
	}
	if held := w.held.bytes.Load(); held > 8<<20+signaling.MaxCarried {
		t.Errorf("%d MiB are held", held>>20)
	}
}

func TestGuestsWhoMissOurOwnWordsAreCut(t *testing.T) {
	w := newWorld(t, nil)
	h, c := w.host()
	v := w.guest(h.Code.String(), signaling.SignalProtocol)
	w.next(c, signaling.Open)
	nonce := make([]byte, signaling.NonceSize)
	for w.Counts().Signal.Load() > 0 {
		if c.Send(t.Context(), signaling.Control{Type: signaling.Publish, Nonce: nonce}) != nil {
			t.Fatal("the host was cut")
		}
	}
	_ = v.ws.CloseNow()
}

// pieces is a connection that keeps what is written, as it is.
type pieces struct {
	net.Conn
	all [][]byte
}

func (p *pieces) Write(b []byte) (int, error) {
	p.all = append(p.all, b)
	return len(b), nil
}

func TestLargeMessagesAreNotCopied(t *testing.T) {
	out := &pieces{}
	c := &corked{Conn: out}
	write := func(b []byte) {
		if _, err := c.Write(b); err != nil {
			t.Fatal(err)
		}
	}
	large := bytes.Repeat([]byte("x"), 4*chunk)
	c.cork(make([]byte, 0, 100))
	write([]byte("head"))
	write(large)
	write([]byte("tail"))
	if len(out.all) > 0 || cap(c.held) > 100 {
		t.Errorf("%d pieces have gone, %d bytes are copied", len(out.all), cap(c.held))
	}
	if err := c.relieve(); err != nil {
		t.Fatal(err)
	}
	if got := bytes.Join(out.all, nil); string(got) != "head"+string(large)+"tail" || &out.all[1][0] != &large[0] {
		t.Errorf("%d bytes went, in %d pieces", len(got), len(out.all))
	}
	out.all = nil
	for range 10 {
		write(make([]byte, 10_000))
		if err := c.relieve(); err != nil {
			t.Fatal(err)
		}
	}
	if len(out.all) != 2 || c.size != 30_000 {
		t.Errorf("of 100,000 bytes %d are held, and %d pieces have gone", c.size, len(out.all))
	}
	if _, err := c.uncork(); err != nil || c.size != 0 || len(out.all) != 3 {
		t.Errorf("uncorked: %d are held, %d pieces have gone, %v", c.size, len(out.all), err)
	}
	write([]byte("now"))
	if len(out.all) != 4 {
		t.Error("it is still corked")
	}
}

func TestAnswersAreNotKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &Server{}
		s.large.New = func() any { return new([]byte) }
		j := newJam(s, newCode(t), "")
		h := &host{server: s, asked: map[uint64]chan<- signaling.Response{}, line: s.full()}
		j.host = h
		a := j.shared("qr.svg", time.Now())
		synctest.Wait()
		h.answered(signaling.Control{ID: 1, Answer: &signaling.Response{Status: 200, Header: kind("image/svg+xml"), Body: []byte("x")}})
		kept := func() int {
			j.mu.Lock()
			defer j.mu.Unlock()
			return len(j.answers)
		}
		if <-a.done; a.refusal != nil || kept() != 1 {
			t.Errorf("answered %v, %d are kept", a.refusal, kept())
		}
		time.Sleep(answerKept + time.Second)
		if kept() != 0 {
			t.Error("it is kept for good")
		}
	})
}

// A guest who reads slowly, but reads, is no victim of those who do not.
func TestAHostThatKeepsToTheWindowLosesNobody(t *testing.T) {
	w := newWorld(t, nil)
	h, c := w.host()
	v := w.guest(h.Code.String())
	number, under := w.next(c, signaling.Open).Guest, 0
	sent := make(chan int)
	go func() {
		defer close(sent)
		for n, size := range slices.Repeat([]int{100, 60 << 10, signaling.Window - 1000, 20, signaling.MaxHostFrame, 10_000}, 4) {
			for under >= signaling.TakenEvery && under+size > signaling.Window {
				told, err := c.Next(t.Context(), signaling.Taken)
				if err != nil {
					t.Errorf("frame %d: %v", n, err)
					return
				}
				under -= told.Bytes
			}
			under += size
			if err := c.SendFrames(t.Context(), signaling.Frame{Guest: number, Text: true, Data: bytes.Repeat([]byte("x"), size)}); err != nil {
				t.Error(err)
				return
			}
			sent <- size
		}
	}()
	for want := range sent {
		if _, got, err := v.ws.Read(t.Context()); err != nil || len(got) != want {
			t.Fatalf("read %d bytes, %v; want %d", len(got), err, want)
		}
	}
	if w.Counts().TooSlow.Load() > 0 {
		t.Error("it was too slow")
	}
}
