package subsonic

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"soul-jam/hostd/library"
	"soul-jam/hostd/library/librarytest"
	"soul-jam/hostd/subsonic/subsonictest"
)

// many songs, twelve to an album.
func many(n int) (songs []subsonictest.Song) {
	for i := range n {
		songs = append(songs, subsonictest.Song{ID: fmt.Sprint(i + 1), Title: fmt.Sprintf("Song %d", i+1), AlbumID: fmt.Sprintf("al%d", i/12), Seconds: 100})
	}
	return songs
}

func listed(t *testing.T, c *Client) (songs []library.Listed) {
	t.Helper()
	if err := c.List(t.Context(), func(l library.Listed) error { songs = append(songs, l); return nil }); err != nil {
		t.Fatal(err)
	}
	return songs
}

func TestEverythingIsListedOnce(t *testing.T) {
	for name, c := range map[string]struct {
		quirks   subsonictest.Quirks
		songs    int
		searches int // 0: any number
		albums   bool
	}{
		"by an empty search":     {songs: 1234, searches: 4},
		"exactly two pages":      {songs: 1000, searches: 3},
		"pages with a limit":     {quirks: subsonictest.Quirks{PageLimit: 100}, songs: 250, searches: 4},
		"search finds nothing":   {quirks: subsonictest.Quirks{NoEmptySearch: true}, songs: 1234, albums: true},
		"search has one page":    {quirks: subsonictest.Quirks{FirstPage: true}, songs: 1234, albums: true},
		"one page is all":        {quirks: subsonictest.Quirks{FirstPage: true}, songs: 50, albums: true},
		"old":                    {quirks: subsonictest.Quirks{Old: true, NoEmptySearch: true}, songs: 13, albums: true},
		"old, albums in pages":   {quirks: subsonictest.Quirks{Old: true, NoEmptySearch: true, PageLimit: 3}, songs: 100, albums: true},
		"old, with empty search": {quirks: subsonictest.Quirks{Old: true}, songs: 501, searches: 3},
		"nothing there":          {albums: true},
		"nothing there, old":     {quirks: subsonictest.Quirks{Old: true}, albums: true},
	} {
		t.Run(name, func(t *testing.T) {
			server := subsonictest.New(t, fake(c.quirks, many(c.songs)...))
			cl, log := client(t, server.URL)
			songs := listed(t, cl)
			var ids []string
			for _, s := range songs {
				ids = append(ids, s.ID)
			}
			slices.Sort(ids)
			if len(slices.Compact(ids)) != c.songs || len(songs) != c.songs {
				t.Errorf("%d songs, %d of them different; want %d", len(songs), len(slices.Compact(ids)), c.songs)
			}
			if n := len(server.Asked("search3")); c.searches > 0 && n != c.searches {
				t.Errorf("searched %d times, want %d", n, c.searches)
			}
			if albums := len(server.Asked("getAlbumList2")) > 0; albums != c.albums {
				t.Errorf("asked for albums: %v", albums)
			}
			if _, others := server.Most(); others > atOnce {
				t.Errorf("%d requests at once", others)
			}
			secretless(t, "the log", log.String())
		})
	}
}

func TestListingEndsWithTheFirstError(t *testing.T) {
	stop := errors.New("enough")
	for _, q := range []subsonictest.Quirks{{}, {NoEmptySearch: true}} {
		server := subsonictest.New(t, fake(q, many(600)...))
		c, _ := client(t, server.URL)
		n := 0
		err := c.List(t.Context(), func(library.Listed) error {
			if n++; n == 20 {
				return stop
			}
			return nil
		})
		if !errors.Is(err, stop) || n != 20 {
			t.Errorf("%v after %d songs", err, n)
		}
	}
	server := subsonictest.New(t, fake(subsonictest.Quirks{Raw: `{"subsonic-response":{"status":"failed","error":{"code":40}}}`}))
	c, _ := client(t, server.URL)
	wantFailure(t, c.List(t.Context(), nil), Refused, "does not know")
}

func TestWhatIsSaidOfASong(t *testing.T) {
	gain, peak := -6.5, 0.98
	song := subsonictest.Song{
		ID: "a/b c&d=ü", File: "x/Song.flac", Title: "Title", Artist: "Artist", AlbumArtist: "Album Artist", Album: "Album", Genre: "Jazz",
		Recording: "B1A9C0E9-D987-4042-AE91-78D6A3267D69", ExplicitStatus: "explicit", Created: "2024-05-06T07:08:09.123Z",
		Year: 1999, Seconds: 201, Gain: &gain, Peak: &peak, Cover: "yes",
	}
	zero := 0.0
	untitled := subsonictest.Song{ID: "2", File: "music/Untitled Song.mp3", Recording: "no id", Created: "yesterday", Gain: &zero, Peak: &zero, ExplicitStatus: "clean"}
	film := subsonictest.Song{ID: "3", Title: "Film", Type: "video"}
	podcast := subsonictest.Song{ID: "4", Title: "Talk", Type: "podcast"}
	cfg := fake(subsonictest.Quirks{}, song, untitled, film, podcast)
	cfg.Playlists = []subsonictest.Playlist{{ID: "p1", Name: "Friday", Songs: []string{"2", "3", song.ID, "2"}}, {ID: "p2", Name: "Empty"}}
	server := subsonictest.New(t, cfg)
	c, _ := client(t, server.URL)
	got := listed(t, c)
	want := []library.Listed{
		{ID: song.ID, Title: "Title", Artist: "Artist", AlbumArtist: "Album Artist", Album: "Album", Genre: "Jazz", CoverID: "cover-" + song.ID,
			Recording: "b1a9c0e9-d987-4042-ae91-78d6a3267d69", Year: 1999, Duration: 201 * time.Second, Explicit: true,
			Added: time.Date(2024, 5, 6, 7, 8, 9, 123_000_000, time.UTC), Gain: &gain, Peak: &peak},
		{ID: "2", Title: "Untitled Song"},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("listed\n%+v\nwant\n%+v", got, want)
	}
	lists, err := c.Playlists(t.Context())
	if want := []library.ListedPlaylist{{ID: "p1", Name: "Friday", Tracks: []string{"2", song.ID, "2"}}, {ID: "p2", Name: "Empty"}}; err != nil || !reflect.DeepEqual(lists, want) {
		t.Errorf("playlists %+v, %v", lists, err)
	}
}

