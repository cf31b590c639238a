package subsonic

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"soul-jam/hostd/subsonic/subsonictest"
)

// stage is a server with songs, and streams that run until the test ends.
type stage struct {
	*subsonictest.Server
	t       *testing.T
	client  *Client
	streams *Streams
	dir     string
	songs   map[string][]byte
	log     *bytes.Buffer
}

// set makes songs of so many bytes, "1" and so on, on a server with quirks.
func set(t *testing.T, q subsonictest.Quirks, sizes ...int) *stage {
	t.Helper()
	g := &stage{t: t, dir: filepath.Join(t.TempDir(), "streams"), songs: make(map[string][]byte)}
	var songs []subsonictest.Song
	for i, size := range sizes {
		id := fmt.Sprint(i + 1)
		content := make([]byte, size)
		r := rand.NewChaCha8([32]byte{byte(i)})
		_, _ = r.Read(content)
		copy(content, "fLaC\x00\x00\x00\x22") // no text
		file := filepath.Join(t.TempDir(), "song.flac")
		if err := os.WriteFile(file, content, 0o600); err != nil {
			t.Fatal(err)
		}
		g.songs[id] = content
		songs = append(songs, subsonictest.Song{ID: id, File: file})
	}
	g.Server = subsonictest.New(t, fake(q, songs...))
	g.run(StreamsConfig{})
	return g
}

// run starts streams, after those before have ended.
func (g *stage) run(cfg StreamsConfig) (end func()) {
	g.t.Helper()
	cfg.Dir = g.dir
	if cfg.patience == 0 {
		cfg.patience = 10 * time.Second
	}
	streams, err := OpenStreams(cfg)
	if err != nil {
		g.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- streams.Run(ctx) }()
	over := false
	end = func() {
		if over {
			return
		}
		over = true
		cancel()
		if err := <-done; err != nil {
			g.t.Error(err)
		}
	}
	g.t.Cleanup(end)
	g.streams = streams
	g.client, g.log = client(g.t, g.Server.URL, func(c *Config) { c.Streams = streams; c.Log = slog.New(slog.DiscardHandler) })
	return end
}

// get asks for a song as the player does.
func (g *stage) get(id, asked string, change ...func(*http.Request)) (status int, body []byte, header http.Header, err error) {
	g.t.Helper()
	at, err := g.client.Location(id)
	if err != nil {
		g.t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(g.t.Context(), http.MethodGet, at, nil)
	if err != nil {
		g.t.Fatal(err)
	}
	req.Header.Set(g.streams.Header())
	if asked != "" {
		req.Header.Set("Range", asked)
	}
	for _, c := range change {
		c(req)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		g.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err = io.ReadAll(res.Body)
	return res.StatusCode, body, res.Header, err
}

// want asks for a part of a song, which has to come.
func (g *stage) want(id, asked string, status int, want []byte) {
	g.t.Helper()
	got, body, _, err := g.get(id, asked)
	if err != nil || got != status || !bytes.Equal(body, want) {
		g.t.Errorf("%s of %s: status %d, %d bytes, %v; want %d with %d bytes", asked, id, got, len(body), err, status, len(want))
	}
}

// fetched is how many requests for songs the server got.
func (g *stage) fetched() int { return len(g.Asked("stream")) + len(g.Asked("download")) }

func TestSongIsFetchedOnce(t *testing.T) {
	g := set(t, subsonictest.Quirks{}, 3_000_000)
	song := g.songs["1"]
	g.want("1", "", 200, song)
	for range 3 {
		g.want("1", "", 200, song)
		g.want("1", "bytes=0-", 206, song)
		g.want("1", "bytes=1000000-1000009", 206, song[1_000_000:1_000_010])
		g.want("1", "bytes=-5", 206, song[len(song)-5:])
		g.want("1", "bytes=2999999-4000000", 206, song[len(song)-1:])
	}
	status, _, header, _ := g.get("1", "bytes=3000000-")
	if status != 416 || header.Get("Content-Range") != "bytes */3000000" {
		t.Errorf("behind the end: status %d, %v", status, header)
	}
	for _, odd := range []string{"bytes=5-1", "bytes=1-2,4-5", "lines=1-2", "bytes=-", "bytes=x-y"} {
		g.want("1", odd, 200, song)
	}
	if n := g.fetched(); n != 1 {
		t.Errorf("it was fetched %d times", n)
	}
	status, body, header, err := g.get("1", "", func(r *http.Request) { r.Method = http.MethodHead })
	if err != nil || status != 200 || len(body) != 0 || header.Get("Content-Length") != "3000000" || header.Get("Accept-Ranges") != "bytes" {
		t.Errorf("HEAD: %d, %d bytes, %v, %v", status, len(body), header, err)
	}
	for _, r := range g.Asked("stream") {
		if r.Form["format"][0] != "raw" {
			t.Errorf("asked for %v", r.Form)
		}
	}
}

func TestEndOfASongThatIsOnTheWay(t *testing.T) {
	g := set(t, subsonictest.Quirks{PerSecond: 300_000}, 1_200_000) // 4 s as a whole
	song := g.songs["1"]
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	reading := g.begin(ctx, "1")
	if _, err := io.ReadFull(reading, make([]byte, 100_000)); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	g.want("1", "bytes=1190000-", 206, song[1_190_000:])
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("the end came after %v", took)
	}
	g.Change(subsonictest.Quirks{})
	rest, err := io.ReadAll(reading)
	if err != nil || !bytes.Equal(rest, song[100_000:]) {
		t.Errorf("the rest has %d bytes, %v", len(rest), err)
	}
	var ranges []string
	for _, r := range g.Asked("stream") {
		ranges = append(ranges, r.Range)
	}
	if songs, _ := g.Most(); len(ranges) != 3 || ranges[0] != "" || ranges[1] != "bytes=1190000-1199999" || songs > 2 {
		t.Errorf("asked for %q, %d at once", ranges, songs)
	}
}

// begin gives a song as it comes.
func (g *stage) begin(ctx context.Context, id string) io.Reader {
	g.t.Helper()
	at, err := g.client.Location(id)
	if err != nil {
		g.t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, at, nil)
	if err != nil {
		g.t.Fatal(err)
	}
	req.Header.Set(g.streams.Header())
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		g.t.Fatal(err)
	}
	g.t.Cleanup(func() { _ = res.Body.Close() })
	return res.Body
}

