package config

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"soul-jam/shared/identity"
)

func TestTheTextThatPhonesRead(t *testing.T) {
	for _, one := range []struct {
		wifi Wifi
		want string
	}{
		{Wifi{Name: "Home", Password: identity.Keep("open sesame")}, `WIFI:T:WPA;S:Home;P:open sesame;;`},
		{Wifi{Name: "Café"}, `WIFI:T:nopass;S:Café;;`},
		{Wifi{Name: "Café", Hidden: true}, `WIFI:T:nopass;S:Café;H:true;;`},
		// A name or password cannot end its field, nor begin another.
		{Wifi{Name: "a;b:c,d", Password: identity.Keep(`"p\word";T:nopass;`)}, `WIFI:T:WPA;S:a\;b\:c\,d;P:\"p\\word\"\;T\:nopass\;;;`},
	} {
		if got := one.wifi.QR(); got != one.want {
			t.Errorf("got %s, want %s", got, one.want)
		}
	}
}

func TestANetworkIsKeptBesideTheServers(t *testing.T) {
	dir := t.TempDir()
	c, err := Config{Wifi: Wifi{Name: "Home", Password: identity.Keep("open sesame"), Hidden: true}}.With(Server{URL: "https://music.example", APIKey: identity.Keep("key")})
	if err != nil {
		t.Fatal(err)
	}
	if err := Save(dir, c); err != nil {
		t.Fatal(err)
	}
	got, err := Load(dir)
	if err != nil || len(got.Servers) != 1 || got.Wifi.Name != "Home" || got.Wifi.Password.Reveal() != "open sesame" || !got.Wifi.Hidden {
		t.Fatalf("loaded %+v, %v", got, err)
	}
	if text := fmt.Sprintf("%v %+v %#v", got, got, got); strings.Contains(text, "sesame") {
		t.Errorf("printed, it shows the password: %s", text)
	}
	if left, gone := got.Without("https://music.example", ""); gone != 1 || left.Wifi.Name != "Home" {
		t.Errorf("without the server, the network is %+v", left.Wifi)
	}
	got.Wifi = Wifi{}
	if err := Save(dir, got); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(filepath.Join(dir, File)); err != nil || strings.Contains(string(text), "wifi") {
		t.Errorf("a network that was taken out is still there: %s (%v)", text, err)
	}
}

func TestNetworksThatAreRefused(t *testing.T) {
	for _, w := range []Wifi{
		{}, {Password: identity.Keep("open sesame")}, {Name: strings.Repeat("x", MaxWifiName+1)}, {Name: "line\nfeed"}, {Name: "no\xffUTF-8"}, {Name: "zero\u200bwidth"},
		{Name: "Home", Password: identity.Keep("sesame1")}, {Name: "Home", Password: identity.Keep(strings.Repeat("s", MaxWifiPassword+1))},
		{Name: "Home", Password: identity.Keep("sesame\x00sesame")},
	} {
		err := w.Check()
		if !errors.Is(err, ErrWifi) || strings.Contains(err.Error(), "sesame") {
			t.Errorf("%+v: %v", w, err)
		}
		if w.Name == "" {
			continue
		}
		if err := Save(t.TempDir(), Config{Wifi: w}); !errors.Is(err, ErrWifi) {
			t.Errorf("%+v is saved: %v", w, err)
		}
	}
	dir := write(t, `{"servers":[],"wifi":{"name":"Home","password":"short"}}`, 0o600)
	if _, err := Load(dir); !errors.Is(err, ErrWifi) || strings.Contains(err.Error(), "short") {
		t.Errorf("read from the file: %v", err)
	}
}
