package terminal

import (
	"bufio"
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"soul-jam/shared/wire"
)

// told is a line of what everybody got in a simulated evening: hostd/jam/browsers_test.go writes it and says what it means.
type told struct {
	Begin bool
	Gone  string
	To    *[]string
	M     json.RawMessage
	Check *struct {
		Session       wire.JamSession
		Present       []string
		Pending, Bans []wire.JamParticipant
		Hosts         []string
	}
}

// TestEverybodySeesTheJamOfTheHost: a host and fifty guests do what they like, badly connected (hostd/jam/simulate_test.go).
// What each of them got is told to a room of theirs; now and then every room must be what a fresh snapshot gives.
func TestEverybodySeesTheJamOfTheHost(t *testing.T) {
	file := filepath.Join(t.TempDir(), "told.jsonl")
	simulate := exec.CommandContext(t.Context(), "go", "test", "../jam", "-run", "^TestSimulation$", "-count=1", "-steps=2500", "-browsers="+file)
	if out, err := simulate.CombinedOutput(); err != nil {
		t.Fatalf("simulate: %v\n%s", err, out)
	}
	in, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	rooms, online, checks := map[string]*Room{}, map[string]bool{}, 0
	for lines := bufio.NewReader(in); ; {
		text, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			break
		}
		var line told
		if err := errors.Join(err, json.Unmarshal(text, &line)); err != nil {
			t.Fatal(err)
		}
		switch {
		case line.Begin:
			rooms, online = map[string]*Room{}, map[string]bool{}
		case line.Gone != "":
			delete(online, line.Gone)
		case line.Check != nil:
			for name := range online {
				want := Room{}
				want.take(0, wire.Joined{Session: line.Check.Session, Pending: line.Check.Pending, Bans: line.Check.Bans})
				if !slices.Contains(line.Check.Hosts, name) {
					want.Pending, want.Bans = nil, nil
				}
				got, is := facts(rooms[name], line.Check.Present), facts(&want, line.Check.Present)
				for what := range is {
					if !reflect.DeepEqual(got[what], is[what]) {
						t.Fatalf("check %d: %s of %s is\n%+v\nwant\n%+v", checks, what, name, got[what], is[what])
					}
				}
				checks++
			}
		default:
			hear(rooms, online, line)
		}
	}
	if checks < 150 {
		t.Errorf("%d rooms were compared: this shows nothing", checks)
	}
	t.Logf("%d rooms compared", checks)
}

// hear tells one message to whom it was told.
func hear(rooms map[string]*Room, online map[string]bool, line told) {
	var to []string
	if line.To != nil {
		to = *line.To
		if kind := string(line.M[:min(len(line.M), 20)]); strings.Contains(kind, `"joined"`) || strings.Contains(kind, `"resumed"`) {
			for _, name := range to {
				online[name] = true
			}
		}
	} else {
		for name := range online {
			to = append(to, name)
		}
	}
	for _, name := range to {
		if rooms[name] == nil {
			rooms[name] = &Room{}
		}
		rooms[name].Apply(line.M)
	}
}

// facts are what all rooms of a jam have in common.
func facts(r *Room, present []string) map[string]any {
	here := slices.DeleteFunc(slices.Clone(r.People.list), func(one wire.JamParticipant) bool { return !slices.Contains(present, one.ID) })
	sorted := func(list []wire.JamParticipant) []wire.JamParticipant {
		list = slices.Clone(list)
		slices.SortFunc(list, func(a, b wire.JamParticipant) int { return cmp.Compare(a.ID, b.ID) })
		return append([]wire.JamParticipant{}, list...)
	}
	return map[string]any{
		"current": r.Current, "upcoming": append([]wire.JamQueueItem{}, r.Upcoming...), "why": r.Why, "people": sorted(here), "count": r.People.count,
		"settings": r.Settings, "state": r.State, "ending": r.Ending, "playback": r.Playback, "vote": r.Vote,
		"chat": append([]wire.ChatLine{}, r.Chat...), "pending": sorted(r.Pending), "bans": sorted(r.Bans),
	}
}
