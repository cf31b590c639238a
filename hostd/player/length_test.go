//go:build unix

package player

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// lying are files by the length that they are said to have.
func lying(t *testing.T) map[string]time.Duration {
	t.Helper()
	const noise = "anoisesrc=d=6:a=0.1:r=44100"
	return map[string]time.Duration{
		tone(t, "longer.flac", 3*time.Second):  2 * time.Second,
		tone(t, "shorter.flac", 3*time.Second): time.Minute,
		// VBR without its table of contents, quiet at first: by its bit rate
		// then, mpv takes it for much longer.
		encoded(t, "vbr.mp3", "aevalsrc='if(lt(t,1),0,0.5*random(0))':s=44100:d=3", "-q:a", "0", "-write_xing", "0", "-id3v2_version", "0"): 20 * time.Second,
		half(t, encoded(t, "half.flac", noise, "-compression_level", "0")):                                                                  6 * time.Second,
		half(t, encoded(t, "half.ogg", noise)):                                                                                              6 * time.Second,
		half(t, encoded(t, "half.mp3", noise)):                                                                                              6 * time.Second,
		half(t, encoded(t, "half.wav", noise)):                                                                                              6 * time.Second,
	}
}

func encoded(t *testing.T, name, source string, args ...string) string {
	t.Helper()
	needs(t, "ffmpeg")
	path := filepath.Join(t.TempDir(), name)
	args = append(append([]string{"-v", "error", "-f", "lavfi", "-i", source}, args...), path)
	if out, err := exec.Command("ffmpeg", args...).CombinedOutput(); err != nil {
		t.Fatalf("make %s: %v: %s", name, err, out)
	}
	return path
}

// half cuts a file in two, whose head goes on speaking of the whole.
func half(t *testing.T, path string) string {
	t.Helper()
	info, err := os.Stat(path)
	if err == nil {
		err = os.Truncate(path, info.Size()/2)
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// Whatever a tag or a header says: the next song begins where the sound ends.
func TestTheRealEndCounts(t *testing.T) {
	t.Parallel()
	next := tone(t, "next.flac", shortTone)
	for path, said := range lying(t) {
		is := time.Duration(len(samples(t, path))) * time.Second / rate
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			m := nullMPV(t)
			l := listener{t, m}
			m.Want(Want{Item: "a", Path: path, Duration: said, Playing: true, Next: "b", NextPath: next, NextDuration: shortTone})
			began := l.next(Started, "a")
			end := l.next(Ended, "a")
			b := l.next(Started, "b")
			t.Logf("said to be %v, is %v: ended at %v after %v, next %v later", said, is, end.Position, end.At.Sub(began.At), b.At.Sub(end.At))
			if end.Reason != ReasonEOF {
				t.Errorf("ended with %+v", end)
			}
			near(t, "the time until its end", end.At.Sub(began.At), is, 300*time.Millisecond)
			near(t, "the position at its end", end.Position, is, 300*time.Millisecond)
			near(t, "the time until the next", b.At.Sub(end.At), 0, 100*time.Millisecond)
		})
	}
}
