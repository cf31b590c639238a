package hosttest_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"soul-jam/hostd/hosttest"
	"soul-jam/hostd/library/librarytest"
	"soul-jam/hostd/store"
	"soul-jam/shared/wire"
)

// shelves is a world with songs Party 1, Party 2 in one folder, Secret in another, and a playlist of all.
func shelves(t *testing.T, o hosttest.Options) (w *hosttest.World, music string) {
	t.Helper()
	t.Parallel()
	music = t.TempDir()
	for i, name := range []string{"party/1.flac", "party/2.flac", "own/secret.flac"} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(music, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		title, artist := []string{"Party 1", "Party 2", "Secret"}[i], []string{"The Hosts", "The Guests", "The Diary"}[i]
		librarytest.Tone(t, music, librarytest.File{Name: name, Title: title, Artist: artist, Seconds: float64(40 + 5*i), Hz: 300 + 50*i, Art: name == "own/secret.flac"})
	}
	if err := os.WriteFile(filepath.Join(music, "Dinner.m3u8"), []byte("#EXTM3U\nparty/2.flac\nown/secret.flac\nparty/1.flac\nparty/gone.flac\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	o.Music = []string{music}
	return hosttest.New(t, o), music
}

func share(w *hosttest.World, rules wire.Sharing) hosttest.Answer {
	body, _ := json.Marshal(rules)
	return w.Ask("PUT", w.Console+"/api/console/sharing", w.Token, string(body))
}

// titles are what somebody finds on the LAN's and the console's REST, and by message.
func titles(t *testing.T, w *hosttest.World, face, token string) []string {
	t.Helper()
	var found wire.TrackList
	w.Ask("GET", face+"/api/jam/sessions/"+w.Code+"/search?q=", token, "").Want(200).Into(&found)
	return sorted(found.Tracks)
}

func said(t *testing.T, c *hosttest.Client) []string {
	t.Helper()
	c.Must(wire.Search{Q: ""})
	var found wire.SearchResults
	c.Last("search_results").Into(t, &found)
	return sorted(found.Tracks)
}

func sorted(tracks []wire.TrackInfo) (titles []string) {
	for _, track := range tracks {
		titles = append(titles, track.Title)
	}
	slices.Sort(titles)
	return titles
}

func TestGuestsSeeWhatIsShared(t *testing.T) {
	w, music := shelves(t, hosttest.Options{Start: "Friday"})
	secret, party := w.Track("Secret"), w.Track("Party 1")
	w.Track("Party 2")
	var st wire.SharingStatus
	share(w, wire.Sharing{Limited: true, Folders: []string{filepath.Join(music, "party")}}).Want(200).Into(&st)
	if !st.Limited || st.Shared != 2 || st.Tracks != 3 || len(st.Choices.Playlists) != 1 || st.BlockedTracks == nil {
		t.Errorf("the rules are %+v", st)
	}
	host, alice := w.Host(), w.Join("Alice")
	all, shared := "[Party 1 Party 2 Secret]", "[Party 1 Party 2]"
	for what, got := range map[string][2]string{
		"the host on the console": {fmt.Sprint(titles(t, w, w.Console, w.Token)), all},
		"the host's seat":         {fmt.Sprint(titles(t, w, w.Console, host.Resume)), all},
		"the host by message":     {fmt.Sprint(said(t, host)), all},
		"a guest on the LAN":      {fmt.Sprint(titles(t, w, w.LAN, alice.Resume)), shared},
		"a guest at the console":  {fmt.Sprint(titles(t, w, w.Console, alice.Resume)), shared},
		"a guest by message":      {fmt.Sprint(said(t, alice)), shared},
	} {
		if got[0] != got[1] {
			t.Errorf("%s finds %s, want %s", what, got[0], got[1])
		}
	}
	alice.Refused(wire.AddTrack{TrackID: secret}, wire.CodeTrackNotFound)
	alice.Refused(wire.Art{TrackID: secret}, wire.CodeTrackNotFound)
	art := "/api/jam/sessions/" + w.Code + "/art/" + secret
	w.Ask("GET", w.LAN+art, alice.Resume, "").WantError(404, wire.CodeTrackNotFound)
	w.Ask("GET", w.Console+art, w.Token, "").Want(200)
	alice.Must(wire.AddTrack{TrackID: party})
	host.Must(wire.AddTrack{TrackID: secret})
	host.Must(wire.Skip{}) // everyone hears it, and sees its cover
	w.Ask("GET", w.LAN+art, alice.Resume, "").Want(200)
	alice.Must(wire.Art{TrackID: secret})

	// In mid-jam Alice becomes a member, then the host.
	host.Must(wire.SetRole{ParticipantID: alice.ID, Role: wire.RoleMember})
	if got := fmt.Sprint(said(t, alice)); got != shared {
		t.Errorf("a member finds %s", got)
	}
	host.Must(wire.TransferHost{ParticipantID: alice.ID})
	if got := fmt.Sprint(said(t, alice), titles(t, w, w.LAN, alice.Resume)); got != all+" "+all {
		t.Errorf("who has become the host finds %s", got)
	}
	host.Must(wire.TransferHost{ParticipantID: host.ID})
	if got := fmt.Sprint(said(t, alice), titles(t, w, w.LAN, alice.Resume)); got != shared+" "+shared {
		t.Errorf("who was the host finds %s", got)
	}
	w.Restart()
	w.Track("Secret")
	if got := fmt.Sprint(titles(t, w, w.LAN, alice.Resume)); got != shared {
		t.Errorf("after a restart a guest finds %s", got)
	}
}

// Through a soul-server it is the same.
func TestGuestsFromElsewhereSeeWhatIsShared(t *testing.T) {
	s := hosttest.NewSoul(t)
	w, music := shelves(t, hosttest.Options{Start: "Friday", Relay: s.URL})
	w.Track("Secret")
	w.Track("Party 2")
	w.Track("Party 1")
	share(w, wire.Sharing{Limited: true, Folders: []string{filepath.Join(music, "party")}}).Want(200)
	for deadline := time.Now().Add(20 * time.Second); strings.Contains(strings.Join(w.Status().Warnings, " "), "soul-server"); {
		if time.Now().After(deadline) {
			t.Fatal("the soul-server does not know the jam")
		}
	}
	tim := w.Sealed(s, w.Code, nil)
	tim.Join(wire.JoinRequest{DisplayName: "Tim"})
	if got := fmt.Sprint(said(t, tim.Client)); got != "[Party 1 Party 2]" {
		t.Errorf("a guest from elsewhere finds %s", got)
	}
}

func TestWhatIsBlockedIsNobodys(t *testing.T) {
	w, _ := shelves(t, hosttest.Options{Start: "Friday"})
	secret, first, second := w.Track("Secret"), w.Track("Party 1"), w.Track("Party 2")
	host, alice := w.Host(), w.Join("Alice")
	host.Settings(`{"autoplay":false}`)
	for _, track := range []string{secret, first, second} {
		alice.Must(wire.AddTrack{TrackID: track})
	}
	var st wire.SharingStatus
	share(w, wire.Sharing{BlockedTracks: []string{secret}, BlockedArtists: []string{"the HOSTS"}}).Want(200).Into(&st)
	if len(st.Blocked) != 1 || st.Blocked[0].Title != "Secret" || st.Tracks != 1 || st.Shared != 1 {
		t.Errorf("the rules are %+v", st)
	}
	for _, c := range []*hosttest.Client{host, alice} {
		c.Heard("track_removed", `"by":null`)
		c.Heard("notification", `"kind":"track_removed"`, `Party 1`, `blocked`)
		c.Heard("notification", `"kind":"track_skipped"`, `Secret`, `blocked`)
		c.Heard("now_playing", `Party 2`, `"previous":"skipped"`)
		c.Refused(wire.AddTrack{TrackID: secret}, wire.CodeTrackNotFound)
	}
	if got := fmt.Sprint(said(t, host), titles(t, w, w.Console, w.Token)); got != "[Party 2] [Party 2]" {
		t.Errorf("the host finds %s", got)
	}
	w.Ask("GET", w.Console+"/api/jam/sessions/"+w.Code+"/art/"+secret, w.Token, "").WantError(404, wire.CodeTrackNotFound)
	share(w, wire.Sharing{}).Want(200)
	host.Must(wire.AddTrack{TrackID: secret})
}

func TestTheRulesOfSharingHaveLimits(t *testing.T) {
	w, _ := shelves(t, hosttest.Options{})
	many := func(n int) (all []string) {
		for i := range n {
			all = append(all, fmt.Sprint("name ", i))
		}
		return all
	}
	long := strings.Repeat("é", 2049)
	for name, rules := range map[string]wire.Sharing{
		"tracks": {BlockedTracks: many(1001)}, "artists": {BlockedArtists: many(1001)}, "folders": {Folders: many(201)}, "playlists": {Playlists: many(201)},
		"genres": {Genres: many(201)}, "a long name": {Genres: []string{long}}, "no name": {Folders: []string{""}},
	} {
		if got := share(w, rules); got.Status != 400 {
			t.Errorf("%s: %d %s", name, got.Status, got.Body)
		}
	}
	full := wire.Sharing{BlockedTracks: many(1000), BlockedArtists: many(1000), Folders: many(200), Playlists: many(200), Genres: []string{long[2:]}}
	share(w, full).Want(200)
	for _, body := range []string{"", "[]", "{", "{}", "null", `{"limited":` + strings.Repeat(" ", 4<<20) + `true}`} {
		w.Ask("PUT", w.Console+"/api/console/sharing", w.Token, body).WantError(400, wire.CodeBadRequest)
	}
	var st wire.SharingStatus
	if w.Ask("GET", w.Console+"/api/console/sharing", w.Token, "").Want(200).Into(&st); len(st.BlockedTracks) != 1000 {
		t.Errorf("%d tracks are blocked", len(st.BlockedTracks))
	}
	for _, method := range []string{"GET", "PUT"} {
		w.Ask(method, w.Console+"/api/console/sharing", "", "{}").WantError(401, wire.CodeNotAuthorized)
		w.Ask(method, w.LAN+"/api/console/sharing", w.Token, "{}").Want(404)
	}
}

func TestAPlaylistIsQueuedAsAWhole(t *testing.T) {
	w, _ := shelves(t, hosttest.Options{})
	w.Solo()
	for _, title := range []string{"Secret", "Party 1", "Party 2"} {
		w.Track(title)
	}
	var lists wire.PlaylistList
	w.Ask("GET", w.Console+"/api/console/playlists", w.Token, "").Want(200).Into(&lists)
	if len(lists.Playlists) != 1 || lists.Playlists[0].Name != "Dinner" || lists.Playlists[0].Tracks != 3 {
		t.Fatalf("the playlists are %+v", lists)
	}
	queue := w.Console + "/api/console/playlists/" + lists.Playlists[0].ID + "/queue"
	var queued wire.Queued
	if w.Ask("POST", queue, w.Token, "").Want(200).Into(&queued); queued != (wire.Queued{Added: 3}) {
		t.Errorf("queued %+v", queued)
	}
	host := w.Host()
	var names []string
	for _, item := range queueOf(t, host).Queue {
		names = append(names, item.TrackInfo.Title)
	}
	if fmt.Sprint(names) != "[Party 2 Secret Party 1]" {
		t.Errorf("the queue is %v", names)
	}
	w.Begin(`{"name":"Friday"}`)
	if w.Ask("POST", queue, w.Token, "").Want(200).Into(&queued); queued != (wire.Queued{Refused: 3}) {
		t.Errorf("once more it queued %+v", queued)
	}
	alice := w.Join("Alice")
	w.Host().Settings(`{"allow_duplicates":true}`)
	w.Ask("POST", queue, w.Token, "").Want(200)
	if alice.Settled(); alice.Told("track_added") != 3 || alice.Told("notification", "Dinner") != 1 {
		t.Errorf("a guest is told %d songs and %d sentences", alice.Told("track_added"), alice.Told("notification"))
	}
	w.Ask("POST", w.Console+"/api/console/playlists/none/queue", w.Token, "").WantError(404, wire.CodeTrackNotFound)
	w.Ask("POST", queue, "", "").WantError(401, wire.CodeNotAuthorized)
	w.Ask("POST", strings.Replace(queue, w.Console, w.LAN, 1), w.Token, "").Want(404)
}

func TestASongThatWasHeardCounts(t *testing.T) {
	t.Parallel()
	w := hosttest.New(t, hosttest.Options{Music: []string{folder()}})
	w.Solo()
	host, blink := w.Host(), w.Track(hosttest.Short)
	host.Must(wire.AddTrack{TrackID: blink})
	host.Heard("now_playing", `"previous":"finished"`)
	var next wire.NowPlaying
	host.Heard("now_playing", `"previous":"finished"`).Into(t, &next)
	if next.Item == nil || next.Item.Because == nil || next.Item.AddedBy != nil {
		t.Errorf("after it plays %+v", next.Item)
	}
	if err := w.Stop(); err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(w.Data())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if plays, err := s.Plays(); err != nil || len(plays) != 1 || plays[blink] != 1 {
		t.Errorf("counted are %v (%v)", plays, err)
	}
}
