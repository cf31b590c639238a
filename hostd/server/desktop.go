package server

import (
	"context"
	"path/filepath"
	"time"

	"soul-jam/hostd/library"
	"soul-jam/hostd/mpris"
	"soul-jam/hostd/session"
	"soul-jam/shared/wire"
)

// desktop is what media keys and the panel of the host's desktop see and control.
type desktop struct {
	house *session.House
	music *library.Library
}

// showDesktop serves the desktop until ctx is over; where there is none it returns at once.
func (s *server) showDesktop(ctx context.Context) {
	cfg := mpris.Config{Remote: desktop{s.house, s.library}, Covers: filepath.Join(s.cfg.Data, "covers"), Log: s.cfg.Log}
	if open := s.cfg.OpenConsole; open != nil {
		cfg.Raise = func(context.Context) error {
			return open(ConsoleLink("http://"+s.console.Addr().String(), s.token.Reveal()))
		}
	}
	if err := mpris.Serve(ctx, cfg); err != nil && ctx.Err() == nil {
		s.cfg.Log.Warn("the desktop does not see what plays", "error", err)
	}
}

// Now is what plays, and what is closed when that changes.
func (d desktop) Now() (mpris.Now, <-chan struct{}) {
	s, changed := d.house.Sounding()
	view := d.house.View()
	now := mpris.Now{CanControl: view.SessionID != "" || view.Solo != "", JamName: s.Name, Volume: s.Volume}
	if s.Item == "" {
		return now, changed
	}
	now.ItemID, now.Title, now.Artist, now.Album = s.Item, s.Track.Title, s.Track.Artist, s.Track.Album
	now.Length = time.Duration(s.Track.DurationMS) * time.Millisecond
	// The session's clock is not the machine's.
	now.Position, now.At = s.Position, time.Now().Add(s.At.Sub(d.house.Now()))
	now.Playing, now.HasNext = s.Playing, s.HasNext
	if s.Track.HasArt {
		now.Art = func(context.Context) ([]byte, error) {
			art, err := d.music.Art(s.Track.TrackID, library.Large)
			return art.Data, err
		}
	}
	return now, changed
}

func (d desktop) Play(ctx context.Context) error  { return d.control(ctx, wire.Play{}) }
func (d desktop) Pause(ctx context.Context) error { return d.control(ctx, wire.Pause{}) }
func (d desktop) Next(ctx context.Context) error  { return d.control(ctx, wire.Skip{}) }

func (d desktop) SeekTo(ctx context.Context, position time.Duration) error {
	return d.control(ctx, wire.Seek{PositionMS: position.Milliseconds()})
}

func (d desktop) SetVolume(ctx context.Context, percent int) error {
	return d.control(ctx, wire.SetVolume{Volume: percent})
}

func (d desktop) control(ctx context.Context, c wire.Command) error {
	if refusal := d.house.Control(ctx, c); refusal != nil {
		return refusal
	}
	return nil
}
