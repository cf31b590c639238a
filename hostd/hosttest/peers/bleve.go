package main

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/simple"
	"github.com/blevesearch/bleve/v2/search/query"

	"soul-jam/hostd/library/librarytest"
)

// bleveIndex asks bleve, on disk as it comes, for tracks in which every word is a
// whole word or the beginning of one; fuzzy: or one edit away from a whole one. One
// field holds title, artist and album: with three fields bleve takes longer.
type bleveIndex struct {
	index bleve.Index
	fuzzy bool
}

func newBleve(ctx context.Context, work string, songs []librarytest.Song) (engine, error) {
	return makeBleve(ctx, filepath.Join(work, "bleve"), songs, false)
}

func newFuzzy(ctx context.Context, work string, songs []librarytest.Song) (engine, error) {
	return makeBleve(ctx, filepath.Join(work, "bleve-fuzzy"), songs, true)
}

func makeBleve(ctx context.Context, path string, songs []librarytest.Song, fuzzy bool) (engine, error) {
	text := bleve.NewTextFieldMapping()
	text.Analyzer = simple.Name
	text.Store, text.IncludeInAll, text.IncludeTermVectors, text.DocValues = false, false, false, false
	doc := bleve.NewDocumentStaticMapping()
	doc.AddFieldMappingsAt("text", text)
	mapping := bleve.NewIndexMapping()
	mapping.DefaultMapping = doc
	index, err := bleve.New(path, mapping)
	if err != nil {
		return nil, fmt.Errorf("make a bleve index: %w", err)
	}
	batch := index.NewBatch()
	for i, s := range songs {
		if err := batch.Index(s.ID, map[string]string{"text": s.Title + " " + s.Artist + " " + s.Album}); err != nil {
			return nil, fmt.Errorf("fill a bleve index: %w", err)
		}
		if batch.Size() == 5000 || i == len(songs)-1 {
			if err := index.Batch(batch); err != nil {
				return nil, fmt.Errorf("fill a bleve index: %w", err)
			}
			batch.Reset()
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	return &bleveIndex{index, fuzzy}, nil
}

func (b *bleveIndex) name() string {
	if b.fuzzy {
		return "bleve fuzzy"
	}
	return "bleve"
}

func (b *bleveIndex) close() error { return b.index.Close() }

func (b *bleveIndex) search(ctx context.Context, text string) ([]string, error) {
	var all []query.Query
	for _, w := range words(text) {
		whole, prefix := bleve.NewTermQuery(w), bleve.NewPrefixQuery(w)
		whole.SetField("text")
		whole.SetBoost(4)
		prefix.SetField("text")
		prefix.SetBoost(2)
		ways := []query.Query{whole, prefix}
		if b.fuzzy && len(w) >= typoWord {
			near := bleve.NewFuzzyQuery(w)
			near.SetField("text")
			near.SetFuzziness(1)
			ways = append(ways, near)
		}
		all = append(all, bleve.NewDisjunctionQuery(ways...))
	}
	found, err := b.index.SearchInContext(ctx, bleve.NewSearchRequestOptions(bleve.NewConjunctionQuery(all...), firstTen, 0, false))
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(found.Hits))
	for i, h := range found.Hits {
		ids[i] = h.ID
	}
	return ids, nil
}
