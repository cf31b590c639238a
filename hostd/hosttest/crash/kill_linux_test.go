package crash

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"soul-jam/hostd/hosttest"
	"soul-jam/hostd/jam"
	"soul-jam/hostd/store"
	"soul-jam/shared/proof"
	"soul-jam/shared/wire"
)

func TestPromiseKillsUnderLoadLoseNothing(t *testing.T) {
	t.Parallel()
	kills := 15
	if proof.Whole() {
		kills = 100
	}
	seed := seed(t)
	chance := rand.New(rand.NewPCG(seed, 2))
	c := config{Data: filepath.Join(t.TempDir(), "data"), Start: "Friday", Music: music()}
	r := &room{events: map[uint64]told{}}
	var guests []*guest
	for i, name := range []string{"Hanna", "Alice", "Bob", "Cara", "Dan"} {
		guests = append(guests, &guest{room: r, name: name, key: strings.Repeat(name, 8), chance: rand.New(rand.NewPCG(seed, uint64(10+i))),
			acked: map[string]uint64{}, chats: map[string]string{}, refused: map[string]wire.Code{}})
	}
	code := ""
	for life := range kills + 1 {
		d := start(t, c)
		if life == 0 {
			code, guests[0].host = d.Code, d.Token
			r.tracks = d.Tracks(hosttest.Songs)
		} else if d.Code != code {
			t.Fatalf("after kill %d the jam is %q, it was %q", life, d.Code, code)
		}
		last := life == kills
		ctx, stop := context.WithTimeout(t.Context(), patience)
		killed := make(chan struct{})
		r.left, r.enough = 1+chance.IntN(60), func() {
			if !last {
				_ = d.cmd.Process.Kill()
				close(killed)
			}
		}
		var all sync.WaitGroup
		for i, g := range guests {
			address := d.LAN
			if i == 0 {
				address = d.Console
			}
			all.Go(func() { g.live(ctx, address, code, last) })
		}
		if !last {
			select {
			case <-killed:
			case <-ctx.Done():
				t.Fatalf("life %d: the guests get no answers; wrong so far: %q\n%s", life, r.wrong, d.log)
			}
			<-d.over
		}
		all.Wait()
		stop()
		if last {
			if err := d.end(t, syscall.SIGTERM); err != nil {
				t.Errorf("SIGTERM: %v\n%s", err, d.log)
			}
		}
	}
	judge(t, c.Data, r, guests, kills)
}

// judge compares what the data file holds with what each guest was told.
func judge(t *testing.T, data string, r *room, guests []*guest, kills int) {
	t.Helper()
	s, err := store.Open(data)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	running, err := s.Running()
	if err != nil {
		t.Fatal(err)
	}
	done, said, seq := map[string][]uint64{}, map[string]int{}, uint64(0)
	for _, line := range running.Entries {
		var e jam.Entry
		if err := json.Unmarshal(line, &e); err != nil {
			t.Fatal(err)
		}
		if e.ID != "" {
			done[e.Seat+" "+e.ID] = append(done[e.Seat+" "+e.ID], e.Ack)
		}
		for _, ev := range e.Events {
			if seq++; ev.Seq != seq {
				t.Errorf("event %d stands where %d should", ev.Seq, seq)
				seq = ev.Seq
			}
			raw, err := wire.Encode(ev.Message, ev.Seq)
			if err != nil {
				t.Fatal(err)
			}
			if heard, ok := r.events[ev.Seq]; ok && heard.raw != string(raw) {
				t.Errorf("%s heard event %d as %.200s, on disk is %.200s", heard.who, ev.Seq, heard.raw, raw)
			}
			if c, ok := ev.Message.(wire.ChatLine); ok {
				said[c.Message]++
			}
		}
	}
	for n, heard := range r.events {
		if n > seq {
			t.Errorf("%s heard event %d, and the disk ends at %d", heard.who, n, seq)
		}
	}
	for _, wrong := range r.wrong {
		t.Error(wrong)
	}
	acks, lost, twice, open := 0, 0, 0, 0
	for _, g := range guests {
		acks, open = acks+len(g.acked), open+len(g.open)
		for id, seq := range g.acked {
			if there := done[g.id+" "+id]; len(there) == 0 || there[0] != seq {
				lost++
				t.Errorf("%s: %s was acked with %d, on disk is %v", g.name, id, seq, there)
			}
			if text, chatted := g.chats[id]; chatted && said[text] != 1 {
				lost++
				t.Errorf("%s: %q stands there %d times", g.name, text, said[text])
			}
		}
	}
	for id, there := range done {
		if len(there) > 1 {
			twice++
			t.Errorf("%s was done %d times", id, len(there))
		}
	}
	proof.Show(t, fmt.Sprintf("%d kills of the whole daemon under load from 5 guests lose nothing that was acknowledged, and do nothing twice", kills),
		fmt.Sprintf("%d acknowledged songs, votes and chats, %d lost, %d twice, %d left without an answer, %d events", acks, lost, twice, open, seq),
		"0 lost, 0 twice, 0 without an answer", acks > 5*kills && lost+twice+open+len(r.wrong) == 0)
}
