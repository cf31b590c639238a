package library

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"soul-jam/shared/wire"
)

func nearOne(l *Library, avoid func(wire.TrackInfo) bool, seeds ...string) (string, wire.Because) {
	t, because, ok := l.Near(seeds, avoid)
	if !ok {
		return "", because
	}
	return t.Title, because
}

func song(title, artist, genre string, year int) *track {
	return &track{ID: hashID(title), Title: title, Artist: artist, Genre: genre, Year: int16(year), DurationMS: 60_000}
}

// TestNearGoesStepByStep: each reason where the ones before it give nothing.
func TestNearGoesStepByStep(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	l := known(t, dir,
		song("Seed", "Ünna", "Rock; Jazz", 1971), song("Same artist", "UNNA", "Pop", 2001), song("Genre and decade", "B", "jazz", 1978),
		song("Genre", "C", "Jazz", 2005), song("Year", "D", "Folk", 1971), song("Favourite", "E", "Folk", 2010), song("Any", "F", "", 0))
	l.SetPlays(map[string]uint32{hashID("Favourite"): 7, hashID("Seed"): 9})
	gone := make(map[string]bool)
	avoid := func(t wire.TrackInfo) bool { return gone[t.Title] }
	for _, want := range []struct {
		title   string
		because wire.Because
	}{
		{"Same artist", wire.Because{Reason: wire.BecauseArtist, Name: "Ünna"}},
		{"Genre and decade", wire.Because{Reason: wire.BecauseGenre, Name: "Jazz"}},
		{"Genre", wire.Because{Reason: wire.BecauseGenre, Name: "Jazz"}},
		{"Year", wire.Because{Reason: wire.BecauseYear, Year: 1971}},
		{"Favourite", wire.Because{Reason: wire.BecauseFavourite}},
		{"Any", wire.Because{Reason: wire.BecauseAny}},
		{"Seed", wire.Because{Reason: wire.BecauseArtist, Name: "Ünna"}}, // nothing else is left
		{"", wire.Because{}},
	} {
		for range 20 { // it is by chance, but for this
			if got, because := nearOne(l, avoid, hashID("Seed")); got != want.title || because != want.because {
				t.Fatalf("near is %q because of %+v, want %+v", got, because, want)
			}
		}
		gone[want.title] = true
	}
	if got, because := nearOne(l, nothing); got == "" || because.Reason != wire.BecauseFavourite {
		t.Errorf("without a seed: %q, %+v", got, because)
	}
	if got, _ := nearOne(l, nothing, "unknown", hashID("Genre")); got != "Genre and decade" && got != "Seed" {
		t.Errorf("after an unknown seed: %q", got)
	}
	if got, because := nearOne(known(t, dir), nothing, hashID("Seed")); got != "" {
		t.Errorf("an empty library gives %q, %+v", got, because)
	}
}

// TestNearKeepsToTheRules: nothing that guests may not have, nothing that was
// heard in another file, no artist three times in a row.
func TestNearKeepsToTheRules(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	twin := song("One", "Anna", "", 0)
	twin.ID, twin.Flags = hashID("twin"), tagged|lossless
	one := song("One", "Anna", "", 0)
	one.Flags = tagged
	bad := song("Explicit", "Anna", "", 0)
	bad.Flags = explicit
	l := known(t, dir, one, twin, bad, song("Two", "Anna", "", 0), song("Three", "Anna", "", 0), song("Last", "Berta", "", 0))
	if err := l.Share(Sharing{NoExplicit: true}); err != nil {
		t.Fatal(err)
	}
	for range 50 {
		if got, because := nearOne(l, nothing, hashID("One")); got != "Two" && got != "Three" || because.Name != "Anna" {
			t.Fatalf("near One is %q, %+v", got, because)
		}
		if got, _ := nearOne(l, nothing, hashID("Two"), hashID("One")); got != "Last" {
			t.Fatalf("for the third time in a row: %q", got)
		}
		if got, _ := nearOne(l, nothing, hashID("Two"), hashID("Last"), hashID("One")); got != "Three" {
			t.Fatalf("not in a row: %q", got)
		}
	}
	if got, because := nearOne(l, func(t wire.TrackInfo) bool { return t.Title == "Last" }, hashID("Two"), hashID("One")); got != "Three" {
		t.Errorf("only the same artist is left: %q, %+v", got, because)
	}
	heard := []string{hashID("Three"), hashID("Last"), hashID("Two"), hashID("One")}
	for range 50 {
		if got, _ := nearOne(l, nothing, heard...); got != "Two" && got != "One" {
			t.Fatalf("all was heard, and now %q, which is not the longest ago", got)
		}
	}
	if got, _ := nearOne(l, func(t wire.TrackInfo) bool { return t.Title != "Three" }, heard...); got != "Three" {
		t.Errorf("when nothing else may be: %q", got)
	}
}

// TestNearIsByChance: every song that is as near comes about as often.
func TestNearIsByChance(t *testing.T) {
	t.Parallel()
	var all []*track
	for i := range 10 {
		all = append(all, song(fmt.Sprint("Song ", i), "Anna", "", 0))
	}
	l := known(t, t.TempDir(), all...)
	r := rand.New(rand.NewPCG(1, 2))
	got := make(map[string]int)
	for range 9000 {
		info, _, _ := l.now.Load().near([]string{hashID("Song 0")}, nothing, r.IntN)
		got[info.Title]++
	}
	for title, n := range got {
		if n < 800 || n > 1200 {
			t.Errorf("%s came %d times of 9000, want about 1000", title, n)
		}
	}
	if len(got) != 9 {
		t.Errorf("%d songs came", len(got))
	}
}

// BenchmarkNear chooses in 100,000 tracks, of which the last 200 heard are refused.
func BenchmarkNear(b *testing.B) {
	l := many(b, b.TempDir())
	tracks := l.now.Load().main.tracks
	l.Near(nil, nothing) // the table is made once
	r := rand.New(rand.NewPCG(1, 2))
	var longest time.Duration
	reasons := make(map[wire.BecauseReason]int)
	for b.Loop() {
		seeds := []string{tracks[r.IntN(len(tracks))].ID, tracks[r.IntN(len(tracks))].ID, tracks[r.IntN(len(tracks))].ID}
		heard := 0
		start := time.Now()
		_, because, _ := l.Near(seeds, func(wire.TrackInfo) bool { heard++; return heard < 200 })
		longest = max(longest, time.Since(start))
		reasons[because.Reason]++
	}
	start := time.Now()
	if _, _, ok := l.Near([]string{tracks[0].ID}, func(wire.TrackInfo) bool { return true }); ok {
		b.Error("all are refused")
	}
	b.ReportMetric(float64(time.Since(start).Microseconds()), "all-refused-µs")
	b.ReportMetric(float64(longest.Microseconds()), "max-µs")
	b.Log(reasons)
}

func nothing(wire.TrackInfo) bool { return false }
