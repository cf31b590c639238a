package hosttest_test

import (
	"bytes"
	"encoding/xml"
	"image/png"
	"maps"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"rsc.io/qr"

	"soul-jam/hostd/hosttest"
	"soul-jam/hostd/library/librarytest"
	"soul-jam/shared/wire"
)

// fields compares the very keys of an object: no more, no less, nulls present.
func fields(t *testing.T, what string, object any, want ...string) map[string]any {
	t.Helper()
	got, ok := object.(map[string]any)
	if !ok {
		t.Fatalf("%s is %v, want an object", what, object)
	}
	slices.Sort(want)
	if keys := slices.Sorted(maps.Keys(got)); !slices.Equal(keys, want) {
		t.Errorf("%s has %v, want %v", what, keys, want)
	}
	return got
}

func TestStartEndAndHistory(t *testing.T) {
	t.Parallel()
	w := hosttest.New(t, hosttest.Options{Music: []string{folder()}})
	sessions := w.Console + "/api/jam/sessions"
	for _, token := range []string{"", "wrong", w.Token + "x"} {
		w.Ask("POST", sessions, token, "{}").WantError(401, wire.CodeNotAuthorized)
		w.Ask("DELETE", sessions+"/HQRS-2K4M", token, "").WantError(401, wire.CodeNotAuthorized)
		w.Ask("GET", w.Console+"/api/jam/history", token, "").WantError(401, wire.CodeNotAuthorized)
		w.Ask("GET", w.Console+"/api/jam/history/x", token, "").WantError(401, wire.CodeNotAuthorized)
		w.Ask("GET", w.Console+"/api/console/status", token, "").WantError(401, wire.CodeNotAuthorized)
	}
	created := fields(t, "created", w.Ask("POST", sessions, w.Token, `{"settings":{"name":"Friday"}}`).Want(201).JSON(), "session_id", "share_code", "url")
	w.Code = created["share_code"].(string)
	if !regexp.MustCompile(`^[A-HJKMNP-Z2-9]{4}-[A-HJKMNP-Z2-9]{4}$`).MatchString(w.Code) || created["url"] != w.LAN+"/jam/"+w.Code {
		t.Errorf("created %v", created)
	}
	// It can be had at once.
	w.Ask("GET", w.LAN+"/api/jam/sessions/"+w.Code, "", "").Want(200)
	again := w.Ask("POST", sessions, w.Token, "").WantError(409, wire.CodeAlreadyActive).JSON()
	if again["share_code"] != w.Code || again["message"] != "A jam is already running" {
		t.Errorf("a second jam: %v", again)
	}
	host := w.Host()
	host.Must(wire.AddTrack{TrackID: w.Track("Song 01")})
	host.Must(wire.AddTrack{TrackID: w.Track("Song 02")})
	host.Must(wire.Skip{})
	w.Ask("DELETE", sessions+"/HQRS-2K4M", w.Token, "").WantError(404, wire.CodeSessionNotFound)
	if a := w.Ask("DELETE", sessions+"/"+strings.ToLower(w.Code), w.Token, "").Want(204); len(a.Body) != 0 {
		t.Errorf("204 with %q", a.Body)
	}
	host.ExpectClose(wire.CloseEnded)
	for _, face := range []string{w.LAN, w.Console} {
		for _, path := range []string{"", "/qr.svg", "/qr.png", "/search?q=a", "/art/current", "/art/x"} {
			w.Ask("GET", face+"/api/jam/sessions/"+w.Code+path, host.Resume, "").WantError(410, wire.CodeSessionEnded)
		}
	}
	w.Ask("DELETE", sessions+"/"+w.Code, w.Token, "").WantError(410, wire.CodeSessionEnded)
	history(t, w, created["session_id"].(string))
	w.Restart()
	w.Ask("GET", w.LAN+"/api/jam/sessions/"+created["share_code"].(string), "", "").WantError(410, wire.CodeSessionEnded)
	w.Ask("POST", w.Console+"/api/jam/sessions", w.Token, "").Want(201)
}

