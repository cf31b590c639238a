package player

import (
	"archive/zip"
	"bytes"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// What lies in a music folder may make mpv open nothing but itself.
func TestHostileFilesAreOnlyBroken(t *testing.T) {
	t.Parallel()
	listening, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	called := make(chan struct{})
	go func() {
		if conn, err := listening.Accept(); err == nil {
			conn.Close()
			close(called)
		}
	}()
	defer listening.Close()
	good := tone(t, "good.flac", shortTone)
	url := "http://" + listening.Addr().String() + "/x.mp3"
	dir := t.TempDir()
	for name, content := range hostileFiles(t, good, url) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "album.flac"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Link(good, filepath.Join(dir, "album.flac", "1.flac")); err != nil {
		t.Fatal(err)
	}
	m := nullMPV(t)
	l := listener{t, m}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		m.Want(Want{Item: e.Name(), Path: filepath.Join(dir, e.Name()), Playing: true})
		if r := l.next(Ended, e.Name()); r.Reason != ReasonError || errors.Is(r.Err, errPlaylist) {
			t.Errorf("%s ended with %+v", e.Name(), r)
		}
	}
	// Nothing but an absolute path, or an address of hostd's own, gets as far as mpv.
	for _, path := range []string{strings.Replace(url, "http", "https", 1), "edl://" + url, "edl://" + good, "hex://00", "good.flac", "-", "--pause", "", good + "\x00"} {
		m.Want(Want{Item: path + "!", Path: path, Playing: true})
		if r := l.next(Ended, path+"!"); r.Reason != ReasonError {
			t.Errorf("%q ended with %+v", path, r)
		}
	}
	select {
	case <-called:
		t.Error("a file made mpv call an address")
	default:
	}
}

// hostileFiles are contents by name that lead to good and to url.
func hostileFiles(t *testing.T, good, url string) map[string]string {
	return map[string]string{
		"list.mp3":   "#EXTM3U\n" + good + "\n" + url + "\n",
		"hls.mp3":    "#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\nfile://" + good + "\n#EXTINF:3,\n" + url + "\n#EXT-X-ENDLIST\n",
		"edl.flac":   "# mpv EDL v0\n" + good + ",0,2\n" + url + "\n",
		"concat.ogg": "ffconcat version 1.0\nfile '" + good + "'\n",
		"sheet.cue":  "FILE \"" + good + "\" WAVE\n  TRACK 01 AUDIO\n    INDEX 01 00:00:00\n",
		"list.pls":   "[playlist]\nFile1=" + url + "\nNumberOfEntries=1\n",
		"zip.mp3":    zipOf(t, good),
		"empty.mp3":  "",
		"noise.mp3":  strings.Repeat("noise ", 9999),
	}
}

func zipOf(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.CreateHeader(&zip.FileHeader{Name: "in.flac"})
	if err == nil {
		_, err = w.Write(content)
	}
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Names that look like addresses, options, JSON, or no text at all are names.
func TestFileNamesAreTakenLiterally(t *testing.T) {
	t.Parallel()
	good := tone(t, "good.flac", shortTone)
	m := nullMPV(t)
	l := listener{t, m}
	for _, name := range []string{
		"http:__x?y=%41#z.flac", "--pause=yes.flac", `a"b\c.flac`, "new\nline\t.flac", "not\xff\xfeutf8.flac", "日本.flac", "a%4%b;c,d.flac",
	} {
		path := filepath.Join(t.TempDir(), name)
		if err := os.Link(good, path); err != nil {
			t.Fatal(err)
		}
		m.Want(Want{Item: name, Path: path, Playing: true})
		l.next(Started, name)
	}
}

// fakeMPV is the other end of a connection to the deck.
func fakeMPV(t *testing.T) (*ipc, net.Conn) {
	ours, theirs := net.Pipe()
	c := newIPC(ours, t.Context().Done())
	t.Cleanup(c.close)
	t.Cleanup(func() { theirs.Close() })
	return c, theirs
}

func TestLinesFromMPVAreBounded(t *testing.T) {
	c, mpv := fakeMPV(t)
	go mpv.Write([]byte(`{"event":"` + strings.Repeat("x", maxLine) + "\"}\n"))
	if m, ok := <-c.lines; ok {
		t.Errorf("took in %.50v…", m)
	}
}

func TestCallGivesUpInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ours, theirs := net.Pipe()
		c := newIPC(ours, nil)
		defer c.close()
		go func() {
			theirs.Read(make([]byte, 999))
			theirs.Write([]byte("{\"event\":\"idle\"}\n"))
		}()
		began := time.Now()
		if _, err := c.call(listCommand("stop")); !errors.Is(err, errNoReply) {
			t.Errorf("call says %v", err)
		}
		if d := time.Since(began); d != callLimit {
			t.Errorf("after %v", d)
		}
		if m, ok := c.next(); !ok || m.Event != "idle" {
			t.Error("the event that came meanwhile is lost")
		}
	})
}

func FuzzDecodeMessage(f *testing.F) {
	f.Add([]byte(`{"data":{"playlist_entry_id":1},"request_id":1,"error":"success"}`))
	f.Add([]byte(`{"event":"end-file","reason":"error","playlist_entry_id":3,"file_error":"loading failed"}`))
	f.Add([]byte(`{"event":"property-change","id":1,"name":"time-pos","data":-1e300}`))
	f.Fuzz(func(t *testing.T, line []byte) {
		m, err := decodeMessage(line)
		if err != nil {
			return
		}
		if at, ok := seconds(m.Data); ok && (at < -1e6*time.Second || at > 1e6*time.Second) {
			t.Errorf("a position of %v", at)
		}
	})
}

func FuzzAppendQuoted(f *testing.F) {
	f.Add("a\"b\\c\n\x00\xff")
	f.Fuzz(func(t *testing.T, s string) {
		q := appendQuoted(nil, s)
		if bytes.ContainsAny(q, "\n\r\x00") || q[0] != '"' || q[len(q)-1] != '"' {
			t.Errorf("%q becomes %q", s, q)
		}
		if got := unquote(q[1 : len(q)-1]); got != s {
			t.Errorf("%q comes back as %q", s, got)
		}
	})
}

// unquote reads what appendQuoted writes, byte by byte as mpv does.
func unquote(b []byte) string {
	var out []byte
	for i := 0; i < len(b); i++ {
		switch {
		case b[i] == '"':
			return "an open quote"
		case b[i] != '\\':
			out = append(out, b[i])
		case b[i+1] == 'u':
			out = append(out, byte(strings.Index("0123456789abcdef", string(b[i+4]))<<4|strings.Index("0123456789abcdef", string(b[i+5]))))
			i += 5
		default:
			i++
			out = append(out, b[i])
		}
	}
	return string(out)
}
