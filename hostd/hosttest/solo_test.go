package hosttest_test

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"soul-jam/hostd/hosttest"
	"soul-jam/shared/wire"
	"soul-jam/signaling/client"
)

// solo is a world with music in which the console has begun to play.
func solo(t *testing.T, o hosttest.Options) (*hosttest.World, *hosttest.Client) {
	t.Helper()
	o.Music = []string{folder()}
	w := hosttest.New(t, o)
	w.Solo()
	return w, w.Host()
}

// queueOf is what a page that joins now finds.
func queueOf(t *testing.T, c *hosttest.Client) wire.JamSession {
	t.Helper()
	var joined wire.Joined
	c.Last("joined").Into(t, &joined)
	return joined.Session
}

func TestTheConsolePlaysBeforeAnyJam(t *testing.T) {
	t.Parallel()
	w, host := solo(t, hosttest.Options{})
	tracks := w.Tracks(3)
	for _, track := range tracks {
		host.Must(wire.AddTrack{TrackID: track})
	}
	host.Must(wire.Seek{PositionMS: 1000})
	host.Must(wire.Pause{})
	host.Must(wire.SetVolume{Volume: 20})
	host.Must(wire.Search{Q: "song"})
	host.Must(wire.Play{})
	host.Must(wire.Skip{})
	host.Refused(wire.Chat{Message: "hello"}, wire.CodeNotAuthorized)
	host.Refused(wire.React{Emoji: "🎉"}, wire.CodeNotAuthorized)
	again := w.Dial(w.Console, w.Code)
	again.TakeUp(host.Resume, nil)
	if s := queueOf(t, again); s.CurrentIndex != 1 || len(s.Queue) != 3 || s.Playback.Volume != 20 || len(s.Participants) != 1 {
		t.Errorf("the console finds %+v", s)
	}
	st := w.Status()
	if st.Jam != nil || st.Solo == nil || st.Solo.ShareCode != w.Code {
		t.Errorf("status has the jam %+v and solo %+v", st.Jam, st.Solo)
	}
	var rows wire.HistoryList
	if w.Ask("GET", w.Console+"/api/jam/history", w.Token, "").Want(200).Into(&rows); len(rows.Sessions) != 0 {
		t.Errorf("history has %+v", rows)
	}
	w.Ask("POST", w.LAN+"/api/console/solo", w.Token, "").Want(404)
	w.Ask("POST", w.Console+"/api/console/solo", "", "").WantError(401, wire.CodeNotAuthorized)
}

// What nobody may know of looks like what there is not, on every door.
func TestNobodyElseFindsWhatTheConsolePlays(t *testing.T) {
	t.Parallel()
	s := hosttest.NewSoul(t)
	w, host := solo(t, hosttest.Options{Relay: s.URL, Natives: true})
	track := w.Track("Song 01")
	host.Must(wire.AddTrack{TrackID: track})
	paths := []string{"", "/search?q=song", "/art/" + track, "/art/current", "/qr.svg", "/introduction"}
	for _, face := range []string{w.LAN, w.Console} {
		for _, path := range paths {
			own := face == w.Console && (strings.HasPrefix(path, "/search") || path == "/art/"+track)
			for _, token := range []string{"", w.Token, host.Resume} {
				ask := func(code string) hosttest.Answer {
					return w.Ask("GET", face+"/api/jam/sessions/"+code+path, token, "")
				}
				unknown, malformed := ask("HQRS-2K4M").WantError(404, wire.CodeSessionNotFound), ask("x").WantError(404, wire.CodeSessionNotFound)
				if own && token != "" {
					if got := ask(w.Code); got.Status == 401 || strings.Contains(string(got.Body), "session_not_found") {
						t.Errorf("the console itself gets %d %s for %s", got.Status, got.Body, path)
					}
					continue
				}
				if own {
					ask(w.Code).WantError(401, wire.CodeNotAuthorized)
					continue
				}
				got := ask(w.Code).WantError(404, wire.CodeSessionNotFound)
				if string(got.Body) != string(unknown.Body) || string(got.Body) != string(malformed.Body) {
					t.Errorf("%s: %s, %s and %s", path, got.Body, unknown.Body, malformed.Body)
				}
			}
		}
	}
	w.Ask("DELETE", w.Console+"/api/jam/sessions/"+w.Code, w.Token, "").WantError(404, wire.CodeSessionNotFound)

	for _, code := range []string{w.Code, "HQRS-2K4M", "x"} {
		c := w.Dial(w.LAN, code)
		if told := c.ExpectClose(wire.CloseNotFound); len(told) != 2 || told[0].Type != "error" {
			t.Errorf("%s on the LAN: %v", code, told)
		}
	}
	for _, first := range []wire.Command{wire.JoinRequest{DisplayName: "Eve"}, wire.JoinRequest{UserToken: "guessed"}, wire.Watch{}} {
		c := w.Dial(w.Console, w.Code)
		c.Send(first, "")
		c.ExpectClose(wire.CloseNotFound)
	}
	w.Dial(w.Console, w.Code).Refused(wire.Resume{ResumeToken: "guessed"}, wire.CodeNotAuthorized)

	at, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	if _, err := client.Join(ctx, at, w.Code, http.DefaultClient); err == nil {
		t.Error("the soul-server knows it")
	}
	w.Ask("GET", s.URL+"/api/jam/sessions/"+w.Code+"/introduction", "", "").Want(404)
}

