package main

import (
	"context"
	"fmt"
	"time"

	"soul-jam/shared/wire"
)

const (
	fanoutPeople = 200
	fanoutRounds = 11
	singles      = 25                   // events of a round, one after the other
	singlesApart = 4 * time.Millisecond // so that each meets an idle host
	burstRounds  = 7
	burstEvents  = 400
	burstWindow  = 8 // events under way at once
)

// room is a host with people in it, and somebody who speaks.
type room struct {
	*host
	speaker *person
	people  []*person
	tally   *tally
	said    int
}

// open fills a room. Everyone in it tells the tally of every event with the mark.
func (h *host) open(ctx context.Context, n int, mark string) (*room, error) {
	r := &room{host: h, tally: newTally(mark, n)}
	var err error
	if r.speaker, err = h.speaker(ctx); err != nil {
		return nil, err
	}
	go r.speaker.listen()
	if r.people, _, err = h.come(ctx, n); err != nil {
		return nil, err
	}
	for _, p := range r.people {
		go p.count(r.tally)
	}
	return r, nil
}

// rooms opens one of each kind: both baselines and the real host.
func (b *bench) rooms(ctx context.Context, n int, music, mark string) (all []*room, closeAll func(), err error) {
	var hosts []*host
	closeAll = func() {
		for _, h := range hosts {
			h.stop()
		}
	}
	for _, start := range []func() (*host, error){
		func() (*host, error) { return startBare(ctx, looped) },
		func() (*host, error) { return startBare(ctx, queued) },
		func() (*host, error) { return b.startJam(ctx, music) },
	} {
		h, err := start()
		if err != nil {
			closeAll()
			return nil, nil, err
		}
		hosts = append(hosts, h)
		r, err := h.open(ctx, n, mark)
		if err != nil {
			closeAll()
			return nil, nil, err
		}
		all = append(all, r)
	}
	return all, closeAll, nil
}

// volume is what the speaker says to make the next event: a command, or for a
// baseline the very bytes of the event.
func (r *room) volume() ([]byte, error) {
	r.said++
	volume := r.said % 100 // never the same twice in a row: that would be no event
	if r.bare {
		return wire.Encode(wire.Playback{AtMS: time.Now().UnixMilli(), Volume: volume}, uint64(r.said))
	}
	return wire.EncodeCommand(wire.SetVolume{Volume: volume}, fmt.Sprintf("volume-%d", r.said))
}

func (r *room) speak(ctx context.Context) error {
	words, err := r.volume()
	if err != nil {
		return err
	}
	return r.speaker.send(ctx, words)
}

// single gives the time from the speaker's write until the last person has read the event.
func (r *room) single(ctx context.Context) (time.Duration, error) {
	began := time.Now()
	if err := r.speak(ctx); err != nil {
		return 0, err
	}
	at, err := r.tally.next(ctx)
	return at.Sub(began), err
}

// singles is the median of a round.
func (r *room) singles(ctx context.Context) (time.Duration, error) {
	var took []time.Duration
	pause := time.NewTicker(singlesApart)
	defer pause.Stop()
	for range singles {
		<-pause.C
		d, err := r.single(ctx)
		if err != nil {
			return 0, fmt.Errorf("%s: %w", r.name, err)
		}
		took = append(took, d)
		pause.Reset(singlesApart)
	}
	return median(took), nil
}

// burst gives the events a second that reach everyone with burstWindow of them under way.
func (r *room) burst(ctx context.Context) (float64, error) {
	began := time.Now()
	for i := range burstEvents + burstWindow {
		if i >= burstWindow {
			if _, err := r.tally.next(ctx); err != nil {
				return 0, fmt.Errorf("%s: %w", r.name, err)
			}
		}
		if i < burstEvents {
			if err := r.speak(ctx); err != nil {
				return 0, fmt.Errorf("%s: %w", r.name, err)
			}
		}
	}
	return burstEvents / time.Since(began).Seconds(), nil
}

// inTurns measures every room once in each round, and another one first each time.
func inTurns[N number](ctx context.Context, rooms []*room, rounds int, measure func(*room, context.Context) (N, error)) ([][]N, error) {
	results := make([][]N, len(rooms))
	used := make([]time.Duration, len(rooms))
	for round := range rounds {
		for turn := range rooms {
			i := (round + turn) % len(rooms)
			before, err := rooms[i].cpu()
			if err != nil {
				return nil, err
			}
			v, err := measure(rooms[i], ctx)
			if err != nil {
				return nil, err
			}
			after, err := rooms[i].cpu()
			if err != nil {
				return nil, err
			}
			results[i] = append(results[i], v)
			used[i] += after - before
		}
	}
	for i, r := range rooms {
		say("  %s: %v, with %v of the host's processor time", r.name, median(results[i]), used[i])
	}
	return results, nil
}

// fanout measures one event at a time and a burst, to fanoutPeople.
func (b *bench) fanout(ctx context.Context) error {
	rooms, closeAll, err := b.rooms(ctx, fanoutPeople, b.silent, `"type":"playback"`)
	if err != nil {
		return err
	}
	defer closeAll()
	if _, err := inTurns(ctx, rooms, 1, (*room).burst); err != nil { // all warm
		return err
	}
	lasts, err := inTurns(ctx, rooms, fanoutRounds, (*room).singles)
	if err != nil {
		return err
	}
	best := 0
	if median(lasts[1]) < median(lasts[0]) {
		best = 1
	}
	x := ratio(lasts[2], lasts[best])
	b.table.add(figure{
		name: fmt.Sprintf("one event to %d guests, durable and authorised: until the last has read it, p50", fanoutPeople),
		ours: millis(median(lasts[2])), base: millis(median(lasts[best])) + " " + rooms[best].name, ratio: times(x), goal: "≤ 1.3x", met: x <= 1.3,
	})
	rates, err := inTurns(ctx, rooms, burstRounds, (*room).burst)
	if err != nil {
		return err
	}
	if best = 0; median(rates[1]) > median(rates[0]) {
		best = 1
	}
	x = ratio(rates[2], rates[best])
	b.table.add(figure{
		name: fmt.Sprintf("burst to %d guests, %d commands under way: events/s that all have read", fanoutPeople, burstWindow),
		ours: fmt.Sprintf("%.0f/s", median(rates[2])), base: fmt.Sprintf("%.0f/s %s", median(rates[best]), rooms[best].name), ratio: times(x), goal: "≥ 2.3x", met: x >= 2.3,
	})
	return nil
}
