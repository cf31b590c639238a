package jam

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"soul-jam/shared/wire"
)

// world is a jam with all that its owner would hold: the clock and the log, as it is read back from disk.
type world struct {
	t       testing.TB
	jam     *Jam
	now     time.Time
	chance  Chance
	log     []Entry
	tokens  []string          // every resume token ever given out
	fate    map[string]string // item id -> waiting, current, played or removed, by what the events told
	seeds   []string          // as the radio was asked last
	blocked map[string]bool   // track ids
	plays   map[string]int    // track id -> how often it counted as played
}

func newWorld(t testing.TB, settings wire.JamSettings, entropy io.Reader) *world {
	return foundWorld(t, Founding{ID: "jam-1", ShareCode: "HQRS-2K4M", DeviceID: "device-1", Settings: settings}, entropy)
}

// newSolo is the console alone.
func newSolo(t testing.TB, settings wire.JamSettings, entropy io.Reader) *world {
	return foundWorld(t, Founding{ID: "solo-1", ShareCode: "S2K4-HQRS", DeviceID: "device-1", Settings: settings, Solo: true}, entropy)
}

func foundWorld(t testing.TB, f Founding, entropy io.Reader) *world {
	w := &world{t: t, now: fixedNow(), fate: map[string]string{}, blocked: map[string]bool{}, plays: map[string]int{}}
	w.chance = Chance{Entropy: entropy, Radio: w.radio}
	w.begin(f)
	return w
}

// begin founds what the world is about from now on.
func (w *world) begin(f Founding) Entry {
	var e Entry
	w.log, w.fate = nil, map[string]string{}
	w.jam, e = Found(w.now, f, "Hanna", w.chance)
	w.keep(e, 0)
	return e
}

// fixedNow is when every test begins.
func fixedNow() time.Time { return time.Date(2025, 11, 22, 20, 0, 0, 0, time.UTC) }

// radio is a library of five tracks for autoplay: r1 to r5, chosen because of what was heard last.
func (w *world) radio(seeds []string, avoid func(wire.TrackInfo) bool) (wire.TrackInfo, wire.Because, bool) {
	w.seeds = seeds
	because := wire.Because{Reason: wire.BecauseAny}
	if len(seeds) > 0 {
		because = wire.Because{Reason: wire.BecauseArtist, Name: seeds[0]}
	}
	for i := range 5 {
		if t := *library(fmt.Sprint("r", i+1)); !w.blocked[t.TrackID] && !avoid(t) {
			return t, because, true
		}
	}
	return wire.TrackInfo{}, wire.Because{}, false
}

// chance is randomness that is the same in every run.
func chance(seed byte) *rand.ChaCha8 { return rand.NewChaCha8([32]byte{seed}) }

// step decides one command and keeps its entry, as hostd/session does.
func (w *world) step(seat, id string, c Command) (Entry, *wire.Error) {
	w.t.Helper()
	before := w.jam.Seq()
	e, refusal := w.jam.Step(w.now, seat, id, c)
	switch {
	case refusal == nil:
		w.keep(e, before)
	case w.jam.Seq() != before || w.jam.entry != nil:
		w.t.Fatalf("%s was refused (%v) and still changed something", c.name(), refusal)
	}
	return e, refusal
}

// pass lets time go by, with a Tick at every deadline.
func (w *world) pass(d time.Duration) (entries []Entry) {
	w.t.Helper()
	until := w.now.Add(d)
	for {
		due := w.jam.NextDeadline()
		if due.IsZero() || due.After(until) {
			w.now = until
			return entries
		}
		if due.After(w.now) {
			w.now = due
		}
		before := w.jam.Seq()
		e := w.jam.Tick(w.now)
		w.keep(e, before)
		entries = append(entries, e)
		if next := w.jam.NextDeadline(); !next.IsZero() && !next.After(w.now) {
			w.t.Fatalf("at %v a Tick left the deadline %v", w.now, next)
		}
	}
}

// keep appends the entry as the disk would give it back, and checks what every entry promises.
func (w *world) keep(e Entry, before uint64) {
	w.t.Helper()
	for i, ev := range e.Events {
		if want := before + uint64(i) + 1; ev.Seq != want {
			w.t.Fatalf("event %s has seq %d, want %d", ev.MessageType(), ev.Seq, want)
		}
		if p, ok := ev.Message.(wire.Playback); ok && p.AtMS != w.now.UnixMilli() {
			w.t.Fatalf("playback at %d is told at %d", p.AtMS, w.now.UnixMilli())
		}
		w.follow(ev.Message)
	}
	if w.jam.Seq() != before+uint64(len(e.Events)) {
		w.t.Fatalf("seq went from %d to %d with %d events", before, w.jam.Seq(), len(e.Events))
	}
	if e.Finished != "" {
		w.plays[e.Finished]++
	}
	w.jam.LookAhead(w.now)
	if !e.Stored() {
		return
	}
	line, err := json.Marshal(e)
	if err != nil {
		w.t.Fatal(err)
	}
	var back Entry
	if err := json.Unmarshal(line, &back); err != nil {
		w.t.Fatalf("%v in %s", err, line)
	}
	w.log = append(w.log, back)
}

