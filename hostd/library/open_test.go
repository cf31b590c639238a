package library

import (
	"runtime"
	"testing"
)

// BenchmarkOpen starts with 100,000 known tracks: what stands between the start
// of the host and the first search.
func BenchmarkOpen(b *testing.B) {
	dir := b.TempDir()
	cache := new(memory)
	recs := make(map[string][]byte)
	for _, t := range syntheticTracks(b, 100_000) {
		t.Places[0].Dir = dir
		recs[t.ID] = t.encode()
	}
	cache.recs = recs
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	var l *Library
	for b.Loop() {
		var err error
		if l, err = Open(Config{Dirs: []string{dir}, Cache: cache}); err != nil {
			b.Fatal(err)
		}
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/1e6, "heap-MB")
	runtime.KeepAlive(l)
}
