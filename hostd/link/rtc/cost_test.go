package rtc

import (
	"context"
	"runtime"
	"testing"
	"time"
)

// BenchmarkIdle tells what a call costs that says nothing: both ends of it, as they
// are in one process here.
func BenchmarkIdle(b *testing.B) {
	h, fingerprint := local(b, nil)
	var before, after runtime.MemStats
	count := func(m *runtime.MemStats) int {
		runtime.GC()
		runtime.GC()
		runtime.ReadMemStats(m)
		return runtime.NumGoroutine()
	}
	goroutines := count(&before)
	var took time.Duration
	var calls []*called
	for b.Loop() {
		ctx, cancel := context.WithTimeout(b.Context(), 20*time.Second)
		c, err := dial(ctx, b, h, nil, GuestConfig{Fingerprint: fingerprint, Limit: 1 << 16, Log: silent(), Loopback: true})
		cancel()
		if err != nil {
			b.Fatal(err)
		}
		took += c.took
		calls = append(calls, c)
		if len(calls) == maxCalls {
			break
		}
	}
	n := float64(len(calls))
	goroutines = count(&after) - goroutines
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/n/1000, "heapKB/pair")
	b.ReportMetric(float64(after.StackInuse-before.StackInuse)/n/1000, "stackKB/pair")
	b.ReportMetric(float64(goroutines)/n, "goroutines/pair")
	b.ReportMetric(float64(took.Milliseconds())/n, "ms-to-open")
	for _, c := range calls {
		c.guest.Close()
	}
}
