package main

import (
	"context"
	"errors"
	"path/filepath"

	"soul-jam/hostd/library"
	"soul-jam/hostd/library/librarytest"
)

// ours is the library as hostd opens it, from the records of its cache.
type ours struct{ music *library.Library }

func newOurs(_ context.Context, work string, songs []librarytest.Song) (engine, error) {
	recs := make(records, len(songs))
	for i, s := range songs {
		recs[i] = s.Record(work)
	}
	music, err := library.Open(library.Config{Dirs: []string{filepath.Clean(work)}, Cache: recs})
	if err != nil {
		return nil, err
	}
	return ours{music}, nil
}

func (o ours) name() string { return "ours" }

func (o ours) close() error { return nil }

func (o ours) search(_ context.Context, text string) ([]string, error) {
	hits := o.music.Everything().Search(text, firstTen)
	ids := make([]string, len(hits))
	for i, h := range hits {
		ids[i] = h.TrackID
	}
	return ids, nil
}

// records are a cache that is only read.
type records [][]byte

func (r records) Tracks(f func([]byte) error) error {
	for _, rec := range r {
		if err := f(rec); err != nil {
			return err
		}
	}
	return nil
}

func (records) PutTracks(context.Context, map[string][]byte) error {
	return errors.New("nothing is scanned here")
}

func (records) DeleteTracks(context.Context, []string) error {
	return errors.New("nothing is scanned here")
}
