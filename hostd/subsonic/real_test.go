//go:build unix && realserver

package subsonic

import (
	"bytes"
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"soul-jam/hostd/library/librarytest"
	"soul-jam/shared/identity"
)

// A real server, Supysonic as Debian has it, by .ci/subsonic: REAL_SUBSONIC names a folder, which keeps the unpacked
// packages. It is no part of the usual tests because it needs Debian's mirror.
func TestRealServer(t *testing.T) {
	dir := os.Getenv("REAL_SUBSONIC")
	if dir == "" {
		t.Fatal("REAL_SUBSONIC names no folder for a real server: testdata/supysonic.sh says what it does")
	}
	music := t.TempDir()
	for _, name := range []string{"Song A.flac", "Song B.mp3", "Song C.ogg", "Søng Д.flac"} {
		title := strings.TrimSuffix(name, filepath.Ext(name))
		librarytest.Tone(t, music, librarytest.File{Name: "album/" + name, Title: title, Artist: "Artist", Album: "Album", Seconds: 7, Args: []string{"-metadata", "genre=Jazz", "-metadata", "date=1999"}})
	}
	if err := os.WriteFile(filepath.Join(music, "album", "cover.jpg"), librarytest.PNG(t, 50, 50), 0o600); err != nil {
		t.Fatal(err)
	}
	url := startReal(t, dir, music)
	streams, err := OpenStreams(StreamsConfig{Dir: filepath.Join(t.TempDir(), "streams")})
	if err != nil {
		t.Fatal(err)
	}
	g := &stage{t: t, streams: streams}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() { _ = streams.Run(ctx) }()
	g.client, _ = client(t, url, func(c *Config) { c.Streams = streams })
	about, err := g.client.Ping(t.Context())
	t.Logf("%+v, %+v, %v", about, g.client.known, err)
	if err != nil {
		t.Fatal(err)
	}
	songs := listed(t, g.client)
	if len(songs) != 4 {
		t.Errorf("%d songs: %+v", len(songs), songs)
	}
	for _, s := range songs {
		if s.Title == "" || s.Artist != "Artist" || s.Album != "Album" || s.Duration < 6*time.Second || s.Added.IsZero() {
			t.Errorf("listed %+v", s)
		}
		found, err := filepath.Glob(filepath.Join(music, "album", s.Title+".*"))
		if err != nil || len(found) != 1 {
			t.Fatal(found, err)
		}
		file, err := os.ReadFile(found[0])
		if err != nil {
			t.Fatal(err)
		}
		g.want(s.ID, "bytes=1000-", 206, file[1000:])
		g.want(s.ID, "", 200, file)
		cover, err := g.client.Cover(t.Context(), s.CoverID)
		t.Logf("%s: %+v; cover of %d bytes, %v", s.Title, s, len(cover), err)
	}
	lists, err := g.client.Playlists(t.Context())
	t.Logf("playlists %v, %v", lists, err)
	if err != nil {
		t.Error(err)
	}
	wrong, _ := client(t, url, func(c *Config) { c.Password = identity.Keep("open sesame, wrong") })
	_, err = wrong.Ping(t.Context())
	wantFailure(t, err, Refused, "does not know this user")
	status, body, _, _ := g.get("00000000-0000-0000-0000-000000000000", "")
	t.Logf("a song that is not there: status %d, %s", status, bytes.TrimSpace(body))
	if status != 404 {
		t.Errorf("status %d for a song that is not there", status)
	}
	m := startMPV(t, "--ao=null")
	g.load(m, songs[0].ID, "replace")
	m.await("playback-restart")
	m.do("seek", 5, "absolute+exact")
	m.await("playback-restart")
	if at, _ := m.do("get_property", "time-pos").(float64); at < 4.97 || at > 5.03 {
		t.Errorf("sought 5 s, and is at %v", at)
	}
}

// startReal starts the server and waits until it answers.
func startReal(t *testing.T, dir, music string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	_ = l.Close()
	_, port, _ := net.SplitHostPort(address)
	if err := os.RemoveAll(filepath.Join(dir, "home")); err != nil { // what it knew last time
		t.Fatal(err)
	}
	ctx, end := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, "testdata/supysonic.sh", dir, music, port)
	cmd.Stdin = strings.NewReader(testPassword + "\n")
	out := &bytes.Buffer{}
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	over := make(chan error, 1)
	go func() { over <- cmd.Wait() }()
	t.Cleanup(func() {
		end()
		<-over
	})
	for tries := time.NewTicker(200 * time.Millisecond); ; {
		select {
		case err := <-over:
			over <- err
			t.Fatalf("the real server does not run: %v\n%s", err, out)
		case <-tries.C:
		}
		if conn, err := net.Dial("tcp", address); err == nil {
			_ = conn.Close()
			return "http://" + address
		}
	}
}
