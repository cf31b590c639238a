package subsonic

import (
	"context"
	"errors"
	"net/url"
	"strconv"
	"strings"

	"soul-jam/hostd/library"
)

const (
	// pageSize is how many songs or albums are asked for at once; the API allows 500.
	pageSize = 500
	// maxSongs is how many songs of one server are listed; what is beyond is left out, and said in the log.
	maxSongs = 500_000
	// maxPages bounds the questions of one listing, for servers that never come to an end.
	maxPages = 4 * maxSongs / pageSize
	// maxPlaylists of one server.
	maxPlaylists = 1000
)

var _ library.Source = (*Client)(nil)

// lister goes through everything, and tells what it has seen before.
type lister struct {
	c    *Client
	seen map[string]struct{}
	each func(library.Listed) error
}

// List calls each with every song there is, one call at a time. An error of each ends it. Songs that are added or
// removed on the server meanwhile may be missed; none is given twice.
func (c *Client) List(ctx context.Context, each func(library.Listed) error) error {
	l := &lister{c: c, seen: make(map[string]struct{}), each: each}
	whole, err := l.bySearch(ctx)
	if err != nil || whole {
		return err
	}
	return l.byAlbum(ctx)
}

// bySearch pages through an empty search, which finds everything: OpenSubsonic says so. Older servers find nothing,
// or fail, or give the first page for ever: then it is false.
func (l *lister) bySearch(ctx context.Context) (whole bool, err error) {
	offset := 0
	for range maxPages {
		a, err := l.c.ask(ctx, "search3", url.Values{
			"query": {""}, "artistCount": {"0"}, "albumCount": {"0"},
			"songCount": {strconv.Itoa(pageSize)}, "songOffset": {strconv.Itoa(offset)},
		})
		var f *Failure
		if errors.As(err, &f) && (f.Kind == Strange || f.Kind == Missing) && offset == 0 {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		page := a.Found.of.Song
		if len(page) == 0 {
			return offset > 0, nil
		}
		// A page may be shorter than asked for and not the last: some servers have a limit of their own.
		added, err := l.add(page)
		if err != nil {
			return false, err
		}
		if added == 0 && offset > 0 {
			return false, nil
		}
		offset += len(page)
		if len(l.seen) >= maxSongs {
			return true, nil
		}
	}
	return true, nil
}

// byAlbum goes through the albums by their names.
func (l *lister) byAlbum(ctx context.Context) error {
	seen := make(map[string]struct{})
	for offset := 0; len(seen) < maxSongs; {
		a, err := l.c.ask(ctx, "getAlbumList2", url.Values{
			"type": {"alphabeticalByName"}, "size": {strconv.Itoa(pageSize)}, "offset": {strconv.Itoa(offset)},
		})
		if err != nil {
			return err
		}
		var fresh []string
		for _, album := range a.AlbumList.of.Album {
			id := string(album.ID)
			if _, known := seen[id]; !known && id != "" {
				seen[id] = struct{}{}
				fresh = append(fresh, id)
			}
		}
		if len(fresh) == 0 {
			return nil
		}
		offset += len(a.AlbumList.of.Album)
		if err := l.albums(ctx, fresh); err != nil || len(l.seen) >= maxSongs {
			return err
		}
	}
	return nil
}

// albums adds the songs of albums, asking for [atOnce] at a time.
func (l *lister) albums(ctx context.Context, ids []string) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	type result struct {
		songs list[child]
		err   error
	}
	asked, results := make(chan string), make(chan result)
	for range atOnce {
		go func() {
			for id := range asked {
				a, err := l.c.ask(ctx, "getAlbum", url.Values{"id": {id}})
				r := result{err: err}
				if err == nil {
					r.songs = a.Album.of.Song
				}
				results <- r
			}
		}()
	}
	var first error
	for sent, got := 0, 0; got < len(ids); {
		next, to := "", asked
		if sent < len(ids) {
			next = ids[sent]
		} else {
			to = nil
		}
		select {
		case to <- next:
			sent++
		case r := <-results:
			got++
			var f *Failure
			if errors.As(r.err, &f) && f.Kind == Missing {
				continue // removed meanwhile
			}
			if r.err == nil && first == nil {
				_, r.err = l.add(r.songs)
			}
			if r.err != nil && first == nil {
				first = r.err
				cancel() // the others fail at once, and are counted
			}
		}
	}
	close(asked)
	return first
}

// add passes songs on that were not there before, and says how many those were, others than songs included.
func (l *lister) add(songs list[child]) (added int, err error) {
	for i := range songs {
		id := string(songs[i].ID)
		if _, known := l.seen[id]; known || id == "" {
			continue
		}
		if len(l.seen) >= maxSongs {
			l.c.log.Warn("the server has more songs than are listed", "most", maxSongs)
			return added, nil
		}
		l.seen[id] = struct{}{}
		added++
		if song, ok := songs[i].listed(); ok {
			if err := l.each(song); err != nil {
				return added, err
			}
		}
	}
	return added, nil
}

// Playlists gives the playlists of the user with the songs in them. One that cannot be read is left out.
func (c *Client) Playlists(ctx context.Context) ([]library.ListedPlaylist, error) {
	a, err := c.ask(ctx, "getPlaylists", nil)
	if err != nil {
		return nil, err
	}
	all := a.Playlists.of.Playlist
	if len(all) > maxPlaylists {
		c.log.Warn("the server has more playlists than are read", "most", maxPlaylists)
		all = all[:maxPlaylists]
	}
	var lists []library.ListedPlaylist
	for _, p := range all {
		one, err := c.ask(ctx, "getPlaylist", url.Values{"id": {string(p.ID)}})
		var f *Failure
		if errors.As(err, &f) && (f.Kind == Missing || f.Kind == Strange || f.Code == 50) {
			c.log.Warn("a playlist cannot be read", "why", f)
			continue
		}
		if err != nil {
			return nil, err
		}
		list := library.ListedPlaylist{ID: string(p.ID), Name: string(p.Name)}
		for i := range one.Playlist.of.Entry {
			if song := &one.Playlist.of.Entry[i]; song.isSong() {
				list.Tracks = append(list.Tracks, string(song.ID))
			}
		}
		lists = append(lists, list)
	}
	return lists, nil
}

// Cover gives a picture as the server has it, [maxPicture] bytes at most; library.ErrNoArt where there is none.
func (c *Client) Cover(ctx context.Context, coverID string) ([]byte, error) {
	if coverID == "" {
		return nil, library.ErrNoArt
	}
	m, err := c.manner(ctx)
	if err != nil {
		return nil, err
	}
	body, kind, err := c.get(ctx, m, "getCoverArt", url.Values{"id": {coverID}}, maxPicture)
	var f *Failure
	if errors.As(err, &f) && f.Kind == Missing {
		return nil, library.ErrNoArt
	}
	if err != nil {
		return nil, err
	}
	if !strings.HasPrefix(kind, "image/") && isDocument(kind, body) {
		if _, err = c.read(body); err == nil || errors.As(err, &f) && f.Kind == Missing {
			return nil, library.ErrNoArt
		}
		return nil, err
	}
	return body, nil
}
