package library

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const (
	judgedSearches = 100  // at least so many searches are judged
	judgedFloor    = 0.97 // mean reciprocal rank of what each wants most
)

// judged reads a file of testdata: lines of fields between bars, without comments.
func judged(t *testing.T, name string) (lines [][]string) {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		fields := strings.Split(line, " | ")
		for i := range fields {
			fields[i] = strings.TrimSpace(fields[i])
		}
		lines = append(lines, fields)
	}
	return lines
}

// judgedMusic makes a snapshot of judged_tracks.txt. The tracks of the second half
// lie in the small index beside the big one when split is set.
func judgedMusic(t *testing.T, split bool) *snapshot {
	t.Helper()
	var main, fresh []*track
	plays := make(map[string]uint32)
	s := &snapshot{changed: make(map[string]*track)}
	lines := judged(t, "judged_tracks.txt")
	for i, f := range lines {
		if len(f) < 3 || len(f) > 4 {
			t.Fatalf("a line of judged_tracks.txt has %d fields: %q", len(f), f)
		}
		one := &track{ID: fmt.Sprintf("%032x", i), Title: f[0], Artist: f[1], Album: f[2], Added: int64(i), slot: uint32(i)}
		if len(f) == 4 {
			n, err := strconv.Atoi(f[3])
			if err != nil {
				t.Fatalf("plays of %q: %v", f, err)
			}
			plays[one.ID] = uint32(n)
		}
		if split && i >= len(lines)/2 {
			fresh = append(fresh, one)
			s.changed[one.ID] = one
		} else {
			main = append(main, one)
		}
	}
	s.main, s.fresh = newIndex(main), newIndex(fresh)
	l := new(Library)
	l.house.Store(new(housePlays))
	l.show(s)
	l.SetPlays(plays)
	return s
}

// judgement is what must hold for one search.
type judgement struct {
	query string
	found []string // "title@artist", best first
}

// place gives where a track of the form "title" or "title@artist" came, from 1; 0:
// not at all.
func (j judgement) place(name string) int {
	return 1 + slices.IndexFunc(j.found, func(found string) bool {
		return found == name || !strings.Contains(name, "@") && strings.HasPrefix(found, name+"@")
	})
}

// fails tells what is wrong, empty when nothing is, and for "N=" where it came.
func (j judgement) fails(rule string) (complaint string, place int) {
	if rule == "none" {
		if len(j.found) > 0 {
			return "something is found", 0
		}
		return "", 0
	}
	if before, after, ok := strings.Cut(rule, " > "); ok {
		if a, b := j.place(before), j.place(after); a == 0 || b == 0 || a > b {
			return fmt.Sprintf("%s is at %d and %s at %d", before, a, after, b), 0
		}
		return "", 0
	}
	among, name, _ := strings.Cut(rule, "=")
	place = j.place(name)
	if among == "not" {
		if place != 0 {
			return fmt.Sprintf("%s is at %d", name, place), 0
		}
		return "", 0
	}
	if n, err := strconv.Atoi(among); err != nil {
		return "is no judgement: " + rule, 0
	} else if place == 0 || place > n {
		return fmt.Sprintf("%s is at %d, want among the first %d", name, place, n), place
	}
	return "", place
}

// TestJudgedSearches holds the order of hits to a list of searches, each with a
// reason. The list is the specification: a change of the ranking that breaks a
// line of it needs a better reason.
func TestJudgedSearches(t *testing.T) {
	t.Parallel()
	known := make(map[string]bool)
	for _, f := range judged(t, "judged_tracks.txt") {
		known[f[0]], known[f[0]+"@"+f[1]] = true, true
	}
	for _, split := range []bool{false, true} {
		s := judgedMusic(t, split)
		var reciprocal float64
		asked := 0
		lines := judged(t, "judged_queries.txt")
		for _, f := range lines {
			if len(f) != 3 {
				t.Fatalf("a line of judged_queries.txt has %d fields: %q", len(f), f)
			}
			j := judgement{query: f[0]}
			for _, h := range s.search(j.query, 50, nil) {
				j.found = append(j.found, h.Title+"@"+h.Artist)
			}
			for i, rule := range strings.Split(f[1], ";") {
				rule = strings.TrimSpace(rule)
				for _, name := range strings.Split(rule[strings.Index(rule, "=")+1:], " > ") {
					if rule != "none" && !known[name] {
						t.Errorf("%q: there is no track %q", j.query, name)
					}
				}
				complaint, place := j.fails(rule)
				if complaint != "" {
					t.Errorf("%q (split %t): %s (%s)\nfound %q", j.query, split, complaint, f[2], j.found[:min(len(j.found), 8)])
				}
				if i == 0 && strings.Contains(rule, "=") {
					asked++
					if place > 0 {
						reciprocal += 1 / float64(place)
					}
				}
			}
		}
		figure := reciprocal / float64(asked)
		t.Logf("%d searches, mean reciprocal rank %.3f", len(lines), figure)
		if figure < judgedFloor || len(lines) < judgedSearches {
			t.Errorf("mean reciprocal rank %.3f over %d searches, want %.2f over %d", figure, len(lines), judgedFloor, judgedSearches)
		}
	}
}
