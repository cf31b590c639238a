package hosttest_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"soul-jam/hostd/hosttest"
	"soul-jam/shared/wire"
)

// burst sends n commands without waiting for an answer, and counts what was done and what was refused with rate_limited.
func burst(t *testing.T, c *hosttest.Client, n int, command func(i int) wire.Command) (done, limited int, wait time.Duration) {
	t.Helper()
	name := fmt.Sprintf("burst-%d-", len(c.Seen))
	for i := range n {
		c.Send(command(i), fmt.Sprint(name, i))
	}
	for i := range n {
		_, refusal := c.Answer(fmt.Sprint(name, i))
		switch {
		case refusal == nil:
			done++
		case refusal.Code == wire.CodeRateLimited:
			limited++
			wait = time.Duration(refusal.RetryAfterMS) * time.Millisecond
			if refusal.Message != "Slow down! Try again in a moment" {
				t.Errorf("the sentence is %q", refusal.Message)
			}
		default:
			t.Errorf("command %d: %v", i, refusal)
		}
	}
	return done, limited, wait
}

func TestAddingTooFastIsLimitedAndANewConnectionDoesNotHelp(t *testing.T) {
	w := jam(t)
	alice := w.Join("Alice")
	tracks := w.Tracks(hosttest.Songs)
	began := time.Now()
	done, limited, wait := burst(t, alice, len(tracks), func(i int) wire.Command { return wire.AddTrack{TrackID: tracks[i]} })
	most := 10 + int(time.Since(began)/(3*time.Second)) // one more every 3 s, on a slow machine
	if done < 10 || done > most || done+limited != len(tracks) {
		t.Errorf("%d added, %d refused of %d at once; want 10", done, limited, len(tracks))
	}
	if wait <= 0 || wait > 3001*time.Millisecond {
		t.Errorf("retry_after_ms is %v, want up to 3 s", wait)
	}
	next, _ := w.Return(alice)
	unadded := tracks[len(tracks)-1]
	if time.Since(began) < 3*time.Second {
		next.Refused(wire.AddTrack{TrackID: unadded}, wire.CodeRateLimited)
	}
	// Adding has a rate of its own, and so has everybody.
	next.Must(wire.Search{Q: "song"})
	w.Join("Bob").Must(wire.AddTrack{TrackID: unadded})
}

func TestEverythingElseTooFastIsLimited(t *testing.T) {
	w := jam(t)
	for what, command := range map[string]wire.Command{"ping": wire.Ping{}, "search": wire.Search{Q: "s"}} {
		c := w.Join("Alice")
		began := time.Now()
		done, limited, wait := burst(t, c, 40, func(int) wire.Command { return command })
		most := 20 + 1 + int(time.Since(began)/(200*time.Millisecond))
		if done < 20 || done > most || done+limited != 40 {
			t.Errorf("%s: %d done, %d refused of 40 at once; want 20", what, done, limited)
		}
		if limited > 0 && (wait <= 0 || wait > 201*time.Millisecond) {
			t.Errorf("%s: retry_after_ms is %v, want up to 200 ms", what, wait)
		}
		c.Send(wire.Leave{}, "out") // leaving is always heard
		if _, refusal := c.Answer("out"); refusal != nil {
			t.Errorf("leave: %v", refusal)
		}
	}
}

func TestBadMessagesCountToo(t *testing.T) {
	w := jam(t)
	c := w.Join("Alice")
	for range 40 {
		c.SendRaw("nonsense")
	}
	limited := 0
	for range 40 {
		if m := c.Expect("error"); strings.Contains(string(m.Raw), "rate_limited") {
			limited++
		}
	}
	if limited == 0 {
		t.Error("nonsense is not limited")
	}
}

func TestTheHostIsNotLimited(t *testing.T) {
	w := jam(t)
	host := w.Host()
	tracks := w.Tracks(hosttest.Songs)
	done, limited, _ := burst(t, host, len(tracks), func(i int) wire.Command { return wire.AddTrack{TrackID: tracks[i]} })
	if done != len(tracks) || limited != 0 {
		t.Errorf("%d added, %d refused", done, limited)
	}
	if done, _, _ := burst(t, host, 100, func(i int) wire.Command { return wire.SetVolume{Volume: i % 50} }); done != 100 {
		t.Errorf("%d of 100 done", done)
	}
}

func TestClockSearchAndCover(t *testing.T) {
	w := jam(t)
	alice := w.Join("Alice")
	w.Track("Song 07")
	var one, two wire.Pong
	alice.Must(wire.Ping{T0: 12.25})
	last(t, alice, "pong").Into(t, &one)
	alice.Must(wire.Ping{T0: 13})
	last(t, alice, "pong").Into(t, &two)
	if one.T0 != 12.25 || two.T0 != 13 || two.T1 < one.T1 || time.Since(time.UnixMilli(one.T1)).Abs() > time.Minute {
		t.Errorf("pongs %+v and %+v", one, two)
	}
	alice.Send(wire.Search{Q: "song 07"}, "find")
	if _, refusal := alice.Answer("find"); refusal != nil {
		t.Fatal(refusal)
	}
	var results wire.SearchResults
	last(t, alice, "search_results").Into(t, &results)
	if results.ID != "find" || results.Q != "song 07" || len(results.Tracks) == 0 || results.Tracks[0].Title != "Song 07" ||
		results.Tracks[0].Artist != "The Tones" || results.Tracks[0].DurationMS/1000 != hosttest.FirstLength+6 {
		t.Errorf("results %+v", results)
	}
	alice.Must(wire.Search{Q: strings.Repeat("ü", 200)})
	if m := last(t, alice, "search_results"); !strings.Contains(string(m.Raw), `"tracks":[]`) {
		t.Errorf("nothing found is %s", m.Raw)
	}
	alice.Must(wire.Search{Q: "song", Limit: 3})
	last(t, alice, "search_results").Into(t, &results)
	if len(results.Tracks) != 3 {
		t.Errorf("limit 3 gives %d", len(results.Tracks))
	}
	alice.Refused(wire.Art{TrackID: w.Track("Song 07")}, wire.CodeTrackNotFound) // it has none
}

func last(t *testing.T, c *hosttest.Client, kind string) hosttest.Message {
	t.Helper()
	for i := len(c.Seen) - 1; i >= 0; i-- {
		if c.Seen[i].Type == kind {
			return c.Seen[i]
		}
	}
	t.Fatalf("no %s was read", kind)
	return hosttest.Message{}
}

func TestTooManyThatHaveNotJoined(t *testing.T) {
	t.Parallel()
	w := hosttest.New(t, hosttest.Options{Music: []string{folder()}, Start: "Friday", MaxPerAddress: 3})
	strangers := []*hosttest.Client{w.Guest(), w.Guest(), w.Dial(w.Console, w.Code)} // both faces count together
	for _, face := range []string{w.LAN, w.Console} {
		if _, status, err := w.TryDial(face, w.Code); err == nil || status != 429 {
			t.Fatalf("the fourth: %v, %v; want 429", status, err)
		}
	}
	// One that joins makes room, and so does one that goes.
	strangers[0].Join(wire.JoinRequest{DisplayName: "Alice"})
	strangers[0].Must(wire.Ping{}) // its join has been counted when it is heard again
	w.Guest()
	if _, _, err := w.TryDial(w.LAN, w.Code); err == nil {
		t.Fatal("the one that joined has made room for two")
	}
	strangers[1].Drop()
	for deadline := time.Now().Add(10 * time.Second); ; {
		if _, _, err := w.TryDial(w.LAN, w.Code); err == nil {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("a connection that went still counts")
		}
	}
}
