package visitor

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"soul-jam/shared/wire"
)

// closable is a connection that only counts how often it is closed.
type closable struct {
	Conn
	closed chan struct{}
}

func (c closable) Close(int, string) error { close(c.closed); return nil }
func (closable) Path() wire.Path           { return wire.PathRelayed }

func TestThePipeIsTriedBesideASlowLibP2P(t *testing.T) {
	away := &unanswered{why: wire.CodeHostOffline}
	for name, c := range map[string]struct {
		native, pipe       time.Duration // until each has come out
		nativeErr, pipeErr error
		piped              bool          // the connection is the pipe's
		within             time.Duration // exactly
		err                error
	}{
		"libp2p is quick":                     {native: 300 * time.Millisecond, within: 300 * time.Millisecond},
		"libp2p is swallowed":                 {native: 5 * time.Second, nativeErr: context.DeadlineExceeded, pipe: 100 * time.Millisecond, piped: true, within: 1100 * time.Millisecond},
		"libp2p fails at once":                {nativeErr: errors.New("refused"), pipe: 100 * time.Millisecond, piped: true, within: 100 * time.Millisecond},
		"both are slow, libp2p less":          {native: 2 * time.Second, pipe: 3 * time.Second, within: 2 * time.Second},
		"both fail, the pipe says why":        {native: 3 * time.Second, nativeErr: errors.New("refused"), pipe: time.Second, pipeErr: away, within: 3 * time.Second, err: away},
		"somebody else answers, nobody pipes": {nativeErr: ErrWrongHost, pipeErr: away, within: 0, err: ErrWrongHost},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				way := func(after time.Duration, err error) (closable, <-chan attempt) {
					conn := closable{closed: make(chan struct{})}
					return conn, try(func() (Conn, error) {
						<-time.After(after)
						return conn, err
					})
				}
				native, called := way(c.native, c.nativeErr)
				var pipe closable
				defer func() { <-time.After(time.Minute) }() // who came too late is gone by then
				start := time.Now()
				conn, err := first(t.Context(), called, func() (piped <-chan attempt) {
					pipe, piped = way(c.pipe, c.pipeErr)
					return piped
				}, slog.New(slog.DiscardHandler))
				if took := time.Since(start); took != c.within {
					t.Errorf("it took %v, want %v", took, c.within)
				}
				if c.err != nil {
					if !errors.Is(err, c.err) {
						t.Errorf("the error is %v, want %v", err, c.err)
					}
					return
				}
				wanted, late, lateErr := native, pipe, c.pipeErr
				if c.piped {
					wanted, late, lateErr = pipe, native, c.nativeErr
				}
				if conn != wanted {
					t.Fatalf("the connection is %v (%v)", conn, err)
				}
				if late.closed != nil && lateErr == nil {
					<-late.closed // the one that came too late
				}
			})
		})
	}
	if _, err := first(t.Context(), nil, func() <-chan attempt { return nil }, slog.New(slog.DiscardHandler)); !errors.Is(err, errNoWay) {
		t.Errorf("without any way: %v", err)
	}
}