func TestCovers(t *testing.T) {
	picture := librarytest.PNG(t, 40, 30)
	file, large := filepath.Join(t.TempDir(), "cover.png"), filepath.Join(t.TempDir(), "large.png")
	for name, b := range map[string][]byte{file: picture, large: append(picture[:len(picture):len(picture)], make([]byte, maxPicture)...)} {
		if err := os.WriteFile(name, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	server := subsonictest.New(t, fake(subsonictest.Quirks{}, subsonictest.Song{ID: "1", Cover: file}, subsonictest.Song{ID: "2", Cover: large}))
	c, _ := client(t, server.URL)
	if got, err := c.Cover(t.Context(), "cover-1"); err != nil || string(got) != string(picture) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	for _, id := range []string{"", "cover-9"} {
		if _, err := c.Cover(t.Context(), id); !errors.Is(err, library.ErrNoArt) {
			t.Errorf("%q: %v", id, err)
		}
	}
	_, err := c.Cover(t.Context(), "cover-2")
	wantFailure(t, err, Strange, "more than")
}

func TestOddAnswers(t *testing.T) {
	for body, songs := range map[string]int{
		`{"subsonic-response":{"status":"ok","searchResult3":{"song":{"id":7,"title":12,"year":"1999","duration":"100.5"}}}}`: 1,
		`{"subsonic-response":{"status":"ok","searchResult3":""}}`:                                                            0,
		`{"subsonic-response":{"status":"ok","searchResult3":[]}}`:                                                            0,
		`{"subsonic-response":{"status":"ok","searchResult3":null}}`:                                                          0,
		`{"subsonic-response":{"status":"ok","searchResult3":{"song":null}}}`:                                                 0,
		"\xef\xbb\xbf" + `{"subsonic-response":{"status":"ok","searchResult3":{"song":[{"id":"x","year":1e999}]}}}`:           1,
		`{"subsonic-response":{"status":"ok","searchResult3":{"song":[` + strings.Repeat(`{},`, maxItems) + `{}]}}}`:          -1,
		`{"subsonic-response":{"status":"ok","searchResult3":{"song":[` + strings.Repeat(`{},`, maxItems-1) + `{}]}}}`:        maxItems,
		`{"subsonic-response":[]}`: -1,
		`[]`:                       -1,
		``:                         -1,
	} {
		a, err := decode([]byte(body))
		switch {
		case (err != nil) != (songs < 0):
			t.Errorf("%.100s: %v", body, err)
		case err == nil && len(a.Found.of.Song) != songs:
			t.Errorf("%.100s: %d songs", body, len(a.Found.of.Song))
		}
	}
	a, _ := decode([]byte(`{"subsonic-response":{"searchResult3":{"song":[{"id":"` + strings.Repeat("é", maxText) + `"}]}}}`))
	if n := len(a.Found.of.Song[0].ID); n != maxText {
		t.Errorf("a text of %d bytes", n)
	}
}

func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		`{"subsonic-response":{"status":"ok","version":"1.16.1","openSubsonic":true,"searchResult3":{"song":[{"id":"1","title":"a","replayGain":{"trackGain":-3,"trackPeak":1},"albumArtists":[{"name":"x"},{"name":""}],"genres":[{"name":"y"}]}]}}}`,
		`{"subsonic-response":{"status":"failed","error":{"code":"40","message":"no"}}}`,
		`{"subsonic-response":{"playlists":{"playlist":{"id":1}},"playlist":{"entry":[{"id":2,"path":"a\\b.mp3","musicBrainzId":"b1a9c0e9-d987-4042-ae91-78d6a3267d69","created":"2024-01-01"}]}}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		a, err := decode(body)
		if err != nil {
			return
		}
		for _, songs := range []list[child]{a.Found.of.Song, a.Album.of.Song, a.Playlist.of.Entry} {
			if len(songs) > maxItems {
				t.Fatal("too many songs")
			}
			for i := range songs {
				s, ok := songs[i].listed()
				if !ok {
					continue
				}
				if s.ID == "" || s.Duration < 0 || s.Year < 0 || s.Gain != nil && (*s.Gain > maxGain || *s.Gain < -maxGain) || s.Peak != nil && *s.Peak <= 0 {
					t.Fatalf("%+v", s)
				}
				for _, text := range []string{s.ID, s.Title, s.Artist, s.AlbumArtist, s.Album, s.Genre, s.CoverID} {
					if len(text) > maxText {
						t.Fatal("a text is too long")
					}
				}
			}
		}
		if a.Error != nil {
			if text := said("host", a.Error.Code.int(), string(a.Error.Message)).Error(); strings.ContainsAny(text, "\n\x1b") {
				t.Fatalf("%q", text)
			}
		}
	})
}
