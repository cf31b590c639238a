package server

import (
	"context"
	"math"
	"time"

	"soul-jam/hostd/library"
	"soul-jam/shared/wire"
)

// scanNews is how often the log says how far the scan is.
const scanNews = 5 * time.Second

// libraryStatus is how far the scan is, with its speed and what is left of it.
func (s *server) libraryStatus(p library.Progress, now time.Time) wire.LibraryStatus {
	st := wire.LibraryStatus{
		Scanning: p.State == library.Scanning, Files: p.Files, Total: p.Total,
		Tracks: p.Tracks, Broken: p.Broken, Folders: s.musicPlaces(),
	}
	if took := now.Sub(p.Began).Seconds(); st.Scanning && p.Files > 0 && took > 0 {
		st.PerSecond = math.Round(float64(p.Files)/took*10) / 10
		left := int(math.Ceil(float64(p.Total-p.Files) * took / float64(p.Files)))
		st.SecondsLeft = &left
	}
	return st
}

// broken lists the files that cannot be played.
func (s *server) broken() wire.BrokenList {
	list := wire.BrokenList{Files: []wire.BrokenFile{}}
	for _, f := range s.library.Broken() {
		list.Files = append(list.Files, wire.BrokenFile{Path: f.Path, Reason: f.Reason})
	}
	return list
}

// tellScan says in the log, and so in the terminal, how a scan goes that takes a while.
func (s *server) tellScan(ctx context.Context) {
	ticker := time.NewTicker(scanNews)
	defer ticker.Stop()
	told := false
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-ticker.C:
			st := s.libraryStatus(s.library.Progress(), now)
			if st.Scanning {
				left := 0
				if st.SecondsLeft != nil {
					left = *st.SecondsLeft
				}
				s.cfg.Log.Info("reading the music", "files", st.Files, "of", st.Total, "per_second", st.PerSecond, "seconds_left", left)
			} else if told {
				s.cfg.Log.Info("the music is read", "songs", st.Tracks, "broken", st.Broken)
			}
			told = st.Scanning
		}
	}
}
