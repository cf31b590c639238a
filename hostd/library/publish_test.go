package library

import (
	"fmt"
	"testing"
	"time"
)

// BenchmarkPublish shows one changed track of 200,000 places that are 100,000
// recordings: what every edited file costs while people search.
func BenchmarkPublish(b *testing.B) {
	dir := b.TempDir()
	all := syntheticTracks(b, 100_000)
	for _, t := range all {
		t.Places[0].Dir = dir
		twin := *t
		twin.ID, twin.Flags = hashID("twin", t.ID), twin.Flags|lossless
		twin.Places = []place{{Dir: dir, Rel: "twins/" + t.Places[0].Rel, Size: 1, MTime: 1, Content: twin.ID}}
		all = append(all, &twin)
	}
	l := known(b, dir, all...)
	if n := l.Everything().Tracks(); n < 60_000 || n > 100_000 {
		b.Errorf("%d recordings", n)
	}
	if err := l.Share(Sharing{Limited: true, Genres: []string{"Jazz"}}); err != nil {
		b.Fatal(err)
	}
	i := 0
	var longest time.Duration
	for b.Loop() {
		t := *l.catalog.tracks[all[i%1000].ID]
		t.Title = fmt.Sprint("Another title ", i)
		i++
		start := time.Now()
		l.catalog.set(&t)
		l.publish(true)
		longest = max(longest, time.Since(start))
	}
	b.ReportMetric(float64(longest.Microseconds()), "max-µs")
}
