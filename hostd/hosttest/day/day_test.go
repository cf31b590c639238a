package day_test

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"soul-jam/hostd/hosttest/day"
	"soul-jam/shared/proof"
)

const (
	// whole is a day: as long as a jam may last.
	whole = 24 * time.Hour
	// within it is to be over, on the real clock, when nothing else runs.
	within = time.Minute
	// mayGrow is by how many bytes more may be in use an hour before the end than an hour after the beginning: what
	// has been played, said and answered is kept.
	mayGrow = 16 << 20
)

// seed is a day that is lived, for so long.
type seed struct {
	number uint64
	length time.Duration
}

// seeds are those that are kept, or for a whole day those that JAM_SEED names.
func seeds(t *testing.T) (all []seed) {
	t.Helper()
	if named := os.Getenv("JAM_SEED"); named != "" {
		for _, word := range strings.Fields(named) {
			all = append(all, seed{length: whole})
			if _, err := fmt.Sscan(word, &all[len(all)-1].number); err != nil {
				t.Fatalf("JAM_SEED: %v", err)
			}
		}
		return all
	}
	file, err := os.Open("testdata/seeds")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		var number uint64
		var hours time.Duration
		if n, _ := fmt.Sscan(lines.Text(), &number, &hours); n == 2 {
			all = append(all, seed{number, hours * time.Hour})
		}
	}
	if len(all) == 0 {
		t.Fatal("testdata/seeds holds none")
	}
	if proof.Whole() {
		all[0].length = whole
	}
	return all
}

// folder is one in memory where there is such a thing: a day writes 80,000 times.
func folder(t *testing.T) string {
	t.Helper()
	if _, err := os.Stat("/dev/shm"); err != nil {
		return t.TempDir()
	}
	dir, err := os.MkdirTemp("/dev/shm", "jam-day-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

func TestPromiseADay(t *testing.T) {
	for i, s := range seeds(t) {
		t.Run(fmt.Sprint("seed ", s.number), func(t *testing.T) {
			r, took := live(t, s)
			if i > 0 || t.Failed() {
				return
			}
			proof.Show(t, "24 hours of a jam: everybody sees what the host has, nothing acknowledged is lost, nothing happens twice, through cuts, other networks and restarts",
				fmt.Sprintf("%.0f h in %.0f s: %d entries written, %d views compared", s.length.Hours(), took.Seconds(), r.Done, r.Compared),
				fmt.Sprintf("24 h under %.0f s", within.Seconds()), took < within || !proof.Whole())
			proof.Show(t, "memory does not grow with the hours of a jam",
				fmt.Sprintf("%.1f MB after an hour, %.1f MB after %.0f h", megabytes(r.Early), megabytes(r.Late), s.length.Hours()-1),
				fmt.Sprintf("at most %d MB more", mayGrow>>20), r.Late < r.Early+mayGrow)
		})
	}
}

func megabytes(n uint64) float64 { return float64(n) / (1 << 20) }

// live has a day happen and fails when something was not as it must be, or too little happened for that to mean anything.
func live(t *testing.T, s seed) (r day.Result, took time.Duration) {
	t.Helper()
	dir, began := folder(t), time.Now()
	synctest.Test(t, func(t *testing.T) {
		var err error
		if r, err = day.Live(dir, s.number, s.length); err != nil {
			t.Error(err)
		}
	})
	took = time.Since(began)
	t.Logf("seed %d, %v:%s", s.number, s.length, r.Story)
	for _, wrong := range r.Wrong {
		t.Errorf("seed %d: %s", s.number, wrong)
	}
	hours := int(s.length.Hours())
	if !t.Failed() && (r.Done < 80*hours || r.Compared < 50*hours || r.Resumed < 3*hours || r.Channels < hours || r.Restarts < hours/6) {
		t.Errorf("seed %d: %d entries written, %d views compared, %d seats resumed, %d data channels, %d restarts: this simulates nothing",
			s.number, r.Done, r.Compared, r.Resumed, r.Channels, r.Restarts)
	}
	return r, took
}
