package library

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"soul-jam/hostd/library/librarytest"
)

// TestPlaylistFiles: every way to write a path, and nothing that leads out.
func TestPlaylistFiles(t *testing.T) {
	t.Parallel()
	dir, other, outside := t.TempDir(), t.TempDir(), t.TempDir()
	for i, name := range []string{"rock/a.mp3", "rock/sub dir/b 100%.mp3", "c.mp3", "rock/é.mp3"} {
		librarytest.Tone(t, dir, librarytest.File{Name: name, Title: "Song " + string(rune('A'+i)), Seconds: float64(i + 1)})
	}
	elsewhere := librarytest.Tone(t, other, librarytest.File{Name: "d.mp3", Title: "Song E", Seconds: 6})
	secret := librarytest.Tone(t, outside, librarytest.File{Name: "secret.mp3", Title: "Secret"})
	rel, err := filepath.Rel(filepath.Join(dir, "rock"), secret)
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "rock", "My List.m3u8"), []byte("\xEF\xBB\xBF#EXTM3U\r\n#EXTINF:1,Artist - Title\r\na.mp3\r\nsub dir\\b 100%.mp3\r\n../c.mp3\r\n"+
		"file://"+filepath.Join(dir, "rock")+"/sub%20dir/b%20100%25.mp3\r\n"+elsewhere+"\r\nfile://localhost"+elsewhere+"\r\n"+
		"http://example.org/x.mp3\r\nfile://example.org"+elsewhere+"\r\n"+secret+"\r\n"+rel+"\r\n../../../../etc/passwd\r\n/dev/zero\r\n.\r\nsub dir\r\nMy List.m3u8\r\nmissing.mp3\r\n"+
		"\x00\r\n"+strings.Repeat("x", 5000)+"\r\n\r\n   a.mp3   "))
	write(t, filepath.Join(dir, "old.M3U"), []byte("#PLAYLIST: Old  one \rrock/\xe9.mp3\rrock\\a.mp3"))
	write(t, filepath.Join(dir, "big.m3u"), []byte(strings.Repeat("c.mp3\n", 1<<20/6+1)))
	write(t, filepath.Join(dir, "many.m3u"), []byte(strings.Repeat("c.mp3\n", 20_000)))
	write(t, filepath.Join(dir, "empty.m3u"), nil)
	if err := os.Symlink(filepath.Join(outside, "secret.m3u"), filepath.Join(dir, "link.m3u")); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(outside, "secret.m3u"), []byte("secret.mp3"))
	l, stop := start(t, Config{Dirs: []string{dir, other}})
	await(t, l, "5 tracks and the lists", func() bool { return idle(l, 5)() && len(l.Playlists()) == 4 })
	titlesOf := func(name string) (titles []string, from string) {
		for _, p := range l.Playlists() {
			if p.Name == name {
				_, songs, _ := l.Playlist(p.ID)
				for _, s := range songs {
					titles = append(titles, strings.TrimPrefix(s.Title, "Song "))
				}
				return titles, p.From
			}
		}
		t.Fatalf("no list %q in %+v", name, l.Playlists())
		return nil, ""
	}
	if got, from := titlesOf("My List"); strings.Join(got, "") != "ABCBEEA" || from != filepath.Join(dir, "rock") {
		t.Errorf("My List from %s holds %v", from, got)
	}
	if got, _ := titlesOf("Old one"); strings.Join(got, "") != "DA" {
		t.Errorf("the old list holds %v", got)
	}
	if got, _ := titlesOf("many"); len(got) != maxPlaylistEntries {
		t.Errorf("many holds %d", len(got))
	}
	if got, _ := titlesOf("empty"); len(got) != 0 {
		t.Errorf("empty holds %v", got)
	}
	if err := os.Remove(filepath.Join(dir, "c.mp3")); err != nil {
		t.Fatal(err)
	}
	await(t, l, "C left the list", func() bool { got, _ := titlesOf("My List"); return strings.Join(got, "") == "ABBEEA" })
	write(t, filepath.Join(dir, "empty.m3u"), []byte("\xEF\xBB\xBFrock/a.mp3"))
	await(t, l, "the list has changed", func() bool { got, _ := titlesOf("empty"); return len(got) == 1 })
	if err := os.Remove(filepath.Join(dir, "old.M3U")); err != nil {
		t.Fatal(err)
	}
	await(t, l, "a list has gone", func() bool { return len(l.Playlists()) == 3 })
	if _, _, ok := l.Playlist("../x"); ok {
		t.Error("a list by a path")
	}
	stop()
}

// FuzzM3U: whatever a playlist holds, it names nothing outside the music folders.
func FuzzM3U(f *testing.F) {
	for _, s := range []string{"#EXTM3U\na.mp3\n", "\xEF\xBB\xBFC:\\Music\\a.mp3\r\n..\\..\\x", "file:///music/a%20b.mp3\nFILE:a", "http://x/\n#PLAYLIST:x", "/music/../etc/passwd\n//x\n/music2/a", "a/../../b\n\xff\\\xfe"} {
		f.Add([]byte(s))
	}
	dirs := []string{"/music", "/mnt/more"}
	f.Fuzz(func(t *testing.T, b []byte) {
		m := parseM3U(b)
		if len(m.entries) > maxPlaylistEntries || m.name != cleanText(m.name) {
			t.Errorf("%d entries, name %q", len(m.entries), m.name)
		}
		for _, e := range m.entries {
			if len(e) > 2*maxEntryBytes || strings.ContainsRune(e, 0) {
				t.Errorf("entry %q", e)
			}
			for i, r := range readings(e) {
				if i > 0 && utf8.ValidString(e) && r == e {
					t.Errorf("%q is read twice", e)
				}
				k, ok := entryKey(dirs, pathKey{"/music", "lists/a.m3u"}, r)
				if ok && (!slices.Contains(dirs, k.dir) || !filepath.IsLocal(filepath.FromSlash(k.rel))) {
					t.Errorf("%q leads to %+v", e, k)
				}
			}
		}
	})
}
