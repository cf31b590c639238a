package hosttest_test

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"soul-jam/hostd/hosttest"
	"soul-jam/shared/proof"
	"soul-jam/shared/wire"
)

// issue is an evening in which every kind of token is given out, some of them several times.
func issue(t *testing.T, w *hosttest.World) map[string]string {
	t.Helper()
	issued := map[string]string{}
	host := w.Host()
	keep := func(what string, secrets ...string) {
		for _, secret := range secrets {
			issued[secret] = what
		}
	}
	keep("the host's resume token", host.Resume)
	for i := range 10 {
		joinKey := fmt.Sprintf("join-key-%02d-with-128-random-bits", i)
		c := w.Guest()
		c.Join(wire.JoinRequest{DisplayName: "Ann", JoinKey: joinKey})
		keep("a join key", joinKey)
		keep("a resume token", c.Resume)
		for range 3 {
			before := c
			c, _ = w.Return(before)
			keep("a resume token", c.Resume)
		}
		if i%2 == 0 {
			keep("a member's token", promote(t, host, c))
		}
	}
	host.Settings(`{"require_approval":true}`)
	knocks(w, "Wanda", key("w"))
	keep("the join key of somebody who waits", key("w"))
	keep("the TV's token", tvToken(t, w))
	_, fragment, linked := strings.Cut(w.Status().Jam.URL, "#")
	if secret, err := base64.RawURLEncoding.DecodeString(fragment); linked && err == nil && len(secret) == 32 {
		keep("the link's key", fragment)
		keep("the join secret", string(secret[16:]))
	} else {
		t.Errorf("the link ends in %q", fragment)
	}
	return issued
}