func TestSongsOfBadServersAreWhole(t *testing.T) {
	for name, q := range map[string]subsonictest.Quirks{
		"breaks off":                    {BreakAfter: 700_000},
		"breaks off, has no ranges":     {BreakAfter: 2_000_000, NoRanges: true, Busy: 0},
		"no length":                     {NoLength: true},
		"no ranges":                     {NoRanges: true},
		"no ranges, no length":          {NoRanges: true, NoLength: true},
		"does not allow streaming":      {NoStream: true},
		"old":                           {Old: true},
		"breaks off, and has no length": {NoLength: true, BreakAfter: 900_000},
	} {
		t.Run(name, func(t *testing.T) {
			g := set(t, q, 2_000_000)
			song := g.songs["1"]
			g.want("1", "bytes=1500000-1500099", 206, song[1_500_000:1_500_100])
			status, body, _, err := g.get("1", "")
			if err != nil || status != 200 || !bytes.Equal(body, song) {
				t.Errorf("status %d, %d bytes, %v", status, len(body), err)
			}
			g.want("1", "bytes=-7", 206, song[len(song)-7:])
		})
	}
}

func TestSongsThatCannotBeHad(t *testing.T) {
	for name, c := range map[string]struct {
		quirks subsonictest.Quirks
		id     string
		status int
		text   string
	}{
		"a page":          {subsonictest.Quirks{Page: true}, "1", 502, "a document instead of the song"},
		"an error":        {subsonictest.Quirks{Failing: true}, "1", 502, "does not allow"},
		"unknown":         {subsonictest.Quirks{}, "77", 404, "does not have that"},
		"away":            {subsonictest.Quirks{Away: true}, "1", 504, "cannot be reached"},
		"stalls at once":  {subsonictest.Quirks{StallAfter: 1}, "1", 504, "sends nothing"},
		"too large":       {subsonictest.Quirks{}, "2", 502, "larger than the cache"},
		"too large, lied": {subsonictest.Quirks{NoLength: true}, "2", 200, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := set(t, c.quirks, 600_000, 3<<20)
			g.run(StreamsConfig{Limit: 2 << 20, patience: time.Second})
			if name == "away" { // asked how, first
				g.Change(subsonictest.Quirks{})
				if _, err := g.client.Ping(t.Context()); err != nil {
					t.Fatal(err)
				}
				g.Change(c.quirks)
			}
			status, body, _, err := g.get(c.id, "")
			if c.text == "" && err == nil {
				t.Errorf("%d bytes without an error", len(body))
			}
			if status != c.status || !strings.Contains(string(body), c.text) {
				t.Errorf("status %d, %.80q, %v", status, body, err)
			}
			secretless(t, "the answer", string(body[:min(len(body), 1000)]))
		})
	}
}