func history(t *testing.T, w *hosttest.World, id string) {
	t.Helper()
	list := fields(t, "history", w.Ask("GET", w.Console+"/api/jam/history", w.Token, "").Want(200).JSON(), "sessions")["sessions"].([]any)
	if len(list) != 1 {
		t.Fatalf("%d jams in history", len(list))
	}
	row := []string{"id", "name", "share_code", "created_at", "ended_at", "end_reason", "participant_count", "track_count"}
	first := fields(t, "row", list[0], row...)
	at := regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$`)
	if first["id"] != id || first["name"] != "Friday" || first["share_code"] != w.Code || first["end_reason"] != "host" || first["participant_count"] != 1.0 ||
		first["track_count"] != 2.0 || !at.MatchString(first["created_at"].(string)) || !at.MatchString(first["ended_at"].(string)) {
		t.Errorf("row %v", first)
	}
	detail := fields(t, "detail", w.Ask("GET", w.Console+"/api/jam/history/"+id+"?format=json", w.Token, "").Want(200).JSON(), append(row, "tracks", "recap")...)
	tracks := detail["tracks"].([]any)
	for i, want := range []map[string]any{{"title": "Song 01", "skipped": true, "outcome": "skipped"}, {"title": "Song 02", "skipped": false, "outcome": "stopped"}} {
		track := fields(t, "track", tracks[i], "track_id", "title", "artist", "album", "duration_ms", "has_art", "added_at", "played_at", "added_by", "upvotes", "skipped", "outcome")
		for key, value := range want {
			if track[key] != value {
				t.Errorf("track %d: %s is %v, want %v", i, key, track[key], value)
			}
		}
		if track["added_by"] != "Hanna" || !at.MatchString(track["played_at"].(string)) {
			t.Errorf("track %d: %v", i, track)
		}
	}
	w.Ask("GET", w.Console+"/api/jam/history/nothing", w.Token, "").WantError(404, wire.CodeSessionNotFound)
	w.Ask("GET", w.Console+"/api/jam/history/"+id+"?format=pdf", w.Token, "").WantError(400, wire.CodeBadRequest)
}

func TestSettingsOutOfRange(t *testing.T) {
	t.Parallel()
	w := hosttest.New(t, hosttest.Options{})
	for _, body := range []string{
		"nonsense", "[]", `"x"`, `{"settings":[]}`, `{"settings":{"max_participants":0}}`, `{"settings":{"max_participants":2001}}`, `{"settings":{"skip_threshold":0}}`,
		`{"settings":{"skip_threshold":1.01}}`, `{"settings":{"max_track_ms":-1}}`, `{"settings":{"max_queue_per_person":-1}}`, `{"settings":{"queue_order":"random"}}`,
		`{"settings":{"name":"` + strings.Repeat("x", 81) + `"}}`, `{"settings":{"allow_guests":"yes"}}`, `{"settings":{"name":"` + strings.Repeat("x", 20<<10) + `"}}`,
	} {
		w.Ask("POST", w.Console+"/api/jam/sessions", w.Token, body).WantError(400, wire.CodeBadRequest)
	}
	if w.Status().Jam != nil {
		t.Error("a jam was started all the same")
	}
	w.Ask("POST", w.Console+"/api/jam/sessions", w.Token, `{"settings":{"max_participants":2000},"later":1}`).Want(201)
}

func TestLandingShowsNoMoreThanItsFields(t *testing.T) {
	w := jam(t)
	keys := []string{"name", "host_name", "participant_count", "current_track", "is_active", "state"}
	for _, face := range []string{w.LAN, w.Console} {
		l := fields(t, "landing", w.Ask("GET", face+"/api/jam/sessions/"+w.Code, "", "").Want(200).JSON(), keys...)
		want := map[string]any{"name": "Friday", "host_name": "Hanna", "participant_count": 1.0, "current_track": nil, "is_active": true, "state": "created"}
		if !reflect.DeepEqual(l, want) {
			t.Errorf("landing %v, want %v", l, want)
		}
	}
	host := w.Host()
	host.Must(wire.UpdateSettings{Settings: []byte(`{"name":null}`)})
	host.Must(wire.AddTrack{TrackID: w.Track("Song 01")})
	l := fields(t, "landing", w.Ask("GET", w.LAN+"/api/jam/sessions/"+w.Code, "", "").Want(200).JSON(), keys...)
	track := fields(t, "current_track", l["current_track"], "title", "artist")
	if l["name"] != nil || l["state"] != "active" || track["title"] != "Song 01" || track["artist"] != "The Tones" {
		t.Errorf("landing %v", l)
	}
}

func TestACodeTypedBehindTheAddressLeadsToItsJam(t *testing.T) {
	w := jam(t)
	for typed, want := range map[string]string{
		"/" + w.Code: "/jam/" + w.Code, "/" + strings.ToLower(strings.ReplaceAll(w.Code, "-", "")): "/jam/" + w.Code,
		"/ABCD-1234": "", "/HQRS-2K4M-9": "", "/%2F%2Fevil.example": "", "/assets": "", "/healthz": "",
	} {
		got := w.Ask(http.MethodGet, w.LAN+typed, "", "")
		if status := map[bool]int{true: http.StatusFound, false: http.StatusNotFound}[want != ""]; got.Status != status || got.Header.Get("Location") != want {
			t.Errorf("%s: %d to %q, want %d to %q", typed, got.Status, got.Header.Get("Location"), status, want)
		}
	}
}

func TestSnapshotToTheLetter(t *testing.T) {
	w := jam(t)
	alice := w.Join("Alice")
	alice.Must(wire.AddTrack{TrackID: w.Track("Song 01")})
	alice.Must(wire.AddTrack{TrackID: w.Track("Song 02")})
	c := w.Guest()
	var m map[string]any
	c.TakeUp(alice.Resume, nil).Into(t, &m)
	fields(t, "joined", m, "type", "session", "participant_id", "permissions", "resume_token", "server_time_ms")
	s := fields(t, "session", m["session"], "id", "share_code", "host_user_id", "host_device_id", "settings", "participants", "queue", "current_index", "is_active",
		"created_at", "state", "seq", "playback", "skip_vote", "chat", "queue_order", "participant_count", "ending")
	if s["host_user_id"] != nil || s["skip_vote"] != nil || s["current_index"] != 0.0 || !reflect.DeepEqual(s["chat"], []any{}) {
		t.Errorf("session %v", s)
	}
	fields(t, "settings", s["settings"], "allow_guests", "require_approval", "guest_can_add", "guest_can_skip_vote", "max_queue_per_person", "name", "expires_at",
		"max_participants", "skip_threshold", "allow_chat", "queue_order", "allow_duplicates", "max_track_ms", "guest_can_remove_own", "guest_can_control",
		"guest_can_set_volume", "autoplay", "verified_only")
	rights := []string{"can_add_to_queue", "can_remove_own", "can_remove_any", "can_reorder", "can_skip", "can_kick", "can_vote_skip", "can_chat", "can_control", "can_set_volume"}
	fields(t, "permissions", m["permissions"], rights...)
	for _, p := range s["participants"].([]any) {
		person := fields(t, "participant", p, "id", "user_id", "display_name", "role", "permissions", "connected", "path", "verified", "joined_at")
		fields(t, "permissions", person["permissions"], rights...)
		if person["user_id"] != nil {
			t.Errorf("participant %v", person)
		}
	}
	for i, q := range s["queue"].([]any) {
		item := fields(t, "item", q, "id", "track_id", "track_info", "added_by", "added_at", "played_at", "upvotes", "pinned")
		fields(t, "track_info", item["track_info"], "track_id", "title", "artist", "album", "duration_ms", "has_art")
		if (item["played_at"] == nil) != (i == 1) || item["added_by"] != alice.ID {
			t.Errorf("item %d: %v", i, item)
		}
	}
	fields(t, "playback", s["playback"], "playing", "position_ms", "at_ms", "volume")
	fields(t, "queue_order", s["queue_order"], "order", "why")
}

func TestSearchAndCoversNeedASeat(t *testing.T) {
	t.Parallel()
	music := t.TempDir()
	librarytest.Tone(t, music, librarytest.File{Name: "a.mp3", Title: "Cover", Artist: "A", Art: true, Seconds: 60})
	librarytest.Tone(t, music, librarytest.File{Name: "b.mp3", Title: "Bare", Artist: "B", Seconds: 60, Hz: 300})
	w := hosttest.New(t, hosttest.Options{Music: []string{music}, Start: "Friday"})
	jam, alice := "/api/jam/sessions/"+w.Code, w.Join("Alice")
	covered, bare := w.Track("Cover"), w.Track("Bare")
	for _, path := range []string{"/search?q=c", "/art/" + covered} {
		for _, token := range []string{"", "wrong"} {
			w.Ask("GET", w.LAN+jam+path, token, "").WantError(401, wire.CodeNotAuthorized)
			w.Ask("GET", w.Console+jam+path, token, "").WantError(401, wire.CodeNotAuthorized)
		}
		w.Ask("GET", w.LAN+jam+path, w.Token, "").WantError(401, wire.CodeNotAuthorized) // the host's, on the LAN
		w.Ask("GET", w.Console+jam+path, w.Token, "").Want(200)
		w.Ask("GET", w.LAN+jam+path, alice.Resume, "").Want(200)
		w.Ask("GET", w.Console+jam+path, alice.Resume, "").Want(200)
		w.Ask("GET", w.LAN+strings.Replace(jam, w.Code, "HQRS-2K4M", 1)+path, alice.Resume, "").WantError(404, wire.CodeSessionNotFound)
	}
	found := fields(t, "found", w.Ask("GET", w.LAN+jam+"/search?q=cover&limit=1", alice.Resume, "").Want(200).JSON(), "tracks")["tracks"].([]any)
	if track := fields(t, "track", found[0], "track_id", "title", "artist", "album", "duration_ms", "has_art"); track["has_art"] != true || track["track_id"] != covered {
		t.Errorf("found %v", found)
	}
	for _, query := range []string{"limit=x", "limit=-1", "q=" + strings.Repeat("x", 201)} {
		w.Ask("GET", w.LAN+jam+"/search?"+query, alice.Resume, "").WantError(400, wire.CodeBadRequest)
	}
	w.Ask("GET", w.LAN+jam+"/search?q=a&limit=1000", alice.Resume, "").Want(200)

	a := w.Ask("GET", w.LAN+jam+"/art/"+covered, alice.Resume, "").Want(200)
	if !strings.HasPrefix(a.Header.Get("Content-Type"), "image/") || !strings.Contains(a.Header.Get("Cache-Control"), "max-age") || a.Header.Get("ETag") == "" {
		t.Errorf("cover: %v", a.Header)
	}
	w.Ask("GET", w.LAN+jam+"/art/"+covered, alice.Resume, "", "If-None-Match", a.Header.Get("ETag")).Want(304)
	w.Ask("GET", w.LAN+jam+"/art/"+bare, alice.Resume, "").WantError(404, wire.CodeTrackNotFound)
	w.Ask("GET", w.LAN+jam+"/art/..%2f..%2fetc", alice.Resume, "").WantError(404, wire.CodeTrackNotFound)
	w.Ask("GET", w.LAN+jam+"/art/current", "", "").WantError(404, wire.CodeTrackNotFound)
	alice.Must(wire.AddTrack{TrackID: covered})
	w.Ask("GET", w.LAN+jam+"/art/current", "", "").Want(200)
	alice.Must(wire.Art{TrackID: covered})
	var art wire.ArtData
	last(t, alice, "art_data").Into(t, &art)
	if art.TrackID != covered || !strings.HasPrefix(art.Mime, "image/") || len(art.Data) == 0 || len(art.Data) > wire.MaxArtData {
		t.Errorf("art_data %s %s of %d", art.TrackID, art.Mime, len(art.Data))
	}
}

func TestQRHoldsTheLink(t *testing.T) {
	t.Parallel()
	w := hosttest.New(t, hosttest.Options{Start: "Friday"})
	want, err := qr.Encode(w.LAN+"/jam/"+w.Code, qr.M)
	if err != nil {
		t.Fatal(err)
	}
	for _, face := range []string{w.LAN, w.Console} {
		a := w.Ask("GET", face+"/api/jam/sessions/"+w.Code+"/qr.svg", "", "").Want(200)
		var svg struct {
			XMLName xml.Name `xml:"http://www.w3.org/2000/svg svg"`
			Path    struct {
				D string `xml:"d,attr"`
			} `xml:"path"`
		}
		if err := xml.Unmarshal(a.Body, &svg); err != nil || a.Header.Get("Content-Type") != "image/svg+xml" {
			t.Fatalf("%v, %v", err, a.Header)
		}
		a = w.Ask("GET", face+"/api/jam/sessions/"+w.Code+"/qr.png", "", "").Want(200)
		picture, err := png.Decode(bytes.NewReader(a.Body))
		if err != nil || a.Header.Get("Content-Type") != "image/png" {
			t.Fatalf("%v, %v", err, a.Header)
		}
		const border, scale = 4, 8
		if size := picture.Bounds().Dx(); size != (want.Size+2*border)*scale {
			t.Fatalf("the picture is %d pixels wide for %d modules", size, want.Size)
		}
		black := 0
		for y := range want.Size {
			for x := range want.Size {
				r, _, _, _ := picture.At((x+border)*scale+1, (y+border)*scale+1).RGBA()
				if (r == 0) != want.Black(x, y) {
					t.Fatalf("module %d,%d differs from the link's", x, y)
				}
				if want.Black(x, y) {
					black++
				}
			}
		}
		if n := strings.Count(svg.Path.D, "h1v1h-1z"); n != black {
			t.Errorf("the svg has %d squares, want %d", n, black)
		}
	}
	w.Ask("GET", w.LAN+"/api/jam/sessions/"+w.Code+"/qr.gif", "", "").Want(404)
}

func TestHealthAndMetrics(t *testing.T) {
	w := jam(t)
	w.Join("Alice")
	if a := w.Ask("GET", w.Console+"/healthz", "", "").Want(200); a.JSON()["status"] != "ok" {
		t.Errorf("healthz: %s", a.Body)
	}
	text := string(w.Ask("GET", w.Console+"/metrics", "", "").Want(200).Body)
	for _, line := range []string{"jam_participants 2", "jam_connections 1", "jam_connections_refused_total 0"} {
		if !strings.Contains(text, line+"\n") {
			t.Errorf("metrics lack %q", line)
		}
	}
	if strings.Contains(text, w.Code) || strings.Contains(text, w.Token) {
		t.Error("metrics show the code or the token")
	}
}
