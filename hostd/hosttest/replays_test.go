package hosttest_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"

	"soul-jam/hostd/hosttest"
	"soul-jam/shared/proof"
	"soul-jam/shared/wire"
)

// sent is a command as one person sent it, and what it was answered.
type sent struct {
	by      *hosttest.Client
	command wire.Command
	id      string
	seq     uint64
}

// asSeen is the jam as a screen sees it, without what goes on with time.
func asSeen(t *testing.T, w *hosttest.World) string {
	t.Helper()
	tv, joined := watches(t, w, "")
	defer tv.Drop()
	s := joined.Session
	s.Playback.AtMS, s.Playback.PositionMS = 0, 0
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// busy is an evening of five guests, each as fast as they may be.
func busy(t *testing.T, w *hosttest.World, host *hosttest.Client) (all []sent) {
	t.Helper()
	do := func(c *hosttest.Client, command wire.Command) {
		t.Helper()
		s := sent{by: c, command: command, id: fmt.Sprintf("%s-%d", command.CommandType(), len(all))}
		c.Send(command, s.id)
		seq, refusal := c.Answer(s.id)
		if refusal != nil {
			t.Fatalf("%s: %v", s.id, refusal)
		}
		s.seq = seq
		all = append(all, s)
	}
	tracks := w.Tracks(8)
	for i := range 5 {
		c := w.Join(fmt.Sprint("Guest ", i))
		for _, track := range tracks {
			do(c, wire.AddTrack{TrackID: track})
		}
		items := queue(t, w)
		for _, item := range items[1:6] {
			do(c, wire.Upvote{QueueItemID: item})
		}
		do(c, wire.Unupvote{QueueItemID: items[2]})
		do(c, wire.VoteSkip{})
		for n := range 5 {
			do(c, wire.Chat{Message: fmt.Sprint("word ", n)})
		}
		position := i
		do(host, wire.Reorder{QueueItemID: items[len(items)-1], NewPosition: &position})
		do(host, wire.RemoveTrack{QueueItemID: items[len(items)-2]})
		do(host, wire.SetVolume{Volume: 10 * i})
		do(host, wire.UpdateSettings{Settings: fmt.Appendf(nil, `{"max_participants":%d}`, 50+i)})
	}
	return all
}

func TestPromiseTwiceIsOnceInAnyOrder(t *testing.T) {
	t.Parallel()
	w := hosttest.New(t, hosttest.Options{Data: inMemory(t), Music: []string{folder()}, Start: "Friday", MaxPerAddress: 1000})
	host := w.Host()
	host.Settings(`{"allow_duplicates":true,"skip_threshold":1,"autoplay":false}`)
	host.Must(wire.AddTrack{TrackID: w.Track("Song 01")})
	host.Must(wire.Pause{})
	all := busy(t, w, host)
	before, last := asSeen(t, w), host.Must(wire.Pause{})
	const seed = 24
	random := rand.New(rand.NewPCG(seed, seed)) //nolint:gosec // a test that can be repeated
	again, others := 0, 0
	for range 2 {
		random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		for _, s := range all[:len(all)*3/4] { // some once more, some twice, some not at all
			again++
			s.by.Send(s.command, s.id)
			if seq, refusal := s.by.Answer(s.id); refusal != nil || seq != s.seq {
				others++
				t.Errorf("%s again: %d %v, was %d", s.id, seq, refusal, s.seq)
			}
		}
	}
	after := asSeen(t, w)
	if after != before {
		t.Errorf("the jam was\n%s\nand is\n%s", before, after)
	}
	if now := host.Must(wire.Pause{}); now != last {
		t.Errorf("events after %d up to %d", last, now)
	}
	proof.Show(t, "What is sent again, in whatever order, changes nothing and has the answer that it had",
		fmt.Sprintf("%d commands, %d of them again in shuffled order: %d other answers, the jam is the same: %v", len(all), again, others, after == before),
		"the same jam, the same answers", others == 0 && after == before)
}
