//go:build unix

package player

import (
	"bytes"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

const secretHeader = "Authorization: Bearer 0a1b2c"

// streams serves one file over http on loopback, to whoever has the header.
type streams struct {
	*httptest.Server
	requests atomic.Int64
}

func newStreams(t *testing.T, path string, serve func(w http.ResponseWriter, r *http.Request, content []byte)) *streams {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	s := &streams{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.requests.Add(1)
		name, value, _ := strings.Cut(secretHeader, ": ")
		if r.Header.Get(name) != value {
			http.Error(w, "no", http.StatusForbidden)
			return
		}
		serve(w, r, content)
	}))
	t.Cleanup(s.Close)
	return s
}

func serveAll(w http.ResponseWriter, r *http.Request, content []byte) {
	http.ServeContent(w, r, "song.flac", time.Time{}, bytes.NewReader(content))
}

func TestStreamPlaysAndSeeks(t *testing.T) {
	// Not parallel: it sets names of proxies, which must not be asked.
	t.Setenv("http_proxy", "http://192.0.2.1:9")
	t.Setenv("ALL_PROXY", "http://192.0.2.1:9")
	s := newStreams(t, tone(t, "long.flac", longTone), serveAll)
	m := nullMPV(t)
	l := listener{t, m}
	w := Want{Item: "a", Path: s.URL + "/1", Header: secretHeader, Duration: longTone, Playing: true,
		Next: "b", NextPath: s.URL + "/2", NextHeader: secretHeader, NextDuration: longTone}
	m.Want(w)
	l.next(Started, "a")
	w.Jump, w.Position = 1, 18*time.Second
	m.Want(w)
	r := l.position("a", func(r Report) bool { return r.Position > 5*time.Second })
	near(t, "the position after the seek", r.Position, w.Position, 150*time.Millisecond)
	end := l.next(Ended, "a")
	if end.Reason != ReasonEOF {
		t.Errorf("ended with %+v", end)
	}
	b := l.next(Started, "b")
	near(t, "the time from the seek to b", b.At.Sub(r.At), 2*time.Second, 300*time.Millisecond)
	m.Want(Want{Item: "c", Path: s.URL + "/3", Header: "Authorization: other", Playing: true})
	if r := l.next(Ended, "c"); r.Reason != ReasonError {
		t.Errorf("ended with %+v", r)
	}
	t.Logf("%d requests", s.requests.Load())
}

// While a stream is waited for, nothing moves and the reports say so.
func TestStreamThatStopsAndGoesOn(t *testing.T) {
	t.Parallel()
	more := make(chan struct{})
	s := newStreams(t, tone(t, "long.flac", longTone), func(w http.ResponseWriter, r *http.Request, content []byte) {
		w.Header().Set("Content-Length", strconv.Itoa(len(content)))
		_, _ = w.Write(content[:len(content)/5])
		w.(http.Flusher).Flush()
		select {
		case <-more:
		case <-r.Context().Done():
		}
		_, _ = w.Write(content[len(content)/5:])
	})
	m := nullMPV(t)
	l := listener{t, m}
	m.Want(Want{Item: "a", Path: s.URL, Header: secretHeader, Duration: longTone, Playing: true})
	l.next(Started, "a")
	waits := l.position("a", func(r Report) bool { return !r.Playing })
	near(t, "where it waits", waits.Position, longTone/5, 2*time.Second) // a fifth of the bytes
	still := l.position("a", func(Report) bool { return true })
	near(t, "the position meanwhile", still.Position, waits.Position, 20*time.Millisecond)
	if still.Playing {
		t.Error("it plays while it waits")
	}
	near(t, "the time between reports", still.At.Sub(waits.At), positionEvery, 300*time.Millisecond)
	close(more)
	on := l.position("a", func(r Report) bool { return r.Playing })
	near(t, "where it goes on", on.Position, waits.Position, 100*time.Millisecond)
	l.position("a", func(r Report) bool { return r.Position > waits.Position+time.Second })
}

// mpv calls it the end when a stream is cut off; it is an error here.
func TestStreamThatEndsEarly(t *testing.T) {
	t.Parallel()
	long := tone(t, "long.flac", longTone)
	cut := func(w http.ResponseWriter, r *http.Request, content []byte) {
		if from := r.Header.Get("Range"); from != "" && from != "bytes=0-" { // what was interrupted, asked for again
			http.Error(w, "no more", http.StatusGone)
			return
		}
		w.Header().Set("Content-Length", strconv.Itoa(len(content)))
		_, _ = w.Write(content[:len(content)/10])
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler) // closes the connection
	}
	s := newStreams(t, long, cut)
	m := nullMPV(t)
	l := listener{t, m}
	m.Want(Want{Item: "a", Path: s.URL, Header: secretHeader, Duration: longTone, Playing: true, Next: "b", NextPath: long})
	began := l.next(Started, "a")
	end := l.next(Ended, "a")
	if end.Reason != ReasonError || !errors.Is(end.Err, errCutOff) {
		t.Errorf("ended with %+v", end)
	}
	t.Logf("cut off at %v, said after %v", end.Position, end.At.Sub(began.At))
	l.next(Started, "b")
}