func TestStartTakesTheMusicAlong(t *testing.T) {
	t.Parallel()
	w, host := solo(t, hosttest.Options{})
	for _, track := range w.Tracks(3) {
		host.Must(wire.AddTrack{TrackID: track})
	}
	host.Must(wire.SetVolume{Volume: 33})
	host.Must(wire.Seek{PositionMS: 60_000})
	page := w.Dial(w.Console, w.Code)
	page.TakeUp(host.Resume, nil)
	before := queueOf(t, page)
	w.Begin(`{"name":"Friday"}`)
	told := page.ExpectClose(wire.CloseEnded)
	var ended wire.SessionEnded
	told[0].Into(t, &ended)
	if told[0].Type != "session_ended" || ended.FollowedBy != w.Code || ended.Recap != nil {
		t.Errorf("the page is told %s", told[0].Raw)
	}
	there := w.Dial(w.Console, ended.FollowedBy)
	after := there.Join(wire.JoinRequest{UserToken: w.Token}).Session
	ids := func(s wire.JamSession) (ids []string) {
		for _, item := range s.Queue {
			ids = append(ids, item.ID)
			if item.AddedBy == nil || *item.AddedBy != s.Participants[0].ID {
				t.Errorf("%s is added by %v", item.TrackInfo.Title, item.AddedBy)
			}
		}
		return ids
	}
	if !slices.Equal(ids(before), ids(after)) || after.CurrentIndex != 0 || after.Playback.Volume != 33 || !after.Playback.Playing || after.Playback.PositionMS < 60_000 || *after.Settings.Name != "Friday" {
		t.Errorf("the page had\n%+v, and now has\n%+v", before, after)
	}
	alice := w.Join("Alice")
	alice.Must(wire.AddTrack{TrackID: w.Track("Song 04")})
	alice.Must(wire.VoteSkip{})
	if st := w.Status(); st.Solo != nil || st.Jam == nil || st.Jam.ShareCode != w.Code {
		t.Errorf("status has %+v and %+v", st.Jam, st.Solo)
	}
	w.Ask("POST", w.Console+"/api/console/solo", w.Token, "").WantError(409, wire.CodeAlreadyActive)
	there.Must(wire.EndSession{})
	w.Solo()
	if s := w.Host().Seen; len(s) == 0 {
		t.Error("there is no next solo session")
	}
}

func TestSoloSurvivesARestart(t *testing.T) {
	t.Parallel()
	w, host := solo(t, hosttest.Options{})
	for _, track := range w.Tracks(2) {
		host.Must(wire.AddTrack{TrackID: track})
	}
	code := w.Code
	w.Restart()
	if w.Code != code || w.Status().Jam != nil {
		t.Fatalf("there is %q, not %q", w.Code, code)
	}
	back := w.Dial(w.Console, code)
	back.TakeUp(host.Resume, nil)
	if s := queueOf(t, back); len(s.Queue) != 2 || s.CurrentIndex != 0 || !s.Playback.Playing {
		t.Errorf("it has %+v", s)
	}
}

func TestTheOutputsOfAHostWithoutSound(t *testing.T) {
	w := jam(t)
	var list wire.OutputList
	if w.Ask("GET", w.Console+"/api/console/outputs", w.Token, "").Want(200).Into(&list); list.Outputs == nil || len(list.Outputs) != 0 || list.Chosen != "" {
		t.Errorf("%+v", list)
	}
	w.Ask("PUT", w.Console+"/api/console/output", w.Token, `{"name":"pulse/cellar"}`).Want(404)
	w.Ask("PUT", w.Console+"/api/console/output", w.Token, `{"name":"`+strings.Repeat("x", 1001)+`"}`).Want(400)
	w.Ask("PUT", w.Console+"/api/console/output", w.Token, ``).Want(400)
	w.Ask("PUT", w.Console+"/api/console/output", w.Token, `{"name":""}`).Want(200)
	w.Ask("PUT", w.Console+"/api/console/output", "", `{"name":""}`).Want(401)
	w.Ask("PUT", w.LAN+"/api/console/output", w.Token, `{"name":""}`).Want(404)
}
