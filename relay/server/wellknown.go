package server

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
)

// appFiles are the files of /.well-known that say which app opens our links: Apple's and Android's.
func appFiles() []string { return []string{"apple-app-site-association", "assetlinks.json"} }

// maxAppFile, bytes: Apple takes no larger one.
const maxAppFile = 128 << 10

// wellKnown is the directory of --well-known, of which nothing else is served and which no symlink leaves.
type wellKnown struct{ dir *os.Root } // nil = none

func openWellKnown(dir string) (wellKnown, error) {
	if dir == "" {
		return wellKnown{}, nil
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return wellKnown{}, fmt.Errorf("open the directory of --well-known: %w", err)
	}
	return wellKnown{root}, nil
}

func (k wellKnown) close() {
	if k.dir != nil {
		_ = k.dir.Close() // it was only read
	}
}

// serve gives one file as it is now; 404 when there is none.
func (k wellKnown) serve(name string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		content, err := k.read(name)
		if err != nil {
			notFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", strconv.Itoa(len(content)))
		_, _ = w.Write(content) // a client that is gone needs no answer
	}
}

func (k wellKnown) read(name string) ([]byte, error) {
	if k.dir == nil {
		return nil, os.ErrNotExist
	}
	// A pipe is not even opened: that would wait for its other end.
	if info, err := k.dir.Stat(name); err != nil || !info.Mode().IsRegular() {
		return nil, os.ErrNotExist
	}
	file, err := k.dir.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // it was only read
	content, err := io.ReadAll(io.LimitReader(file, maxAppFile+1))
	if err == nil && len(content) > maxAppFile {
		err = errors.New("it is too long")
	}
	return content, err
}
