package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	_ "modernc.org/sqlite" // the driver

	"soul-jam/hostd/library/librarytest"
)

// fts5 asks SQLite's full text search for tracks in which every word is a
// beginning, with its indexes of beginnings, by its own rank.
type fts5 struct {
	db  *sql.DB
	ask *sql.Stmt
}

func newSQLite(ctx context.Context, work string, songs []librarytest.Song) (_ engine, err error) {
	db, err := sql.Open("sqlite", filepath.Join(work, "fts5.db"))
	if err != nil {
		return nil, fmt.Errorf("open SQLite: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("fill SQLite: %w", err), db.Close())
		}
	}()
	db.SetMaxOpenConns(1)
	for _, statement := range []string{
		"pragma journal_mode=off", "pragma synchronous=off", "pragma cache_size=-100000",
		"create virtual table songs using fts5(id unindexed, title, artist, album, prefix='1 2 3', tokenize='unicode61')",
	} {
		if _, err := db.ExecContext(ctx, statement); err != nil {
			return nil, err
		}
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	insert, err := tx.PrepareContext(ctx, "insert into songs values (?, ?, ?, ?)")
	if err != nil {
		return nil, err
	}
	for _, s := range songs {
		if _, err := insert.ExecContext(ctx, s.ID, s.Title, s.Artist, s.Album); err != nil {
			return nil, err
		}
	}
	if err := tx.Commit(); err != nil {
		return nil, err
	}
	if _, err := db.ExecContext(ctx, "insert into songs(songs) values ('optimize')"); err != nil {
		return nil, err
	}
	ask, err := db.PrepareContext(ctx, fmt.Sprintf("select id from songs where songs match ? order by rank limit %d", firstTen))
	if err != nil {
		return nil, err
	}
	return &fts5{db, ask}, nil
}

func (f *fts5) name() string { return "SQLite FTS5" }

func (f *fts5) close() error { return f.db.Close() }

func (f *fts5) search(ctx context.Context, text string) (ids []string, err error) {
	rows, err := f.ask.QueryContext(ctx, `"`+strings.Join(words(text), `"* "`)+`"*`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}
