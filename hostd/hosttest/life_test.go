package hosttest_test

import (
	"bytes"
	"context"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"soul-jam/hostd/hosttest"
	"soul-jam/hostd/library/librarytest"
	"soul-jam/shared/wire"
)

// ourGoroutines gives the stacks of those that run the host's code.
func ourGoroutines() (found []string) {
	all := make([]byte, 4<<20)
	all = all[:runtime.Stack(all, true)]
	ours := regexp.MustCompile(`soul-jam/hostd/(server|session|guest|api|store|player|library|lan|link)[/.]`)
	for stack := range strings.SplitSeq(string(all), "\n\n") {
		if ours.MatchString(stack) {
			found = append(found, stack)
		}
	}
	return found
}

// It does not run beside others: it counts goroutines.
func TestNothingOfTheHostOutlivesIt(t *testing.T) {
	w := hosttest.New(t, hosttest.Options{Music: []string{folder()}, Start: "Friday"})
	host, alice, stranger, gone := w.Host(), w.Join("Alice"), w.Guest(), w.Join("Gone")
	alice.Must(wire.AddTrack{TrackID: w.Track("Song 01")})
	gone.Drop()
	goodbye := make(chan struct{}, 3)
	for _, c := range []*hosttest.Client{host, alice, stranger} {
		go func() {
			c.ExpectClose(wire.CloseRestarting)
			goodbye <- struct{}{}
		}()
	}
	if err := w.Stop(); err != nil {
		t.Error(err)
	}
	for range 3 {
		<-goodbye
	}
	for deadline := time.Now().Add(10 * time.Second); ; {
		left := ourGoroutines()
		if len(left) == 0 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d goroutines are left, the first:\n%s", len(left), left[0])
		}
	}
}

func TestStoppingWhilePeopleCome(t *testing.T) {
	w := hosttest.New(t, hosttest.Options{Start: "Friday", MaxPerAddress: 1000})
	ctx, enough := context.WithCancel(t.Context())
	var people sync.WaitGroup
	came := make(chan struct{}, 8)
	for range 8 {
		people.Go(func() {
			for n := 0; ctx.Err() == nil; n++ {
				if c, _, err := websocket.Dial(ctx, w.LAN+"/ws/jam/"+w.Code, nil); err == nil { //nolint:bodyclose // the library closes it
					_ = c.Write(ctx, websocket.MessageText, []byte(`{"type":"join_request","display_name":"A"}`))
					_ = c.CloseNow()
				}
				if res, err := http.Get(w.LAN + "/api/jam/sessions/" + w.Code); err == nil {
					_ = res.Body.Close()
				}
				if n == 3 {
					came <- struct{}{}
				}
			}
		})
	}
	for range 8 {
		<-came
	}
	began := time.Now()
	if err := w.Stop(); err != nil {
		t.Error(err)
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("stopping took %v", took)
	}
	enough()
	people.Wait()
}

