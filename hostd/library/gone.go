package library

import (
	"context"
	"time"
)

// goneEvery is how often a music folder that cannot be read is looked for.
const goneEvery = 2 * time.Second

// lookForGone looks whether music folders that could not be read are back: nothing
// tells of that, and people who have plugged the disk in want to hear music.
func (s *scanner) lookForGone(ctx context.Context) {
	if s.looking || len(s.progress.Unusable) == 0 {
		return
	}
	s.looking = true
	gone := s.progress.Unusable
	// Not waited for: a dead network share may hold it for ever.
	go func() {
		var back []string
		for _, e := range gone {
			if checkFolder(e.Dir) == nil {
				back = append(back, e.Dir)
			}
		}
		select {
		case s.back <- back:
		case <-ctx.Done():
		}
	}()
}
