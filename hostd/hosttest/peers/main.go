// Command peers measures the host's search beside bleve and SQLite's FTS5: the same
// 100,000 tracks and the same searches, typed key by key into one engine after the
// other, in one process. It prints one JSON object to standard output, of which
// hostd/hosttest/bench makes rows of its table. It is a module of its own, so that
// nothing of the peers gets into the project.
//
//	main.go     the run                 typing.go   who types what, looking for what
//	engines.go  what is measured        bleve.go    bleve, exact and fuzzy
//	ours.go     the host's library      sqlite.go   SQLite FTS5 with prefix indexes
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"slices"
	"syscall"
	"time"

	"soul-jam/hostd/library/librarytest"
)

const (
	// rounds is how often the figures are taken; what disturbs one stays in it.
	rounds = 5
	// searches is how many searches of each kind are typed in a round.
	searches = 5
	// many is how many of each kind the first engine is given besides, by itself:
	// it is fast enough, and a share of few searches says little.
	many = 400
	// firstTen is how many hits are looked at.
	firstTen = 10
)

// Report is what the run tells.
type Report struct {
	Tracks  int
	Engines []Figures
}

// Figures are those of one engine.
type Figures struct {
	Name    string
	BuildMS float64 // until the first search
	Kinds   map[string]*Kind
}

// Kind is what came of one kind of searches.
type Kind struct {
	P50, P99 float64   // microseconds a keystroke
	Medians  []float64 // of each round
	Found    float64   // share of searches with the right song among the first ten at the end
	Searches int

	FoundOfMany float64 // of the many; 0 for the peers
	Many        int

	took  []time.Duration
	found int
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	tracks := flag.Int("tracks", 100_000, "how many `TRACKS` are searched")
	flag.Parse()
	if err := run(ctx, *tracks); err != nil {
		fmt.Fprintln(os.Stderr, "peers:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, tracks int) error {
	work, err := os.MkdirTemp("", "jam-peers-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	songs := librarytest.Songs(tracks)
	report := Report{Tracks: tracks}
	var engines []engine
	for _, open := range []func(context.Context, string, []librarytest.Song) (engine, error){newOurs, newBleve, newFuzzy, newSQLite} {
		began := time.Now()
		e, err := open(ctx, work, songs)
		if err != nil {
			return err
		}
		defer e.close()
		engines = append(engines, e)
		report.Engines = append(report.Engines, Figures{e.name(), float64(time.Since(began).Microseconds()) / 1e3, map[string]*Kind{}})
		fmt.Fprintf(os.Stderr, "  %s built in %s\n", e.name(), time.Since(began).Round(time.Millisecond))
	}
	typist := newTypist(songs)
	for range rounds {
		runtime.GC()
		if err := report.round(ctx, typist, engines); err != nil {
			return err
		}
	}
	report.sum()
	if err := report.many(ctx, typist, engines[0]); err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(report)
}

// round types the searches of all kinds.
func (r *Report) round(ctx context.Context, typist *typist, engines []engine) error {
	for _, kind := range typist.kinds() {
		starts := make([]int, len(engines))
		for i := range engines {
			starts[i] = len(r.kind(i, kind.name).took)
		}
		for range searches {
			if err := r.search(ctx, kind.name, kind.next(), engines); err != nil {
				return err
			}
		}
		for i, start := range starts {
			k := r.kind(i, kind.name)
			k.Medians = append(k.Medians, quantile(k.took[start:], 0.5))
		}
	}
	return nil
}

func (r *Report) kind(engine int, name string) *Kind {
	kinds := r.Engines[engine].Kinds
	if kinds[name] == nil {
		kinds[name] = new(Kind)
	}
	return kinds[name]
}

// search types one search to its end into every engine, one engine after the other.
func (r *Report) search(ctx context.Context, kind string, s typed, engines []engine) error {
	keys := s.keystrokes()
	for i, e := range engines {
		k := r.kind(i, kind)
		var ids []string
		var err error
		for _, text := range keys {
			began := time.Now()
			ids, err = e.search(ctx, text)
			k.took = append(k.took, time.Since(began))
			if err != nil {
				return fmt.Errorf("%s: %q: %w", e.name(), text, err)
			}
		}
		k.Searches++
		if slices.ContainsFunc(ids, s.right) {
			k.found++
		}
	}
	return ctx.Err()
}

// many gives an engine many searches, which do not count for the times.
func (r *Report) many(ctx context.Context, typist *typist, e engine) error {
	for _, kind := range typist.kinds() {
		found := 0
		for range many {
			s := kind.next()
			ids, err := e.search(ctx, s.text)
			if err != nil {
				return fmt.Errorf("%s: %q: %w", e.name(), s.text, err)
			}
			if slices.ContainsFunc(ids, s.right) {
				found++
			}
		}
		k := r.kind(0, kind.name)
		k.FoundOfMany, k.Many = float64(found)/many, many
	}
	return nil
}

func (r *Report) sum() {
	for _, e := range r.Engines {
		for _, k := range e.Kinds {
			k.P50, k.P99, k.Found = quantile(k.took, 0.5), quantile(k.took, 0.99), float64(k.found)/float64(k.Searches)
		}
	}
}

// quantile gives microseconds.
func quantile(took []time.Duration, q float64) float64 {
	sorted := slices.Sorted(slices.Values(took))
	return float64(sorted[min(len(sorted)-1, int(float64(len(sorted))*q))].Nanoseconds()) / 1e3
}
