//go:build linux

package mpris

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/godbus/dbus/v5"
)

// cover makes a picture of one colour.
func cover(t *testing.T, shade uint8) []byte {
	t.Helper()
	picture := image.NewGray(image.Rect(0, 0, 8, 8))
	for i := range picture.Pix {
		picture.Pix[i] = color.Gray{Y: shade}.Y
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, picture, nil); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// shows makes a function that gives a cover.
func shows(data []byte) func(context.Context) ([]byte, error) {
	return func(context.Context) ([]byte, error) { return data, nil }
}

// artURL is the cover's URL in what changed, or nothing.
func artURL(changed map[string]dbus.Variant) string {
	metadata, _ := changed["Metadata"].Value().(map[string]dbus.Variant)
	text, _ := metadata["mpris:artUrl"].Value().(string)
	return text
}

// opened reads what a URL of a file points to.
func opened(t *testing.T, text string) (data []byte, path string) {
	t.Helper()
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "file" || u.Host != "" {
		t.Fatalf("URL %q, %v", text, err)
	}
	data, err = os.ReadFile(u.Path)
	if err != nil {
		t.Fatal(err)
	}
	return data, u.Path
}

func TestCovers(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "Ünterwegs #1%20", "covers")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	old := filepath.Join(dir, "old.jpg")
	if err := os.WriteFile(old, []byte("left by another run"), 0o600); err != nil {
		t.Fatal(err)
	}
	mode := func(path string) fs.FileMode {
		t.Helper()
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		return info.Mode().Perm()
	}
	s := newStage(Now{})
	t.Run("served", func(t *testing.T) {
		d := serve(t, newCity(t), Config{Remote: s, Covers: dir}, ownName)
		if _, err := os.Stat(old); err == nil {
			t.Error("the cover of another run is still there")
		}
		if got := mode(dir); got != 0o700 {
			t.Errorf("the directory has mode %o", got)
		}
		play := func(item string, data []byte) string {
			t.Helper()
			s.set(func(now *Now) { *now = song(); now.ItemID, now.Position, now.Art = item, 0, shows(data) })
			if got := artURL(d.changes()); got != "" {
				t.Fatalf("the cover %q of the song before", got)
			}
			return artURL(d.changes())
		}
		var urls []string
		for i, shade := range []uint8{10, 60, 110, 160, 210} {
			u := play("q"+string(rune('a'+i)), cover(t, shade))
			data, path := opened(t, u)
			if !bytes.Equal(data, cover(t, shade)) {
				t.Error("another cover")
			}
			if got := mode(path); got != 0o600 {
				t.Errorf("the cover has mode %o", got)
			}
			urls = append(urls, u)
		}
		if again := play("qz", cover(t, 160)); again != urls[3] {
			t.Errorf("the same cover at %q and %q", again, urls[3])
		}
		left, err := os.ReadDir(dir)
		if err != nil || len(left) != keptCovers {
			t.Errorf("%d covers are kept, %v", len(left), err)
		}
	})
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("%d covers are left, %v", len(left), err)
	}
}

// TestBadCovers shows no cover, and everything else.
func TestBadCovers(t *testing.T) {
	huge := cover(t, 1)
	at := bytes.Index(huge, []byte{0xff, 0xc0})
	copy(huge[at+5:], []byte{0xff, 0xff, 0xff, 0xff}) // height and width
	for name, art := range map[string]func(context.Context) ([]byte, error){
		"no JPEG":    shows([]byte("<svg/>")),
		"nothing":    shows(nil),
		"long":       shows(append(cover(t, 1), make([]byte, maxCover)...)),
		"many":       shows(huge),
		"failing":    func(context.Context) ([]byte, error) { return nil, errors.New("gone") },
		"without it": nil,
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			now := song()
			now.Art = art
			refused := make(chan struct{}, 1)
			log := slog.New(slog.NewTextHandler(writer(func(line []byte) {
				if bytes.Contains(line, []byte("the desktop gets no cover")) {
					refused <- struct{}{}
				}
			}), &slog.HandlerOptions{Level: slog.LevelDebug}))
			s := newStage(now)
			d := serve(t, newCity(t), Config{Remote: s, Covers: dir, Log: log}, ownName)
			if art != nil {
				<-refused
			}
			s.set(func(now *Now) { now.Title = "Other" })
			changed := d.changes()
			if got := artURL(changed); got != "" || !strings.Contains(changed["Metadata"].String(), "Other") {
				t.Errorf("changed %v", changed)
			}
			d.heardNothing()
			if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
				t.Errorf("%d covers, %v", len(left), err)
			}
		})
	}
}

// TestLateCover changes the song while the cover of the one before is still fetched.
func TestLateCover(t *testing.T) {
	s := newStage(Now{})
	d := serve(t, newCity(t), Config{Remote: s, Covers: t.TempDir()}, ownName)
	asked, gone := make(chan struct{}), make(chan error, 1)
	s.set(func(now *Now) {
		*now = song()
		now.Position = 0
		now.Art = func(ctx context.Context) ([]byte, error) {
			close(asked)
			<-ctx.Done()
			gone <- ctx.Err()
			return cover(t, 1), nil
		}
	})
	<-asked
	d.changes()
	s.set(func(now *Now) { now.ItemID, now.Position, now.Art = "q-8", 0, shows(cover(t, 2)) })
	d.changes()
	if err := <-gone; !errors.Is(err, context.Canceled) {
		t.Errorf("the fetch of a cover that nobody wants any more ended with %v", err)
	}
	if data, _ := opened(t, artURL(d.changes())); !bytes.Equal(data, cover(t, 2)) {
		t.Error("the cover of the song before")
	}
	d.heardNothing()
}

// TestNoPlaceForCovers goes on without.
func TestNoPlaceForCovers(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	now := song()
	now.Art = shows(cover(t, 1))
	d := serve(t, newCity(t), Config{Remote: newStage(now), Covers: filepath.Join(file, "covers")}, ownName)
	if got := d.get(playerFace, "PlaybackStatus"); got != "Playing" {
		t.Errorf("PlaybackStatus %v", got)
	}
	d.heardNothing()
}

// TestHang has a cover that was on its way when its song ended.
func TestHang(t *testing.T) {
	v := newVisit(newDesk(Config{Covers: t.TempDir(), Log: slog.New(slog.DiscardHandler)}), nil)
	v.pictured = "q-8"
	if v.hang(picture{item: "q-7", data: cover(t, 1)}); v.cover != "" {
		t.Error("the cover of the song before")
	}
	if v.hang(picture{item: "q-8", data: cover(t, 1)}); v.cover == "" {
		t.Error("no cover")
	}
}

// TestKeptCovers keeps those that were shown last.
func TestKeptCovers(t *testing.T) {
	var c covers
	if err := c.open(t.TempDir()); err != nil {
		t.Fatal(err)
	}
	var last string
	for _, shade := range []uint8{50, 100, 150, 50, 200} {
		u, err := c.put(cover(t, shade))
		if err != nil {
			t.Fatal(err)
		}
		if shade == 50 {
			last = u
		}
	}
	if data, _ := opened(t, last); !bytes.Equal(data, cover(t, 50)) {
		t.Error("another cover")
	}
}
