package library

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync/atomic"
	"time"
)

const (
	// inspectTime is how long reading one file may take. Longer is a broken
	// disk, a network share that hangs, or a trap.
	inspectTime = 2 * time.Second
	// maxReads is the most reads under way at once, with those that hang in
	// the system, which nothing can end. Beyond it files are refused until one
	// comes back. It is above maxWorkers and one cover.
	maxReads = 12
)

var (
	errPanic   = errors.New("its header is malformed")
	errStorage = errors.New("the disk or network share it lies on does not answer")
)

// inspector reads files under guard: in time, in bounds, and no panic gets out.
type inspector struct {
	limit time.Duration // inspectTime
	reads atomic.Int32
}

// found is what reading a file gave.
type found struct {
	content  string // content id
	size     int64
	mtime    int64 // Unix nanoseconds
	text     texts
	tagged   bool // title and artist are from tags
	facts    facts
	duration time.Duration
	hasArt   bool
	picture  []byte // when wanted
}

// read reads the file rel in the folder dir, with the bytes of its picture when
// they are wanted.
func (in *inspector) read(ctx context.Context, dir, rel string, wantPicture bool) (found, error) {
	return guarded(ctx, in, func(stop func() error) (found, error) {
		return readFile(dir, rel, wantPicture, stop)
	})
}

// guarded runs f in a goroutine of its own. f must ask stop often; when it
// hangs in the system instead it is left behind and counted.
func guarded[T any](ctx context.Context, in *inspector, f func(stop func() error) (T, error)) (T, error) {
	var none T
	if in.reads.Load() >= maxReads {
		return none, errStorage
	}
	ctx, cancel := context.WithTimeoutCause(ctx, in.limit, errSlow)
	defer cancel()
	type result struct {
		value T
		err   error
	}
	done := make(chan result, 1)
	in.reads.Add(1)
	go func() {
		defer in.reads.Add(-1)
		r := result{err: errPanic}
		defer func() {
			if recover() != nil {
				r = result{err: errPanic}
			}
			done <- r
		}()
		r.value, r.err = f(func() error { return context.Cause(ctx) })
	}()
	select {
	case r := <-done:
		return r.value, r.err
	case <-ctx.Done():
		return none, context.Cause(ctx)
	}
}

func readFile(dir, rel string, wantPicture bool, stop func() error) (found, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return found{}, err
	}
	defer root.Close()
	f, info, err := openRegular(root, rel)
	if err != nil {
		return found{}, err
	}
	defer f.Close()
	p := newProbe(f, info.Size(), stop)
	r := found{size: info.Size(), mtime: info.ModTime().UnixNano()}
	if r.content, err = contentID(p); err != nil {
		return found{}, err
	}
	s, err := parse(p, wantPicture)
	if err != nil {
		return found{}, err
	}
	r.duration, r.hasArt, r.picture = s.duration, s.hasArt, s.picture
	r.text, r.facts = decodeTags(s.tags), s.facts
	r.tagged = r.text.title != "" && r.text.artist != ""
	guess := fromPath(rel)
	// A title from the tags beside an artist from the path is fine, an album
	// from the path beside both from the tags is a guess too many.
	if r.text.title == "" || r.text.artist == "" {
		r.text.album = first(r.text.album, guess.album)
	}
	r.text.title = first(r.text.title, guess.title)
	r.text.artist = first(r.text.artist, guess.artist)
	return r, nil
}

// reason makes of an error the sentence that the host reads in the list of
// broken files. It says nothing that comes out of the file.
func reason(err error) string {
	switch {
	case errors.Is(err, fs.ErrPermission):
		return "It may not be read by this user."
	case errors.Is(err, fs.ErrInvalid):
		return "It is not a regular file."
	}
	for _, known := range []error{errEmpty, errCutOff, errNotMusic, errNoLength, errTwoHeads, errTooLong, errTooMuch, errSlow, errPanic, errStorage} {
		if errors.Is(err, known) {
			s := known.Error()
			return string(s[0]-'a'+'A') + s[1:] + "."
		}
	}
	return fmt.Sprintf("It could not be read: %v.", err)
}
