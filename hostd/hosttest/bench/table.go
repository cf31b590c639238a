package main

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"
)

// figure is one row.
type figure struct {
	name, ours, base, ratio, goal string
	met                           bool
}

type table struct{ rows []figure }

func (t *table) add(f figure) {
	t.rows = append(t.rows, f)
	say("  %s: %s, baseline %s, ratio %s, goal %s, met %t", f.name, f.ours, f.base, f.ratio, f.goal, f.met)
}

func (t *table) print(w io.Writer) {
	fmt.Fprint(w, "| figure | ours | baseline | ratio | goal | met |\n| --- | --- | --- | --- | --- | --- |\n")
	for _, f := range t.rows {
		met := "no"
		if f.met {
			met = "yes"
		}
		fmt.Fprintf(w, "| %s | %s | %s | %s | %s | %s |\n", f.name, f.ours, f.base, f.ratio, f.goal, met)
	}
	load := "unknown"
	if text, err := os.ReadFile("/proc/loadavg"); err == nil {
		load = strings.Join(strings.Fields(string(text))[:3], " ")
	}
	fmt.Fprintf(w, "\n%d cores, shared by host and guests; %s on %s/%s; load average at the end %s.\n",
		runtime.NumCPU(), runtime.Version(), runtime.GOOS, runtime.GOARCH, load)
}

// number is what can be measured.
type number interface{ ~int64 | ~float64 }

// median of some values; 0 of none.
func median[N number](values []N) N { return quantile(values, 0.5) }

// quantile q (0 to 1) of some values; 0 of none.
func quantile[N number](values []N, q float64) N {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[min(len(sorted)-1, int(float64(len(sorted))*q))]
}

// ratio is the median of the ratios of each round, so that a disturbance counts in its round only.
func ratio[N number](ours, base []N) float64 {
	ratios := make([]float64, 0, len(ours))
	for i := range min(len(ours), len(base)) {
		ratios = append(ratios, float64(ours[i])/float64(base[i]))
	}
	return median(ratios)
}

func times(r float64) string { return fmt.Sprintf("%.2fx", r) }

func millis(d time.Duration) string {
	return fmt.Sprintf("%.2f ms", float64(d)/float64(time.Millisecond))
}

func kilobytes(bytes int64) string { return fmt.Sprintf("%.1f kB", float64(bytes)/1e3) }

func megabytes(bytes int64) string { return fmt.Sprintf("%.0f MB", float64(bytes)/1e6) }
