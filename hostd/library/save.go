package library

import "context"

// saveBatch is how many records go into one write to the cache.
const saveBatch = 500

// save writes what has changed to the cache. What fails is tried again with
// the next change.
func (l *Library) save(ctx context.Context) {
	c := l.catalog
	if l.cfg.Cache == nil {
		clear(c.unsaved)
		return
	}
	put := make(map[string][]byte)
	var del []string
	flush := func() bool {
		if err := l.store(ctx, put, del); err != nil {
			if ctx.Err() == nil {
				l.log.Warn("the music cache could not be written; it is tried again", "error", err)
			}
			return false
		}
		for id := range put {
			delete(c.unsaved, id)
		}
		for _, id := range del {
			delete(c.unsaved, id)
		}
		clear(put)
		del = del[:0]
		return true
	}
	for id := range c.unsaved {
		t := c.tracks[id]
		if t == nil {
			del = append(del, id)
		} else {
			put[id] = t.encode()
		}
		if len(put)+len(del) >= saveBatch && !flush() {
			return
		}
	}
	flush()
}

func (l *Library) store(ctx context.Context, put map[string][]byte, del []string) error {
	if len(put) > 0 {
		if err := l.cfg.Cache.PutTracks(ctx, put); err != nil {
			return err
		}
	}
	if len(del) > 0 {
		return l.cfg.Cache.DeleteTracks(ctx, del)
	}
	return nil
}
