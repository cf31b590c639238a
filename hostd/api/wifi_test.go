package api_test

import (
	"strings"
	"testing"

	"soul-jam/hostd/hosttest"
	"soul-jam/shared/wire"
)

func TestTheHostKeepsTheWifiForItsGuests(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	w := hosttest.New(t, hosttest.Options{Start: "Friday", Log: &log})
	const path, picture, secret = "/api/console/wifi", "/api/console/wifi/qr.svg", "open sesame"
	kept := func() (got wire.Wifi) {
		t.Helper()
		answer := w.Ask("GET", w.Console+path, w.Token, "").Want(200)
		answer.Into(&got)
		if strings.Contains(string(answer.Body), secret) {
			t.Errorf("the answer holds the password: %s", answer.Body)
		}
		return got
	}
	put := func(body string) hosttest.Answer { t.Helper(); return w.Ask("PUT", w.Console+path, w.Token, body) }
	if got := kept(); got != (wire.Wifi{}) {
		t.Errorf("at first there is %+v", got)
	}
	w.Ask("GET", w.Console+picture, w.Token, "").Want(404)
	for _, body := range []string{
		"", "{", `{"name":""}`, `{"name":"Home","password":"short"}`, `{"name":"Home","password":"` + strings.Repeat("s", 65) + `"}`,
		`{"name":"` + strings.Repeat("x", 33) + `"}`, `{"name":"a\nb"}`, `{"name":7}`, `{"name":"` + strings.Repeat("x", 20_000) + `"}`,
	} {
		put(body).WantError(400, wire.CodeBadRequest)
	}
	put(`{"name":"Home","password":"` + secret + `","hidden":true}`).Want(200)
	if got := kept(); got != (wire.Wifi{Name: "Home", Hidden: true, Locked: true}) {
		t.Errorf("kept is %+v", got)
	}
	first := string(w.Ask("GET", w.Console+picture, w.Token, "").Want(200).Body)
	if !strings.HasPrefix(first, "<svg ") || strings.Contains(first, secret) {
		t.Errorf("the picture is %.60s", first)
	}
	// Null keeps the password of the same network, and of no other.
	put(`{"name":"Home","password":null}`).Want(200)
	w.Restart()
	if got := kept(); got != (wire.Wifi{Name: "Home", Locked: true}) {
		t.Errorf("after a restart it is %+v", got)
	}
	put(`{"name":"Other"}`).Want(200)
	if got := kept(); got != (wire.Wifi{Name: "Other"}) {
		t.Errorf("another network has %+v", got)
	}
	for _, call := range []string{"GET " + path, "PUT " + path, "DELETE " + path, "GET " + picture} {
		verb, where, _ := strings.Cut(call, " ")
		for _, token := range []string{"", "x" + w.Token} {
			w.Ask(verb, w.Console+where, token, "").WantError(401, wire.CodeNotAuthorized)
		}
		w.Ask(verb, w.LAN+where, w.Token, "").Want(404)
		w.Ask(verb, w.Console+where, w.Token, "", "Origin", "http://evil.example").Want(403)
	}
	w.Ask("DELETE", w.Console+path, w.Token, "").Want(204)
	w.Ask("DELETE", w.Console+path, w.Token, "").Want(204)
	if got := kept(); got != (wire.Wifi{}) {
		t.Errorf("at last there is %+v", got)
	}
	if strings.Contains(log.String(), secret) {
		t.Error("the password is in the log")
	}
}