func TestMusicThatIsNoneIsSaidAndTheRestPlays(t *testing.T) {
	t.Parallel()
	music := t.TempDir()
	whole := librarytest.Tone(t, music, librarytest.File{Name: "good.flac", Title: "Good", Artist: "A", Seconds: 30})
	content, err := os.ReadFile(whole)
	if err != nil {
		t.Fatal(err)
	}
	for name, bad := range map[string][]byte{"empty.mp3": nil, "text.mp3": []byte("this is no music at all"), "zeros.ogg": make([]byte, 5000), "cut.flac": content[:20]} {
		if err := os.WriteFile(filepath.Join(music, name), bad, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	missing, file := filepath.Join(t.TempDir(), "not here"), filepath.Join(t.TempDir(), "no folder")
	if err := os.WriteFile(file, content, 0o644); err != nil {
		t.Fatal(err)
	}
	w := hosttest.New(t, hosttest.Options{Music: []string{music, missing, file}, Start: "Friday"})
	w.Host().Must(wire.AddTrack{TrackID: w.Track("Good")})
	said := func(st wire.ConsoleStatus) bool {
		warnings := strings.Join(st.Warnings, "\n")
		return strings.Contains(warnings, missing) && strings.Contains(warnings, file)
	}
	var st wire.ConsoleStatus
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); {
		if st = w.Status(); !st.Library.Scanning && st.Library.Broken == 4 && said(st) {
			break
		}
	}
	if st.Library.Broken != 4 || st.Library.Tracks != 1 || !said(st) {
		t.Errorf("the library is %+v, want 1 track, 4 broken files and a warning of each unusable folder: %v", st.Library, st.Warnings)
	}
	var broken wire.BrokenList
	w.Ask("GET", w.Console+"/api/console/broken", w.Token, "").Want(200).Into(&broken)
	names := map[string]bool{}
	for _, f := range broken.Files {
		names[filepath.Base(f.Path)] = f.Reason != ""
	}
	for _, name := range []string{"empty.mp3", "text.mp3", "zeros.ogg", "cut.flac"} {
		if !names[name] {
			t.Errorf("%s is not named with a reason: %+v", name, broken)
		}
	}
	w.Ask("GET", w.Console+"/api/console/broken", "", "").WantError(401, wire.CodeNotAuthorized)
	w.Ask("GET", w.LAN+"/api/console/broken", w.Token, "").Want(404)
}

func TestAnEmptyLibraryIsSaid(t *testing.T) {
	t.Parallel()
	w := hosttest.New(t, hosttest.Options{Music: []string{t.TempDir()}})
	for deadline := time.Now().Add(20 * time.Second); ; {
		if strings.Contains(strings.Join(w.Status().Warnings, "\n"), "here is no music yet") {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("warnings: %v", w.Status().Warnings)
		}
	}
}

// syncBuffer is a log that is read while it is written.
type syncBuffer struct {
	mu sync.Mutex // guards b
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

func TestNoSecretReachesLogMetricsOrOtherPeople(t *testing.T) {
	t.Parallel()
	var log syncBuffer
	w := hosttest.New(t, hosttest.Options{Music: []string{folder()}, Start: "Friday", Log: &log})
	host, alice, bob := w.Host(), w.Join("Alice"), w.Guest()
	key := "a-key-of-128-random-bits-or-more"
	bob.Join(wire.JoinRequest{DisplayName: "Bob", JoinKey: key})
	alice.Must(wire.AddTrack{TrackID: w.Track("Song 01")})
	next, _ := w.Return(alice)
	w.Ask("GET", w.LAN+"/api/jam/sessions/"+w.Code+"/search?q=s", bob.Resume, "").Want(200)
	w.Guest().Refused(wire.Resume{ResumeToken: "wrong-token-that-is-long"}, wire.CodeNotAuthorized)
	metrics := w.Ask("GET", w.Console+"/metrics", "", "").Want(200)
	secrets := map[string]string{"the host's token": w.Token, "a resume token": alice.Resume, "a newer one": next.Resume, "bob's": bob.Resume, "the host's resume token": host.Resume, "a join key": key}
	var others strings.Builder
	for _, m := range append(bob.Settled(), bob.Seen...) {
		others.Write(m.Raw)
	}
	if err := w.Stop(); err != nil {
		t.Error(err)
	}
	disk, err := os.ReadFile(filepath.Join(w.Data(), "jam.db"))
	if err != nil {
		t.Fatal(err)
	}
	for name, secret := range secrets {
		for where, text := range map[string]string{"the log": log.String(), "the metrics": string(metrics.Body), "the data file": string(disk)} {
			if strings.Contains(text, secret) {
				t.Errorf("%s is in %s", name, where)
			}
		}
		if name != "bob's" && strings.Contains(others.String(), secret) {
			t.Errorf("%s was told to bob", name)
		}
	}
	if strings.Contains(log.String(), w.Code) {
		t.Error("the share code is in the log")
	}
}
