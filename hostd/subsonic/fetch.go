package subsonic

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"
)

const (
	// chunk is how much is taken from the server at a time, in bytes.
	chunk = 64 << 10
	// soon: a reader that wants bytes that will be fetched within this time anyway waits for them. One that wants
	// others, such as a player that looks at the end of a file first, has a request made for it.
	soon = time.Second
	// atLeast is fetched from one position before another reader's is served, in bytes.
	atLeast = 64 << 10
	// fetchTries in a row may bring nothing before a fetcher gives up, with a pause between them that doubles up to
	// longestFetchPause: 12 s in all. A network that is away for that long costs no song.
	fetchTries        = 7
	firstFetchPause   = 250 * time.Millisecond
	longestFetchPause = 4 * time.Second
)

// fetcher gets what is missing of one song, and is the only one who writes to its file. One connection is enough:
// it goes where a reader waits, and fills the gaps afterwards, so that every byte is fetched once.
type fetcher struct {
	s    *Streams
	from origin
	one  *song
}

// startFetch begins to fetch what is missing. s.mu is held.
func (s *Streams) startFetch(running context.Context, from origin, one *song) {
	ctx, stop := context.WithCancel(running)
	if one.failed == nil || time.Since(one.ended) > s.cfg.patience {
		one.dry = time.Now()
	}
	one.stop, one.failed, one.trouble, one.ranges = stop, nil, nil, true
	one.users++
	f := &fetcher{s, from, one}
	s.working.Go(func() {
		failure := f.run(ctx)
		s.mu.Lock()
		defer s.mu.Unlock()
		abandoned := ctx.Err() != nil
		stop()
		one.stop, one.failed, one.ended = nil, failure, time.Now()
		if failure != nil && abandoned && one.readers > 0 && !s.closed { // just when somebody came back
			s.startFetch(running, from, one)
		}
		one.changed()
		s.release(one)
	})
}

// run fetches until nothing is missing, or it gives up, or ctx ends.
func (f *fetcher) run(ctx context.Context) *Failure {
	client := f.from.client
	select {
	case client.songs <- struct{}{}:
		defer func() { <-client.songs }()
	case <-ctx.Done():
		return noAnswer(client.host(), ctx.Err())
	}
	pause := firstFetchPause
	for try := 1; ; try++ {
		missing, any := f.next()
		if !any {
			return nil
		}
		before := f.bytes()
		failure := f.fetch(ctx, missing)
		if f.bytes() > before {
			try, pause = 0, firstFetchPause
		}
		if failure != nil && ctx.Err() == nil && errors.Is(failure, context.Canceled) {
			failure = failf(Unreachable, "%s sends nothing more", client.host())
		}
		switch {
		case failure == nil:
			continue
		case ctx.Err() != nil, failure.Kind != Unreachable && failure.Kind != Busy, try >= fetchTries:
			return failure
		}
		client.log.Debug("fetch the song again", "why", failure, "in", pause)
		if !f.rest(ctx, failure, pause) {
			return failure
		}
		pause = min(2*pause, longestFetchPause)
	}
}

// rest waits before another try, shorter when another reader comes; false when ctx ended. Who loses patience
// meanwhile is told what the trouble is.
func (f *fetcher) rest(ctx context.Context, trouble *Failure, pause time.Duration) bool {
	f.s.mu.Lock()
	f.one.trouble = trouble
	f.s.mu.Unlock()
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-f.one.poke:
	case <-ctx.Done():
	}
	return ctx.Err() == nil
}

// next is what to fetch: what the reader who has waited longest wants, else the first that is missing.
func (f *fetcher) next() (span, bool) {
	f.s.mu.Lock()
	defer f.s.mu.Unlock()
	if f.one.ranges {
		for _, w := range f.one.wants {
			if missing, any := f.one.has.gap(w.at, f.one.total); any && missing.from == w.at && (w.at == 0 || f.one.total >= 0) {
				return missing, true
			}
		}
	}
	return f.one.has.gap(0, f.one.total)
}

func (f *fetcher) bytes() int64 {
	f.s.mu.Lock()
	defer f.s.mu.Unlock()
	return f.one.has.size()
}

