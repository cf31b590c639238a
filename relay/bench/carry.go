package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"soul-jam/shared/code"
	"soul-jam/signaling"
	"soul-jam/signaling/server/fakehost"
)

const (
	// frameSize, bytes: a candidate or a short sealed command.
	frameSize = 150
	// inFlight frames of one guest: a page sends several candidates at once.
	inFlight = 8
	// during which frames are counted.
	during = 4 * time.Second
	// guestsEchoing: each may send 64 KiB a second, so that many are needed to fill two cores.
	guestsEchoing = 1200
	guestsTold    = 200
)

// jam is a relay with one host and guests.
type jam struct {
	*child
	data   string
	host   *fakehost.Conn
	guests []*raw
	opened []uint32
}

func newJam(ctx context.Context, program string, n int) (j *jam, err error) {
	j = &jam{}
	if j.data, err = os.MkdirTemp("", "relay-bench-"); err != nil {
		return nil, err
	}
	if j.child, err = startRelay(program, "127.0.0.1:0", j.data); err != nil {
		return nil, err
	}
	shareCode, err := code.New(rand.Reader)
	if err != nil {
		return nil, err
	}
	h, err := fakehost.New(shareCode)
	if err != nil {
		return nil, err
	}
	if j.host, err = h.Attach(ctx, j.url); err != nil {
		return nil, err
	}
	for i := range n {
		_, dialer := from(i)
		g, err := dialRaw(dialer, j.url, "/ws/jam/"+shareCode.String(), signaling.SignalProtocol)
		if err != nil {
			return nil, err
		}
		if err := g.skip(1); err != nil { // whom it meets
			return nil, err
		}
		open, err := j.host.Next(ctx, signaling.Open)
		if err != nil {
			return nil, err
		}
		if err := j.host.Send(ctx, signaling.Control{Type: signaling.Seated, Guest: open.Guest}); err != nil {
			return nil, err
		}
		j.guests, j.opened = append(j.guests, g), append(j.opened, open.Guest)
	}
	return j, nil
}

func (j *jam) end() {
	for _, g := range j.guests {
		_ = g.Close()
	}
	_ = j.host.WS.CloseNow()
	j.stop()
	_ = os.RemoveAll(j.data)
}

// count runs for a while and reckons what the server did.
func (c *child) count(carried *atomic.Int64) (f figure, err error) {
	settle(context.Background(), time.Second) // until all is under way
	began, before := time.Now(), carried.Load()
	cpu, err := c.cpu()
	if err != nil {
		return f, err
	}
	settle(context.Background(), during)
	f.carried = carried.Load() - before
	f.frames = float64(f.carried) / time.Since(began).Seconds()
	after, err := c.cpu()
	f.cpu = after - cpu
	if err == nil && f.carried == 0 {
		err = fmt.Errorf("nothing was carried")
	}
	return f, err
}

// echo: every guest sends a few frames, the host sends them back, and so on.
func echo(ctx context.Context, program string) (figure, error) {
	j, err := newJam(ctx, program, guestsEchoing)
	if err != nil {
		return figure{}, err
	}
	defer j.end()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var carried atomic.Int64
	go func() {
		for {
			_, message, err := j.host.WS.Read(ctx)
			if err != nil {
				return
			}
			if message[0] != '{' && j.host.SendBatch(ctx, message) != nil {
				return
			}
		}
	}()
	var frames []byte
	for range inFlight {
		frames = append(frames, clientFrame(2, make([]byte, frameSize))...)
	}
	var guests sync.WaitGroup
	for _, g := range j.guests {
		guests.Go(func() {
			for {
				if _, err := g.Write(frames); err != nil {
					return
				}
				if g.skip(inFlight) != nil {
					return
				}
				carried.Add(2 * inFlight) // to the host, and back
			}
		})
	}
	f, err := j.count(&carried)
	j.end()
	guests.Wait()
	return f, err
}

// fanOut: the host tells 200 guests something, again and again, eight times ahead of the slowest.
func fanOut(ctx context.Context, program string) (figure, error) {
	j, err := newJam(ctx, program, guestsTold)
	if err != nil {
		return figure{}, err
	}
	defer j.end()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var carried atomic.Int64
	var batch []byte
	for _, number := range j.opened {
		batch = signaling.AppendFrame(batch, signaling.Frame{Guest: number, Data: make([]byte, frameSize)})
	}
	const ahead = 8
	room := make([]chan struct{}, len(j.guests))
	var guests sync.WaitGroup
	for i, g := range j.guests {
		room[i] = make(chan struct{}, ahead)
		guests.Go(func() {
			for g.skip(1) == nil {
				carried.Add(1)
				select {
				case <-room[i]:
				case <-ctx.Done(): // the last frame was a bye
				}
			}
		})
	}
	go func() { // what the host is told of bytes taken
		for {
			if _, _, err := j.host.WS.Read(ctx); err != nil {
				return
			}
		}
	}()
	go func() {
		for ctx.Err() == nil {
			for _, r := range room {
				select {
				case r <- struct{}{}:
				case <-ctx.Done():
					return
				}
			}
			if j.host.SendBatch(ctx, batch) != nil {
				return
			}
		}
	}()
	f, err := j.count(&carried)
	stop()
	j.end()
	guests.Wait()
	return f, err
}
