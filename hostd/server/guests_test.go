package server

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestGuestsAreWaitedForWhileOthersStillCome(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g guests
		<-g.left() // nobody has come
		g.serve(func() { <-time.After(time.Second) })
		start, left := time.Now(), g.left()
		g.enter() // late, and stays longer
		time.AfterFunc(2*time.Second, g.leave)
		if again := g.left(); again != left {
			t.Error("two who wait are told apart")
		}
		<-left
		if took := time.Since(start); took != 2*time.Second {
			t.Errorf("they are gone after %v, want 2s", took)
		}
		<-g.left()
		g.serve(func() {})
		<-g.left() // it may be used again
	})
}

// With the race detector this is what a WaitGroup must not be used for.
func TestGuestsComeWhileSomebodyWaits(t *testing.T) {
	var g guests
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 200 {
				g.enter()
				g.leave()
			}
		})
		all.Go(func() {
			for range 200 {
				<-g.left()
			}
		})
	}
	all.Wait()
}
