package main

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

func TestFramesArriveLaterAndInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		l := &line{delay: 60 * time.Millisecond, lost: func() bool { return false }}
		way := make(chan frame, maxUnderWay)
		began := time.Now()
		var arrived []string
		var after []time.Duration
		go l.leave(ctx, way, func(f []byte) error {
			arrived, after = append(arrived, string(f)), append(after, time.Since(began))
			return nil
		})
		buffer := []byte("a")
		l.enter(way, buffer, time.Now())
		buffer[0] = 'b' // the reader's buffer is used again
		time.Sleep(10 * time.Millisecond)
		l.enter(way, buffer, time.Now())
		time.Sleep(time.Second)
		synctest.Wait()
		stop()
		if len(arrived) != 2 || arrived[0] != "a" || arrived[1] != "b" || after[0] != 60*time.Millisecond || after[1] != 70*time.Millisecond {
			t.Errorf("arrived: %q after %v", arrived, after)
		}
	})
}

func TestFramesAreLost(t *testing.T) {
	nth := 0
	l := &line{lost: func() bool { nth++; return nth%4 == 0 }}
	way := make(chan frame, 100)
	for range 100 {
		l.enter(way, nil, time.Time{})
	}
	if len(way) != 75 {
		t.Errorf("%d of 100 are on the way, want 75", len(way))
	}
}

func TestAFullLineLoses(t *testing.T) {
	l := &line{lost: func() bool { return false }}
	way := make(chan frame, 2)
	for range 3 {
		l.enter(way, nil, time.Time{})
	}
	if len(way) != 2 {
		t.Errorf("%d are on the way, want 2", len(way))
	}
}