// leaked looks into all files of the data directory, those apart that are made to hold a secret of the host's own.
func leaked(t *testing.T, w *hosttest.World, issued map[string]string) (files, found int) {
	t.Helper()
	own := []string{"host.token", "host.key"}
	err := filepath.WalkDir(w.Data(), func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s is for others too: %v", d.Name(), info.Mode())
		}
		if slices.Contains(own, d.Name()) {
			return nil
		}
		files++
		content, err := os.ReadFile(path)
		for secret, what := range issued {
			for _, form := range []string{secret, hex.EncodeToString([]byte(secret)), base64.StdEncoding.EncodeToString([]byte(secret)), base64.RawURLEncoding.EncodeToString([]byte(secret))} {
				if strings.Contains(string(content), form) {
					found++
					t.Errorf("%s is in %s", what, d.Name())
				}
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files, found
}

func TestPromiseNoTokenIsOnTheDisk(t *testing.T) {
	t.Parallel()
	w := hosttest.New(t, hosttest.Options{Start: "Friday", Relay: soulServer(t), MaxPerAddress: 1000})
	issued := issue(t, w)
	for secret, what := range map[string]string{w.Code: "the control: what is on the disk for sure"} {
		if _, err := os.Stat(w.Data()); err != nil || !strings.Contains(data(t, w), secret) {
			t.Errorf("the search does not find %s", what)
		}
	}
	files, found := 0, 0
	look := func() {
		more, leaks := leaked(t, w, issued)
		files, found = files+more, found+leaks
	}
	look()
	w.Restart()
	look()
	w.Host().Must(wire.EndSession{})
	look()
	if err := w.Stop(); err != nil {
		t.Error(err)
	}
	look()
	proof.Show(t, "No token is in any file of the host's, while a jam runs or after: data file and snapshots",
		fmt.Sprintf("%d found of %d tokens, in %d looks into files", found, len(issued), files), "0", found == 0 && files >= 4 && len(issued) > 50)
}

// use is a way to show a token: accepted says what came of it.
type use struct {
	what     string
	accepted func(token string) bool
}

func uses(w *hosttest.World, face, name string) []use {
	shows := func(command func(token string) wire.Command) func(string) bool {
		return func(token string) bool {
			c := w.Dial(face, w.Code)
			defer c.Drop()
			_, refusal := c.Do(command(token))
			return refusal == nil || refusal.Code == wire.CodeAlreadyJoined // it is known, and its seat taken
		}
	}
	asks := func(path string) func(string) bool {
		return func(token string) bool { return w.Ask("GET", face+path, token, "").Status < 300 }
	}
	return []use{
		{"search at the " + name, asks("/api/jam/sessions/" + w.Code + "/search?q=a")},
		{"the console's status at the " + name, asks("/api/console/status")},
		{"the history at the " + name, asks("/api/jam/history")},
		// Last: at a soul-server a seat that is taken up in plain text may search there from then on.
		{"resume at the " + name, shows(func(token string) wire.Command { return wire.Resume{ResumeToken: token} })},
		{"join at the " + name, shows(func(token string) wire.Command { return wire.JoinRequest{UserToken: token} })},
		{"watch at the " + name, shows(func(token string) wire.Command { return wire.Watch{Token: token} })},
	}
}

func TestPromiseATokenOpensOnlyWhatItIsFor(t *testing.T) {
	t.Parallel()
	soul := soulServer(t)
	w := hosttest.New(t, hosttest.Options{Data: inMemory(t), Start: "Friday", Relay: soul, MaxPerAddress: 1000})
	other := hosttest.New(t, hosttest.Options{Data: inMemory(t), Start: "Another's", MaxPerAddress: 1000})
	alice := w.Guest()
	alice.Join(wire.JoinRequest{DisplayName: "Alice", JoinKey: key("a")})
	host := w.Host()
	member := w.Join("Mia")
	tokens := map[string]string{
		"host": w.Token, "member": promote(t, host, member), "guest": alice.Resume, "join key": key("a"), "TV": tvToken(t, w), "host's seat": host.Resume,
		"guesses": strings.Repeat("A", 43), "half a token": alice.Resume[:22],
	}
	for _, w := range []*hosttest.World{w, other} {
		if w == other {
			host = w.Host()
		}
		host.Settings(`{"require_approval":true}`) // else everybody may watch
		host.Drop()
	}
	// What each is for: everything else is refused.
	rights := map[string][]string{
		"host":        {"join at the console", "search at the console", "the console's status at the console", "the history at the console"},
		"host's seat": {"resume at the console", "search at the console", "search at the LAN"},
		"member":      {"join at the LAN", "join at the console", "join at the soul-server"},
		"guest":       {"resume at the LAN", "resume at the console", "resume at the soul-server", "search at the LAN", "search at the console"},
		"TV":          {"watch at the LAN", "watch at the console", "watch at the soul-server"},
	}
	member.Must(wire.Leave{}) // her seat is free for who shows her token
	tried, wrong := 0, 0
	for _, place := range []struct {
		w          *hosttest.World
		face, name string
	}{{w, w.LAN, "LAN"}, {w, soul, "soul-server"}, {w, w.Console, "console"}, {other, other.LAN, "LAN of another"}, {other, other.Console, "console of another"}} {
		for _, u := range uses(place.w, place.face, place.name) {
			for what, token := range tokens {
				tried++
				want := slices.Contains(rights[what], u.what)
				if got := u.accepted(token); got != want {
					wrong++
					t.Errorf("the token of %s, to %s: accepted %v, want %v", what, u.what, got, want)
				}
			}
		}
	}
	proof.Show(t, "A token opens what it is for and nothing else: not another jam, seat, listener or kind of request",
		fmt.Sprintf("%d of %d uses went wrong", wrong, tried), "0", wrong == 0)
}

func TestPromiseOnlyTheNewestTokenAndTheLastUsedAreValid(t *testing.T) {
	t.Parallel()
	w := hosttest.New(t, hosttest.Options{Data: inMemory(t), Start: "Friday", MaxPerAddress: 1000})
	c := w.Join("Alice")
	issued := []string{c.Resume}
	asked, wrong := 0, 0
	for range 30 {
		c, _ = w.Return(c)
		issued = append(issued, c.Resume)
		for i, token := range issued {
			asked++
			status := w.Ask("GET", w.LAN+"/api/jam/sessions/"+w.Code+"/search?q=a", token, "").Status
			if valid := i >= len(issued)-2; valid != (status == 200) || !valid && status != 401 {
				wrong++
				t.Errorf("token %d of %d: %d", i+1, len(issued), status)
			}
		}
	}
	proof.Show(t, "Of all resume tokens of a seat the newest and the last used are valid, the others refused",
		fmt.Sprintf("%d wrong of %d, over %d resumes", wrong, asked, len(issued)-1), "0", wrong == 0)
}
