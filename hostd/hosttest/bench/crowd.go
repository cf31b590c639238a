package main

import (
	"context"
	"fmt"
	"time"
)

const (
	crowdSize   = 1000
	crowdRounds = 3
	fewSize     = 32
	fewRounds   = 3 // for each round of the crowd
	// crowdEvents are told before memory is measured: who has only joined has not been served.
	crowdEvents = 20
)

// comers are what one host's people cost.
type comers struct {
	rate float64 // joins a second
	rss  int64   // bytes for each
}

// crowd measures joins and memory with crowdSize people.
func (b *bench) crowd(ctx context.Context) error {
	bare := func() (*host, error) { return startBare(ctx, looped) }
	ours := func() (*host, error) { return b.startJam(ctx, b.silent) }
	var few, many []float64
	var rss, baseRSS []int64
	for range crowdRounds {
		base, err := b.comers(ctx, bare, crowdSize)
		if err != nil {
			return err
		}
		all, err := b.comers(ctx, ours, crowdSize)
		if err != nil {
			return err
		}
		baseRSS, rss, many = append(baseRSS, base.rss), append(rss, all.rss), append(many, all.rate)
		var rates []float64
		for range fewRounds {
			some, err := b.comers(ctx, ours, fewSize)
			if err != nil {
				return err
			}
			rates = append(rates, some.rate)
		}
		few = append(few, median(rates))
	}
	x := ratio(rss, baseRSS)
	b.table.add(figure{
		name: fmt.Sprintf("memory (RSS) of a guest at %d", crowdSize),
		ours: kilobytes(median(rss)), base: kilobytes(median(baseRSS)) + " bare loop", ratio: times(x), goal: "≤ 1.3x", met: x <= 1.3,
	})
	x = ratio(many, few)
	b.table.add(figure{
		name: fmt.Sprintf("joins a second until %d are there, to those until %d are", crowdSize, fewSize),
		ours: fmt.Sprintf("%.0f/s", median(many)), base: fmt.Sprintf("%.0f/s at %d", median(few), fewSize), ratio: times(x), goal: "≥ 0.5x", met: x >= 0.5,
	})
	return nil
}

// comers lets n people into a new host.
func (b *bench) comers(ctx context.Context, start func() (*host, error), n int) (comers, error) {
	h, err := start()
	if err != nil {
		return comers{}, err
	}
	defer h.stop()
	r, err := h.open(ctx, 1, `"type":"playback"`) // the speaker and one guest: both ways have been gone once
	if err != nil {
		return comers{}, err
	}
	before, err := h.rss()
	if err != nil {
		return comers{}, err
	}
	people, took, err := h.come(ctx, n)
	if err != nil {
		return comers{}, err
	}
	crowd := newTally(`"type":"playback"`, n)
	for _, p := range people {
		go p.count(crowd)
		defer p.close()
	}
	for range crowdEvents {
		if err := r.speak(ctx); err != nil {
			return comers{}, err
		}
		if _, err := crowd.next(ctx); err != nil {
			return comers{}, fmt.Errorf("%s: %w", h.name, err)
		}
	}
	<-time.After(time.Second) // what is freed goes back to the system in the background
	after, err := h.rss()
	return comers{rate: float64(n) / took.Seconds(), rss: (after - before) / int64(n)}, err
}
