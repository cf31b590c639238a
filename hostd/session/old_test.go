package session

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"soul-jam/hostd/jam"
	"soul-jam/hostd/store"
	"soul-jam/shared/wire"
)

// What testdata/before-members.db.gz holds, which a hostd wrote that knew no members,
// no votes, no fair order and no recap: one jam that has ended, and one that runs, with
// Alice, who sits, Bob, whose connection was lost, and Carol, who left.
const (
	aliceOfOld = "DMRdtC6j89Qhyh87dtqL1dwaX7wsSa21nO2IYbfLpiA"
	bobsKeyOld = "bobs-join-key-of-128-bits-and-more"
)

// ofOld opens it that long after the last sign of life.
func ofOld(t *testing.T, absent time.Duration) *rig {
	t.Helper()
	packed, err := os.Open(filepath.Join("testdata", "before-members.db.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = packed.Close() }() // it was only read
	file, err := gzip.NewReader(packed)
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(file)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, store.FileName), content, 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	running, err := s.Running()
	if err != nil {
		t.Fatal(err)
	}
	var mark jam.Mark
	if err := json.Unmarshal(running.Mark, &mark); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	began, then := time.Now(), mark.At.Add(absent)
	return openOn(t, dir, machine{now: func() time.Time { return then.Add(time.Since(began)) }})
}

func TestADataFileOfTheVersionBeforeGoesOn(t *testing.T) {
	r := ofOld(t, time.Minute)
	if v := r.View(); v.Landing.State != wire.StateActive || v.Landing.Name == nil || *v.Landing.Name != "Friday" {
		t.Fatalf("the jam is %+v", v)
	}
	var s wire.JamSession
	r.look(func() { s = r.jam.Session("") })
	var titles []string
	for _, item := range s.Queue {
		titles = append(titles, item.TrackInfo.Title)
	}
	if got := strings.Join(titles, ", "); got != "Song 02, Song 05, Song 03, Song 04" || s.CurrentIndex != 1 || !s.Playback.Playing || s.Playback.Volume != 70 {
		t.Errorf("the queue is %s, current %d, %+v", got, s.CurrentIndex, s.Playback)
	}
	if s.Settings.QueueOrder == "" || s.Settings.MaxQueuePerPerson != 5 || !s.Settings.AllowDuplicates || len(s.QueueOrder.Why) != 2 || s.Chat == nil {
		t.Errorf("settings %+v, order %+v", s.Settings, s.QueueOrder)
	}
	host, alice, bob := r.join("Hanna", true), r.stranger(), r.stranger()
	alice.resume(aliceOfOld)
	if err := r.Join(t.Context(), bob.Peer, "join", wire.JoinRequest{DisplayName: "Robert", JoinKey: bobsKeyOld}, false); err != nil {
		t.Fatal(err)
	}
	if p, _ := r.shown(bob.id()); !alice.Joined() || p.DisplayName != "Bob" {
		t.Errorf("alice sits: %v, bob is %+v", alice.Joined(), p)
	}
	for _, c := range []wire.Command{
		wire.UpdateSettings{Settings: []byte(`{"queue_order":"fair","allow_chat":true,"guest_can_skip_vote":true,"autoplay":true}`)},
		wire.Upvote{QueueItemID: s.Queue[3].ID}, wire.SetRole{ParticipantID: alice.id(), Role: wire.RoleMember},
		wire.SetPermissions{ParticipantID: bob.id(), Permissions: []byte(`{"can_skip":true}`)}, wire.Chat{Message: "Hello"}, wire.Kick{ParticipantID: bob.id()},
	} {
		if code := host.do(c); code != "" {
			t.Errorf("%s: %s", c.CommandType(), code)
		}
	}
	if code := alice.do(wire.VoteSkip{}); code != "" {
		t.Errorf("vote: %s", code)
	}
	seat := alice.id()
	next := r.again()
	if p, _ := next.shown(seat); p.Role != wire.RoleMember {
		t.Errorf("after another restart alice is %+v", p)
	}
	next.theOldHistory(1)
	if refusal := next.End(t.Context(), next.View().ShareCode); refusal != nil {
		t.Fatal(refusal)
	}
	next.theOldHistory(2)
}

// theOldHistory fails unless the jam that ended before is the last of so many, as it was.
func (r *rig) theOldHistory(jams int) {
	r.t.Helper()
	rows, err := r.disk.History()
	if err != nil || len(rows) != jams {
		r.t.Fatalf("history is %+v, %v", rows, err)
	}
	detail, ok, err := r.disk.HistoryOf(rows[jams-1].ID)
	if err != nil || !ok || detail.Recap != nil || len(detail.Tracks) != 1 || detail.Tracks[0].Title != "Song 01" || *detail.Tracks[0].AddedBy != "Alice" || *detail.EndReason != wire.EndedByHost {
		r.t.Errorf("the old jam is %+v, %v", detail, err)
	}
}

func TestAbsencesAfterAnUpdate(t *testing.T) {
	for absent, state := range map[time.Duration]wire.State{
		4 * time.Minute: wire.StateActive, 6 * time.Minute: wire.StatePaused, 31 * time.Minute: "",
	} {
		t.Run(fmt.Sprint(absent), func(t *testing.T) {
			r := ofOld(t, absent)
			if got := r.View().Landing.State; got != state {
				t.Errorf("the jam is %q, want %q", got, state)
			}
			if state != "" {
				return
			}
			rows, err := r.disk.History()
			if err != nil || len(rows) != 2 || *rows[0].EndReason != wire.EndedGone {
				t.Errorf("history is %+v, %v", rows, err)
			}
		})
	}
}
