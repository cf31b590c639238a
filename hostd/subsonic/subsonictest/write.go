package subsonictest

import (
	"net/http"
	"sync/atomic"
	"time"
)

// badWriter sends a song over a bad network.
type badWriter struct {
	http.ResponseWriter
	r    *http.Request
	q    Quirks
	from time.Time
	sum  *atomic.Int64
}

// send sends all of it, or as much as the quirks allow.
func (b *badWriter) send(content []byte) {
	const step = 16 << 10
	for sent := int64(0); sent < int64(len(content)); {
		n := min(step, int64(len(content))-sent)
		if b.q.BreakAfter > 0 {
			if n = min(n, b.q.BreakAfter-sent); n <= 0 {
				panic(http.ErrAbortHandler)
			}
		}
		if b.q.StallAfter > 0 {
			if n = min(n, b.q.StallAfter-sent); n <= 0 {
				_ = http.NewResponseController(b).Flush()
				<-b.r.Context().Done()
				return
			}
		}
		if b.q.PerSecond > 0 && !b.pace(sent) {
			return
		}
		if _, err := b.Write(content[sent : sent+n]); err != nil {
			return
		}
		b.sum.Add(n)
		sent += n
		if b.q.PerSecond > 0 || b.q.BreakAfter > 0 {
			_ = http.NewResponseController(b).Flush()
		}
	}
	if b.q.NoLength { // a length that is small would be added otherwise
		_ = http.NewResponseController(b).Flush()
	}
}

// pace waits until so many bytes may have been sent.
func (b *badWriter) pace(sent int64) bool {
	due := b.from.Add(time.Duration(sent) * time.Second / time.Duration(b.q.PerSecond))
	timer := time.NewTimer(time.Until(due))
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-b.r.Context().Done():
		return false
	}
}

// Unwrap lets http.ResponseController find what can flush.
func (b *badWriter) Unwrap() http.ResponseWriter { return b.ResponseWriter }
