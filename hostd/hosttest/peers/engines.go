package main

import (
	"context"
	"strings"
)

// engine is a search that holds the tracks.
type engine interface {
	name() string
	// search gives the ids of the first ten for what is typed so far.
	search(ctx context.Context, text string) ([]string, error)
	close() error
}

// words are those of a text: the made-up tracks have small letters and spaces only.
func words(text string) []string { return strings.Fields(text) }
