package library

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"
)

// Source is a server whose music is listed as a whole. Folders are the other kind
// of music. Its methods are called from several goroutines; they must end when
// their context does, and what they give is not trusted.
type Source interface {
	// Name is steady and tells this server from others, as "alex at music.example".
	// It names the places in the cache and is shown to the host.
	Name() string
	// List gives everything there is. An error, from each as well, ends the listing
	// and leaves what was known.
	List(ctx context.Context, each func(Listed) error) error
	Playlists(ctx context.Context) ([]ListedPlaylist, error)
	// Cover gives a picture as the server has it. It is bounded by the Source, and
	// decoded by art.go only.
	Cover(ctx context.Context, coverID string) ([]byte, error)
	// Location is what the player opens for the track with that id on the server.
	Location(id string) (string, error)
}

// Listed is a track as a server lists it. Only ID, Title and Duration are needed.
type Listed struct {
	ID, Title, Artist, AlbumArtist, Album string
	Genre                                 string // several with ";"
	CoverID                               string
	Recording                             string // MusicBrainz id
	Year                                  int
	Duration                              time.Duration
	Explicit                              bool
	Added                                 time.Time
	Gain                                  *float64 // dB to -18 LUFS, as REPLAYGAIN_TRACK_GAIN; nil: not said
	Peak                                  *float64 // 1 is full scale
}

// ListedPlaylist is a playlist as a server lists it.
type ListedPlaylist struct {
	ID, Name string
	Tracks   []string // ids as in Listed
}

const (
	// relist is how long after a listing the next one begins. A listing asks a
	// server for some hundreds of pages.
	relist = 15 * time.Minute
	// maxServerTime is how long a listing may take.
	maxServerTime = 30 * time.Minute
	// maxServerID is the longest id that a server may give, in bytes.
	maxServerID = 256
	// coverTime is how long a server may take to give a picture.
	coverTime = 10 * time.Second
	// maxSources is the most servers.
	maxSources = 16
)

var errTooMany = errors.New("it lists more songs than can be kept")

// SourceError says that a server could not be listed. Its text is one sentence
// for the host. What was known of the server stays, and it is tried again at the
// next listing.
type SourceError struct {
	Name string
	Err  error
}

func (e *SourceError) Error() string {
	switch {
	case errors.Is(e.Err, context.DeadlineExceeded):
		return fmt.Sprintf("the music server %s takes too long to say what it has", e.Name)
	}
	return fmt.Sprintf("the music server %s cannot be listed: %v", e.Name, e.Err)
}

func (e *SourceError) Unwrap() error { return e.Err }

// ServerProgress is how far a server's listing is.
type ServerProgress struct {
	Name    string
	Listing bool         // it is under way
	Tracks  int          // known of this server
	Listed  time.Time    // when all of it was listed; zero: not since the start
	Problem *SourceError // of the last try; nil: none
}

// checkSources refuses what the configuration must not have.
func checkSources(all []Source) error {
	names := make(map[string]bool)
	for _, s := range all {
		if n := s.Name(); n == "" || n != cleanText(n) || names[n] {
			return fmt.Errorf("the music server %q needs a plain name of its own", n)
		}
		names[s.Name()] = true
	}
	if len(all) > maxSources {
		return fmt.Errorf("%d music servers are too many; at most %d", len(all), maxSources)
	}
	return nil
}

// source gives a configured server by its name, nil when there is none.
func (l *Library) source(name string) Source {
	for _, s := range l.cfg.Sources {
		if s.Name() == name {
			return s
		}
	}
	return nil
}

// listed is what a listing has come to.
type listing struct {
	server    string
	tracks    []*track
	playlists []ListedPlaylist
	err       error
	listsErr  error
}

// list asks a server for all it has.
func list(ctx context.Context, s Source) (l listing) {
	ctx, cancel := context.WithTimeout(ctx, maxServerTime)
	defer cancel()
	l.server = s.Name()
	defer func() {
		if r := recover(); r != nil {
			l.err = errPanic
		}
	}()
	names := make(map[string]string)
	one := func(s string) string {
		if have, ok := names[s]; ok {
			return have
		}
		s = strings.Clone(s)
		names[s] = s
		return s
	}
	now := time.Now()
	seen := make(map[string]bool)
	l.err = s.List(ctx, func(t Listed) error {
		if len(l.tracks) >= maxFiles {
			return errTooMany
		}
		if made := t.track(l.server, now, one); made != nil && !seen[made.ID] {
			seen[made.ID] = true
			l.tracks = append(l.tracks, made)
		}
		return ctx.Err()
	})
	if l.err == nil {
		l.playlists, l.listsErr = s.Playlists(ctx)
	}
	for i := range l.playlists {
		p := &l.playlists[i]
		p.Name = cleanText(p.Name)
		p.Tracks = p.Tracks[:min(len(p.Tracks), maxPlaylistEntries)]
	}
	l.playlists = l.playlists[:min(len(l.playlists), maxPlaylists)]
	return l
}

// track makes a track of what a server says, nil when that can be none.
func (t Listed) track(server string, now time.Time, one func(string) string) *track {
	title := cleanText(t.Title)
	if t.ID == "" || len(t.ID) > maxServerID || title == "" || t.Duration <= 0 || t.Duration > maxDuration {
		return nil
	}
	made := &track{
		ID: hashID("track", server, t.ID), Title: title, Artist: one(cleanText(t.Artist)), Album: one(cleanText(t.Album)),
		DurationMS: t.Duration.Milliseconds(), Added: now.UnixMilli(),
		Flags: flagIf(t.Explicit, explicit) | flagIf(t.Artist != "", tagged),
	}
	if t.Added.After(time.Unix(0, 0)) && t.Added.Before(now) {
		made.Added = t.Added.UnixMilli()
	}
	var f facts
	f.take("albumartist", t.AlbumArtist)
	f.take("genre", t.Genre)
	f.take("musicbrainz_trackid", t.Recording)
	if t.Year >= minYear && t.Year <= maxYear {
		made.Year = int16(t.Year)
	}
	if t.Gain != nil && believable(*t.Gain) {
		f.loud.setGain(*t.Gain)
	}
	if t.Peak != nil && *t.Peak > 0 && *t.Peak <= maxPeak {
		f.loud.setPeak(20 * math.Log10(*t.Peak))
	}
	made.AlbumArtist, made.Genre = one(f.albumArtist), one(strings.Join(f.genres, genreSeparator))
	made.Recording, made.Loud = f.recording, f.loud
	made.Places = []place{{Dir: one(serverDir + server), Rel: strings.Clone(t.ID), Content: made.ID}}
	if t.CoverID != "" && len(t.CoverID) <= maxServerID {
		made.Cover = &cover{Rel: strings.Clone(t.CoverID)}
	}
	return made
}