func TestSongThatBreaksOffForGood(t *testing.T) {
	for name, q := range map[string]subsonictest.Quirks{
		"stalls":               {StallAfter: 300_000, NoRanges: true},
		"is shorter than said": {Lie: 1000},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := set(t, q, 600_000)
			g.run(StreamsConfig{patience: time.Second})
			began := time.Now()
			status, body, _, err := g.get("1", "")
			if status != 200 || err == nil || !bytes.HasPrefix(g.songs["1"], body) || len(body) < 300_000 {
				t.Errorf("status %d, %d bytes, %v", status, len(body), err)
			}
			if took := time.Since(began); took > 15*time.Second {
				t.Errorf("it took %v", took)
			}
			// The server is well again: what is missing is fetched, and no more.
			g.Change(subsonictest.Quirks{Lie: q.Lie})
			if q.Lie == 0 {
				g.want("1", "", 200, g.songs["1"])
				asked := g.Asked("stream")
				if last := asked[len(asked)-1].Range; !strings.HasPrefix(last, "bytes=300000-") {
					t.Errorf("asked for %q", last)
				}
			}
		})
	}
}

func TestStrangersGetNothing(t *testing.T) {
	g := set(t, subsonictest.Quirks{}, 1000)
	name, token := g.streams.Header()
	for what, change := range map[string]func(*http.Request){
		"no token":         func(r *http.Request) { r.Header.Del(name) },
		"another token":    func(r *http.Request) { r.Header.Set(name, token+"x") },
		"two tokens":       func(r *http.Request) { r.Header.Add(name, token) },
		"another host":     func(r *http.Request) { r.Host = "evil.example" },
		"another name":     func(r *http.Request) { r.Host = strings.Replace(r.URL.Host, "127.0.0.1", "localhost", 1) },
		"another method":   func(r *http.Request) { r.Method = http.MethodPost },
		"another number":   func(r *http.Request) { r.URL.Path = "/stream/99" },
		"another path":     func(r *http.Request) { r.URL.Path = "/stream/../1" },
		"the cache's name": func(r *http.Request) { r.URL.Path = "/" },
		"a query":          func(r *http.Request) { r.URL.RawQuery = "x" },
	} {
		status, body, header, err := g.get("1", "", change)
		if status < 400 || len(body) > 100 || err != nil || header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s: status %d, %d bytes, %v", what, status, len(body), err)
		}
	}
	if g.fetched() != 0 {
		t.Error("a song was fetched for a stranger")
	}
	at, _ := g.client.Location("1")
	if strings.Contains(at, token) || !strings.HasPrefix(at, "http://127.0.0.1:") {
		t.Errorf("the place is %s", at)
	}
	if again, _ := g.client.Location("1"); again != at {
		t.Errorf("the place is %s and %s", at, again)
	}
	if runtime.GOOS != "windows" {
		if info, err := os.Stat(g.dir); err != nil || info.Mode().Perm() != 0o700 {
			t.Errorf("the cache is %v, %v", info.Mode(), err)
		}
	}
}

func TestCacheIsBoundedAndOutlivesTheProgram(t *testing.T) {
	g := set(t, subsonictest.Quirks{}, 500_000, 500_000, 500_000, 500_000)
	end := g.run(StreamsConfig{Limit: 1_600_000})
	for _, id := range []string{"1", "2", "3", "1", "4"} { // 2 is the oldest then
		g.want(id, "", 200, g.songs[id])
	}
	if n := g.fetched(); n != 4 {
		t.Errorf("fetched %d times", n)
	}
	end()
	for name, content := range map[string]string{"0123456789abcdef0123456789abcdef.part": "half", "notes.txt": "mine"} {
		if err := os.WriteFile(filepath.Join(g.dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	g.run(StreamsConfig{Limit: 1_600_000})
	if names, err := os.ReadDir(g.dir); err != nil || len(names) != 4 {
		t.Errorf("the cache holds %v, %v", names, err)
	}
	for _, id := range []string{"1", "3", "4"} {
		g.want(id, "bytes=100000-", 206, g.songs[id][100_000:])
	}
	if n := g.fetched(); n != 4 {
		t.Errorf("fetched %d times after a new start", n-4)
	}
	g.want("2", "", 200, g.songs["2"])
	if n := g.fetched(); n != 5 {
		t.Errorf("the oldest was kept, or fetched %d times", n-4)
	}
}

func TestSongThatChangesOnTheServer(t *testing.T) {
	g := set(t, subsonictest.Quirks{StallAfter: 300_000, NoRanges: true}, 600_000)
	g.run(StreamsConfig{patience: time.Second})
	if _, body, _, err := g.get("1", ""); err == nil || len(body) != 300_000 {
		t.Fatalf("%d bytes, %v", len(body), err)
	}
	other := append(bytes.Clone(g.songs["1"][:200_000]), bytes.Repeat([]byte{1, 2, 3}, 50_000)...)
	if err := os.WriteFile(g.Songs()[0].File, other, 0o600); err != nil {
		t.Fatal(err)
	}
	g.Change(subsonictest.Quirks{})
	if _, body, _, err := g.get("1", ""); err == nil && !bytes.Equal(body, other) && !strings.Contains(string(body), "has changed") {
		t.Errorf("%d bytes of a song made of two", len(body))
	}
	g.want("1", "", 200, other)
}