// fetch makes one request, and takes from it until the gap is filled or somebody wants something else.
func (f *fetcher) fetch(ctx context.Context, missing span) *Failure {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	// It stalls: nothing for as long as readers are patient. Less, so that there is time for another try.
	stall := time.AfterFunc(f.s.cfg.patience/2, cancel)
	defer stall.Stop()
	res, failure := f.request(ctx, missing)
	if failure != nil {
		return failure
	}
	defer func() { _ = res.Body.Close() }()
	at, total, failure := f.place(res, missing.from)
	if failure != nil {
		return failure
	}
	from, began := at, time.Now()
	buffer, n, end := make([]byte, chunk), 0, error(nil)
	if at == 0 {
		n, end = readFirst(res.Body, buffer[:sniffed])
		if end != nil && !errors.Is(end, io.EOF) {
			return noAnswer(f.from.client.host(), end)
		}
	}
	if isDocument(res.Header.Get("Content-Type"), buffer[:n]) {
		return f.document(ctx, missing, io.MultiReader(bytes.NewReader(buffer[:n]), res.Body))
	}
	if failure := f.begin(res, missing.from, at, total); failure != nil {
		return failure
	}
	if n > 0 || end != nil {
		if done, failure := f.take(&at, buffer[:n], end); done || failure != nil {
			return failure
		}
	}
	for {
		stall.Reset(f.s.cfg.patience / 2)
		n, err := res.Body.Read(buffer)
		if done, failure := f.take(&at, buffer[:n], err); done || failure != nil {
			return failure
		}
		if f.elsewhere(at, at-from, time.Since(began)) {
			return nil
		}
	}
}

// begin notes what a response says of the song, before its bytes are taken.
func (f *fetcher) begin(res *http.Response, asked, at, total int64) *Failure {
	host := f.from.client.host()
	validator := res.Header.Get("ETag")
	if validator == "" || strings.HasPrefix(validator, "W/") {
		validator = res.Header.Get("Last-Modified")
	}
	f.s.mu.Lock()
	defer f.s.mu.Unlock()
	o := f.one
	switch {
	case len(o.has) > 0 && (total >= 0 && o.total >= 0 && total != o.total || validator != "" && o.validator != "" && validator != o.validator):
		// What is there is of another song. Whoever reads it gets an error, and the next one the new song.
		o.has, o.total, o.validator = nil, -1, ""
		return failf(Strange, "the song has changed on %s", host)
	case total > f.s.cfg.Limit:
		return failf(Strange, "the song is larger than the cache for songs of servers (%d MB)", f.s.cfg.Limit>>20)
	}
	if asked > 0 && at == 0 {
		o.ranges = false
	}
	if total >= 0 && o.total < 0 {
		o.total = total
		f.s.trim(total - o.has.size())
	}
	o.validator = validator
	o.changed()
	return nil
}

// take writes what came, says whether that was all, and what the end of the connection means.
func (f *fetcher) take(at *int64, b []byte, end error) (done bool, failure *Failure) {
	host := f.from.client.host()
	f.s.mu.Lock()
	file, total := f.one.open, f.one.total
	f.s.mu.Unlock()
	if total >= 0 {
		b = b[:min(int64(len(b)), max(0, total-*at))]
	}
	if *at+int64(len(b)) > f.s.cfg.Limit {
		return false, failf(Strange, "the song is larger than the cache for songs of servers (%d MB)", f.s.cfg.Limit>>20)
	}
	if len(b) > 0 {
		if _, err := file.WriteAt(b, *at); err != nil {
			return false, failf(Strange, "a song cannot be written to the cache: %v", withoutPath(err))
		}
	}
	f.s.mu.Lock()
	defer f.s.mu.Unlock()
	before := f.one.has.size()
	f.one.has = f.one.has.add(span{*at, *at + int64(len(b))})
	*at += int64(len(b))
	if f.one.has.size() > before {
		f.one.dry, f.one.trouble = time.Now(), nil
	}
	if f.one.total < 0 && errors.Is(end, io.EOF) {
		if *at == 0 {
			return false, failf(Strange, "%s sends nothing as the song", host)
		}
		f.one.total = *at
	}
	f.one.changed()
	switch {
	case f.one.total >= 0 && *at >= f.one.total, end != nil && f.one.complete():
		return true, nil
	case end == nil:
		return false, nil
	case errors.Is(end, io.EOF): // a part that was asked for, or a song that is shorter than said
		if _, missing := f.one.has.gap(0, f.one.total); missing && f.one.has.until(*at) == *at {
			return false, failf(Unreachable, "%s ends the song early", host)
		}
		return true, nil
	}
	return false, noAnswer(host, end)
}

// elsewhere tells whether to go on somewhere else: what follows is there already, or a reader wants something
// that does not come soon.
func (f *fetcher) elsewhere(at, fetched int64, took time.Duration) bool {
	f.s.mu.Lock()
	defer f.s.mu.Unlock()
	if !f.one.ranges {
		return false
	}
	if next := f.one.has.until(at); next > at {
		return true
	}
	if fetched < atLeast || f.one.total < 0 || len(f.one.wants) == 0 {
		return false
	}
	w := f.one.wants[0].at
	inTime := at + int64(float64(fetched)/max(took.Seconds(), 0.001)*soon.Seconds())
	return f.one.has.until(w) == w && (w < at || w > inTime)
}
