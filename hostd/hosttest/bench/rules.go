package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"time"

	"soul-jam/hostd/jam"
	"soul-jam/shared/wire"
)

const (
	// stepGoal is what one decision of the rules may take on the large jam.
	stepGoal = 20 * time.Microsecond
	// stepRounds of stepsEach are measured on each jam in turn.
	stepRounds = 5
	stepsEach  = 200
)

// rules measures single decisions of hostd/jam on a jam of 1,000 people and 500
// waiting songs, beside one of 100 and 50: the cost may grow as the queue does, by ten.
func (b *bench) rules(context.Context) error {
	const people, songs, tenth = 1000, wire.MaxUpcoming, 10
	large, err := newHall(people, songs-1)
	if err != nil {
		return err
	}
	small, err := newHall(people/tenth, songs/tenth)
	if err != nil {
		return err
	}
	all := map[*hall][]time.Duration{}
	var reorders [2][]time.Duration
	for _, kind := range kinds() {
		var ours, base []time.Duration
		for range stepRounds {
			for _, h := range []*hall{large, small} {
				took, err := h.steps(kind)
				if err != nil {
					return fmt.Errorf("%s: %w", kind.name, err)
				}
				if h == large {
					ours = append(ours, took...)
				} else {
					base = append(base, took...)
				}
			}
		}
		say("  %s: %v, on the small jam %v", kind.name, median(ours), median(base))
		if kind.rare {
			reorders = [2][]time.Duration{append(reorders[0], ours...), append(reorders[1], base...)}
			continue
		}
		all[large], all[small] = append(all[large], ours...), append(all[small], base...)
	}
	b.addStep("a step: add, remove, vote, upvote, chat, come, go, next song; 1,000 people, 500 songs", all[large], all[small])
	b.addStep("a step of the host's: reorder, settings; the same jam", reorders[0], reorders[1])
	return nil
}

func (b *bench) addStep(name string, ours, base []time.Duration) {
	grew := float64(median(ours)) / float64(median(base))
	b.table.add(figure{
		name: name, ours: micros(median(ours)), base: micros(median(base)) + " with 100 and 50", ratio: times(grew),
		goal: micros(stepGoal) + ", 10x", met: median(ours) < stepGoal && grew < 10,
	})
}

func micros(d time.Duration) string {
	return fmt.Sprintf("%.1f µs", float64(d)/float64(time.Microsecond))
}

// hall is a jam in which everybody added about as much, in the fair order, with a vote under way.
type hall struct {
	*jam.Jam
	now   time.Time
	seats []string
	n     int // steps so far
	last  jam.Entry
}

func newHall(people, songs int) (*hall, error) {
	settings := wire.DefaultSettings()
	settings.MaxParticipants, settings.AllowDuplicates, settings.SkipThreshold = wire.MaxParticipants, true, 1
	h := &hall{now: wire.At(time.Now()).Time}
	h.Jam, _ = jam.Found(h.now, jam.Founding{ID: "jam", Settings: settings}, "Host", jam.Chance{Entropy: rand.Reader})
	for i := range people - 1 {
		admit := jam.Admit{DisplayName: fmt.Sprint("guest ", i), Token: fmt.Sprint(i), Path: wire.PathLAN}
		if err := h.step("", admit); err != nil {
			return nil, err
		}
		h.seats = append(h.seats, h.last.Seat)
	}
	for i := range songs + 1 { // the first plays
		if err := h.step(h.seats[i%len(h.seats)], h.add()); err != nil {
			return nil, err
		}
	}
	return h, h.step(h.seats[0], jam.VoteSkip{})
}

func (h *hall) add() jam.Add {
	return jam.Add{Track: &wire.TrackInfo{TrackID: "t1", Title: "Song", DurationMS: 180_000}}
}

func (h *hall) step(seat string, c jam.Command) error {
	entry, refusal := h.Step(h.now, seat, "", c)
	if refusal != nil {
		return refusal
	}
	h.last = entry
	return nil
}

// steps does stepsEach commands of a kind and tells what each took.
func (h *hall) steps(k kind) ([]time.Duration, error) {
	took := make([]time.Duration, stepsEach)
	for i := range took {
		h.n++
		seat, c := k.command(h, i)
		began := time.Now()
		if err := h.step(seat, c); err != nil {
			return nil, err
		}
		took[i] = time.Since(began)
	}
	return took, nil
}

// kind is a pair of commands that leaves the jam as large as it was.
type kind struct {
	name    string
	rare    bool // of the host's, now and then
	command func(h *hall, i int) (seat string, c jam.Command)
}

func pair(name string, first, second func(h *hall) (string, jam.Command)) kind {
	return kind{name: name, command: func(h *hall, i int) (string, jam.Command) {
		if i%2 == 0 {
			return first(h)
		}
		return second(h)
	}}
}

// added is the item of the event that the last step began with.
func (h *hall) added() string { return h.last.Events[0].Message.(wire.TrackAdded).Item.ID }

func (h *hall) middle() string {
	order := h.Session("").QueueOrder.Order
	return order[len(order)/2]
}

func kinds() []kind {
	by := func(n int, c jam.Command) func(*hall) (string, jam.Command) {
		return func(h *hall) (string, jam.Command) { return h.seats[n], c }
	}
	var upvoted string
	return []kind{
		pair("add, remove", func(h *hall) (string, jam.Command) { return h.seats[1], h.add() },
			func(h *hall) (string, jam.Command) { return h.seats[1], jam.Remove{QueueItemID: h.added()} }),
		pair("upvote, unupvote", func(h *hall) (string, jam.Command) {
			upvoted = h.middle()
			return h.seats[2], jam.Upvote{QueueItemID: upvoted}
		}, func(h *hall) (string, jam.Command) { return h.seats[2], jam.Unupvote{QueueItemID: upvoted} }),
		pair("vote, unvote", by(3, jam.VoteSkip{}), by(3, jam.UnvoteSkip{})),
		pair("chat, react", by(4, jam.Chat{Message: "hello"}), by(4, jam.React{Emoji: "🎉"})),
		pair("away, back", by(5, jam.Away{}), by(5, jam.Back{})),
		pair("come, leave", func(*hall) (string, jam.Command) {
			return "", jam.Admit{DisplayName: "new", Token: "new", Path: wire.PathLAN}
		},
			func(h *hall) (string, jam.Command) { return h.last.Seat, jam.Leave{} }),
		// Last, because the vote is over with the song.
		pair("next song, add", func(h *hall) (string, jam.Command) { return "", jam.TrackEnded{Item: h.Sound().Current.ID} },
			func(h *hall) (string, jam.Command) { return h.seats[h.n%len(h.seats)], h.add() }),
		{"reorder", true, func(h *hall, i int) (string, jam.Command) {
			to := i % 40
			return h.HostSeat(), jam.Move{QueueItemID: h.middle(), NewPosition: &to}
		}},
		{"settings", true, func(h *hall, i int) (string, jam.Command) {
			return h.HostSeat(), jam.UpdateSettings{Settings: json.RawMessage(fmt.Sprintf(`{"max_queue_per_person":%d}`, 100+i%5))}
		}},
	}
}