// follow keeps the books on every item: no item twice, none lost.
func (w *world) follow(m wire.Message) {
	w.t.Helper()
	move := func(id, from, to string) {
		if w.fate[id] != from {
			w.t.Fatalf("%s: item %s is %q, not %q", m.MessageType(), id, w.fate[id], from)
		}
		w.fate[id] = to
	}
	switch m := m.(type) {
	case wire.TrackAdded:
		move(m.Item.ID, "", "waiting")
	case wire.TrackRemoved:
		move(m.ItemID, "waiting", "removed")
	case wire.NowPlaying:
		for id, fate := range w.fate {
			if fate == "current" {
				w.fate[id] = "played"
			}
		}
		if m.Item != nil {
			move(m.Item.ID, "waiting", "current")
		}
	}
}

// restart makes the jam anew from the log.
func (w *world) restart() {
	w.t.Helper()
	back, err := Replay(w.log, w.chance)
	if err != nil {
		w.t.Fatal(err)
	}
	w.jam = back
}

// check compares the jam with what the disk would give back, and holds the
// invariants. After a refusal it shows that nothing changed: the log has not.
func (w *world) check() {
	w.t.Helper()
	back, err := Replay(w.log, Chance{})
	if err != nil {
		w.t.Fatal(err)
	}
	back.memory = w.jam.memory // which a restart begins anew
	live, replayed := w.seen(w.jam), w.seen(back)
	if live != replayed {
		w.t.Fatalf("the replay differs\nlive   %s\nreplay %s", live, replayed)
	}
	if a, b := bare(w.jam), bare(back); !reflect.DeepEqual(a, b) {
		of := reflect.TypeFor[Jam]()
		for i := range of.NumField() {
			one, other := fmt.Sprintf("%+v", reflect.ValueOf(a).Field(i)), fmt.Sprintf("%+v", reflect.ValueOf(b).Field(i))
			if one != other {
				w.t.Errorf("%s\nlive   %s\nreplay %s", of.Field(i).Name, one, other)
			}
		}
		w.t.Fatal("the replay differs inside")
	}
	if err := w.sound(); err != nil {
		w.t.Fatal(err)
	}
}

// seen is all that can be asked of a jam, as text.
func (w *world) seen(j *Jam) string {
	why, at := j.Ended()
	all := map[string]any{
		"landing": j.Landing(), "history": j.History(), "deadline": j.NextDeadline(), "sound": j.Sound(), "position": j.PositionMS(w.now),
		"ended": why, "ended at": wire.At(at), "seq": j.Seq(), "id": j.ID(), "code": j.ShareCode(), "host": j.HostSeat(),
	}
	for _, token := range w.tokens {
		seat, ok := j.SeatOf(token)
		all["token "+token] = fmt.Sprint(seat, ok)
	}
	all["pending"], all["bans"], all["admissible"] = j.Pending(), j.Bans(), j.Admissible()
	for i, p := range j.arrival {
		if i < 3 || i == len(j.arrival)-1 { // the host, early ones and the last one: snapshots are long
			all["session of "+p.ID] = j.Session(p.ID)
		}
	}
	text, err := json.Marshal(all)
	if err != nil {
		w.t.Fatal(err)
	}
	return string(text)
}

// bare is a jam without what is not its state; the deadline, which is found lazily, is compared as it is told.
func bare(j *Jam) Jam {
	b := *j
	b.chance, b.rights, b.tally, b.entry, b.presence = Chance{}, nil, nil, nil, presence{}
	return b
}

// sound holds what must be true of a jam at any time.
func (w *world) sound() error {
	j := w.jam
	if j.current == nil && len(j.upcoming) > 0 && j.ended == "" {
		return fmt.Errorf("%d items wait for nothing", len(j.upcoming))
	}
	if len(j.upcoming) > wire.MaxUpcoming {
		return fmt.Errorf("%d items wait", len(j.upcoming))
	}
	if shown, rule := ids(j.upcoming), ids(j.arrange(j.upcoming)); !slices.Equal(shown, rule) {
		return fmt.Errorf("shown is %v, the rule says %v", shown, rule)
	}
	if !j.pinned() && !j.settled() {
		return fmt.Errorf("%v is as the rule says, and not settled", ids(j.upcoming))
	}
	if err := w.counted(); err != nil {
		return err
	}
	if j.playback.Playing && (j.current == nil || j.state == wire.StatePaused) {
		return fmt.Errorf("it plays without a current item, or in a paused jam")
	}
	if err := w.sameItems(); err != nil {
		return err
	}
	if err := w.lookedAhead(); err != nil {
		return err
	}
	return w.samePeople()
}

// sameItems compares the items that the events told with those that the jam holds.
func (w *world) sameItems() error {
	held := map[string]string{}
	for _, p := range w.jam.played {
		held[p.ID] += "played"
	}
	for _, u := range w.jam.upcoming {
		held[u.ID] += "waiting"
	}
	if w.jam.current != nil {
		held[w.jam.current.ID] += "current"
	}
	for id, fate := range w.fate {
		if fate != "removed" && held[id] != fate {
			return fmt.Errorf("item %s is %q, told was %q", id, held[id], fate)
		}
		delete(held, id)
	}
	if len(held) > 0 {
		return fmt.Errorf("nobody was told of %v", held)
	}
	s := w.jam.Session(w.jam.HostSeat())
	if (s.CurrentIndex >= 0) != (w.jam.current != nil) || s.CurrentIndex >= 0 && s.Queue[s.CurrentIndex].ID != w.jam.current.ID {
		return fmt.Errorf("current_index is %d", s.CurrentIndex)
	}
	if want := min(20, len(w.jam.played)) + len(w.jam.upcoming); s.CurrentIndex < 0 && len(s.Queue) != want || s.CurrentIndex >= 0 && len(s.Queue) != want+1 {
		return fmt.Errorf("the snapshot has %d items, with %d played and %d waiting", len(s.Queue), len(w.jam.played), len(w.jam.upcoming))
	}
	next := w.jam.Sound().Next
	if ahead := w.jam.ahead; ahead != nil && next == ahead && len(w.jam.upcoming) == 0 {
		return nil
	}
	if (next != nil) != (len(w.jam.upcoming) > 0) || next != nil && next.ID != w.jam.upcoming[0].ID {
		return fmt.Errorf("the player is told that %v is next", next)
	}
	return nil
}

// samePeople holds what must be true of everyone's seat.
func (w *world) samePeople() error {
	j, looks, present, soonest := w.jam, map[string]string{}, 0, time.Time{}
	for _, p := range j.arrival {
		if leaves, ok := p.leaves(); ok && (soonest.IsZero() || leaves.Before(soonest)) {
			soonest = leaves
		}
		if p.left {
			continue
		}
		if p.banned {
			return fmt.Errorf("%s is banned and in the list", p.DisplayName)
		}
		present++
		if other, twice := looks[lookOf(p.DisplayName)]; twice {
			return fmt.Errorf("%q looks like %q", p.DisplayName, other)
		}
		looks[lookOf(p.DisplayName)] = p.DisplayName
		if want := j.rightsOf(p, p.Role, j.settings); p.Permissions != want {
			return fmt.Errorf("%s may %+v, want %+v", p.DisplayName, p.Permissions, want)
		}
	}
	if present != j.Count() || j.Session("").ParticipantCount != present {
		return fmt.Errorf("%d are present, counted are %d", present, j.present())
	}
	if due := j.NextDeadline(); j.ended == "" && !j.Solo() && (due.IsZero() || !soonest.IsZero() && due.After(soonest)) {
		return fmt.Errorf("the deadline is %v, want %v or sooner", due, soonest)
	}
	if host := j.people[j.host]; host.Role != wire.RoleHost || host.left {
		return fmt.Errorf("the host is %+v", host.JamParticipant)
	}
	for token, seat := range j.tokens {
		if keys := j.people[seat].keys; keys.Newest != token && keys.Used != token {
			return fmt.Errorf("token %s opens a seat that does not know it", token)
		}
	}
	return nil
}

// counted holds what must be true of votes and turns.
func (w *world) counted() error {
	j := w.jam
	waits := map[*line]int{}
	for _, u := range j.upcoming {
		waits[u.line]++
		if len(u.voters) != u.Upvotes {
			return fmt.Errorf("item %s has %d upvotes of %d people", u.ID, u.Upvotes, len(u.voters))
		}
		for seat := range u.voters {
			if j.people[seat].left {
				return fmt.Errorf("%s voted for %s and left", seat, u.ID)
			}
		}
	}
	for _, l := range j.lines {
		if l.waits != waits[l] {
			return fmt.Errorf("%s has %d items waiting, counted are %d", l.who, waits[l], l.waits)
		}
	}
	looks := 0
	for _, n := range j.looks {
		looks += n
	}
	if looks != j.present() {
		return fmt.Errorf("%d looks of %d people", looks, j.present())
	}
	if j.vote == nil {
		return nil
	}
	votes, eligible := 0, 0
	for _, p := range j.arrival {
		if p.votes(w.now) {
			eligible++
			if j.ballots[p.ID] {
				votes++
			}
		}
	}
	if j.current == nil || j.vote.QueueItemID != j.current.ID || j.vote.Votes != votes || j.vote.Eligible != eligible || votes >= j.vote.Required || votes == 0 {
		return fmt.Errorf("told was %+v, there are %d votes of %d", *j.vote, votes, eligible)
	}
	return nil
}
