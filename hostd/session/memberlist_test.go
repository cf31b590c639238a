package session

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"soul-jam/hostd/store"
	"soul-jam/shared/wire"
)

// native is a connection from somebody's own program, which has said nothing yet.
func (r *rig) native(key string) *someone {
	s := r.stranger()
	s.Peer.Key, s.Peer.Path = key, wire.PathDirect
	return s
}

// comes joins with what a page or a program would send and tells how everybody sees them.
func (s *someone) comes(name, userToken string) wire.JamParticipant {
	s.r.t.Helper()
	if err := s.r.Join(s.r.t.Context(), s.Peer, "join", wire.JoinRequest{DisplayName: name, UserToken: userToken}, false); err != nil {
		s.r.t.Fatal(err)
	}
	if !s.Joined() {
		return wire.JamParticipant{}
	}
	p, _ := s.r.shown(s.id())
	return p
}

// promote makes somebody a member and gives the token that they are told.
func (r *rig) promote(host, who *someone) (token string) {
	r.t.Helper()
	who.read()
	if code := host.do(wire.SetRole{ParticipantID: who.id(), Role: wire.RoleMember}); code != "" {
		r.t.Fatal(code)
	}
	for _, m := range who.read() {
		var granted struct {
			Type      string
			UserToken string `json:"user_token"`
		}
		if err := json.Unmarshal(m, &granted); err != nil {
			r.t.Fatal(err)
		}
		if granted.Type == "granted" {
			token = granted.UserToken
		}
	}
	if token == "" {
		r.t.Fatal("nobody told the new member a token")
	}
	return token
}

// next ends the running jam and starts another with these settings.
func (r *rig) next(settings string) {
	r.t.Helper()
	if refusal := r.End(r.t.Context(), r.View().ShareCode); refusal != nil {
		r.t.Fatal(refusal)
	}
	if _, refusal := r.Create(r.t.Context(), []byte(settings)); refusal != nil {
		r.t.Fatal(refusal)
	}
}

func (r *rig) list() []wire.Member {
	r.t.Helper()
	list, err := r.Members(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	return list
}

const closed = `{"allow_guests":false,"require_approval":true}`

func TestAProgramIsKnownInEveryLaterJam(t *testing.T) {
	r := start(t)
	host, nat, bob := r.join("Hanna", true), r.native("nats-program"), r.join("Bob", false)
	nat.comes("Nat", "")
	token := r.promote(host, nat)
	for _, m := range append(append(bob.read(), host.read()...), nat.read()...) {
		if bytes.Contains(m, []byte("nats-program")) {
			t.Errorf("somebody is told the key: %s", m)
		}
	}
	user, _ := r.shown(nat.id())
	r.next(closed)
	uninvited := r.native("nats-program")
	uninvited.Uninvited = true
	if p := uninvited.comes("", ""); p.Role != wire.RoleMember || p.UserID == nil || *p.UserID != *user.UserID || p.DisplayName != "Nat" {
		t.Errorf("by key, without a name, the member is %+v", p)
	}
	if p := r.native("another-program").comes("Nat", ""); p.ID != "" {
		t.Errorf("another program is let in as %+v", p)
	}
	if p := r.stranger().comes("Nat", ""); p.ID != "" {
		t.Errorf("a browser is let in as %+v", p)
	}
	r = r.again()
	r.next(closed)
	if p := r.native("nats-program").comes("Natalie", ""); p.Role != wire.RoleMember || *p.UserID != *user.UserID || p.DisplayName != "Natalie" {
		t.Errorf("after a restart the member is %+v", p)
	}
	r.next(closed)
	if p := r.stranger().comes("Nat", token); p.Role != wire.RoleMember || *p.UserID != *user.UserID {
		t.Errorf("the token of a program counts in a browser too, and gave %+v", p)
	}
	if list := r.list(); len(list) != 1 || !list[0].Native || !list[0].Connected || list[0].Name != "Nat" {
		t.Errorf("the list is %+v", list)
	}
}

func TestAProgramThatShowsTheTokenIsKnownFromThenOn(t *testing.T) {
	r := start(t)
	host, alice := r.join("Hanna", true), r.join("Alice", false)
	token := r.promote(host, alice)
	if list := r.list(); list[0].Native {
		t.Errorf("a browser has a program: %+v", list)
	}
	r.next(closed)
	if p := r.native("alices-program").comes("Alice", "no-token"); p.ID != "" {
		t.Errorf("a wrong token let %+v in", p)
	}
	r.native("alices-program").comes("Alice", token)
	r.next(closed)
	if p := r.native("alices-program").comes("Alice", ""); p.Role != wire.RoleMember {
		t.Errorf("without the token the program is %+v", p)
	}
	r.next(closed)
	// The first program stays: who has only found the token does not become known for good.
	r.native("second-program").comes("Alice", token)
	r.next(closed)
	if p := r.native("second-program").comes("Alice", ""); p.ID != "" {
		t.Errorf("a second program is %+v", p)
	}
	if p := r.native("alices-program").comes("Alice", ""); p.Role != wire.RoleMember {
		t.Errorf("the first program is %+v", p)
	}
}

// Whose program it is was decided when it came first: no token moves it to somebody else.
func TestNobodyTakesAnothersProgramOver(t *testing.T) {
	r := start(t)
	host, nat, mal := r.join("Hanna", true), r.native("nats-program"), r.join("Mal", false)
	nats := nat.comes("Nat", "")
	r.promote(host, nat)
	nats, _ = r.shown(nats.ID)
	token := r.promote(host, mal)
	r.next(closed)
	if p := r.native("nats-program").comes("Mal", token); p.UserID == nil || *p.UserID == *nats.UserID {
		t.Errorf("the token of one member from the program of another gave %+v", p)
	}
	if p := r.native("nats-program").comes("Nat", ""); p.UserID == nil || *p.UserID != *nats.UserID {
		t.Errorf("afterwards the program is %+v", p)
	}
	// Two guests from one program: the first who is made a member has it.
	r.next(`{}`)
	host = r.join("Hanna", true)
	one, other := r.native("shared-program"), r.native("shared-program")
	one.comes("One", "")
	other.comes("Other", "")
	r.promote(host, one)
	first, _ := r.shown(one.id())
	r.promote(host, other)
	r.next(closed)
	if p := r.native("shared-program").comes("Who", ""); p.UserID == nil || *p.UserID != *first.UserID {
		t.Errorf("the program of two is %+v", p)
	}
}

func TestADemotionTakesTheProgramBackToo(t *testing.T) {
	r := start(t)
	host, nat := r.join("Hanna", true), r.native("nats-program")
	nat.comes("Nat", "")
	token := r.promote(host, nat)
	if code := host.do(wire.SetRole{ParticipantID: nat.id(), Role: wire.RoleGuest}); code != "" {
		t.Fatal(code)
	}
	if list := r.list(); len(list) != 0 {
		t.Errorf("the list is %+v", list)
	}
	r.next(`{}`)
	if p := r.native("nats-program").comes("Nat", ""); p.Role != wire.RoleGuest || p.UserID != nil {
		t.Errorf("in the next jam the program is %+v", p)
	}
	if p := r.native("nats-program").comes("Nat", token); p.ID != "" {
		t.Errorf("with the old token it is %+v", p)
	}
}

func TestWhenMembersWereSeenLast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t)
		host, alice, bob := r.join("Hanna", true), r.join("Alice", false), r.join("Bob", false)
		token := r.promote(host, alice)
		r.promote(host, bob)
		seen := func(name string, want time.Time, connected bool) {
			t.Helper()
			for _, m := range r.list() {
				if m.Name == name && (m.LastSeen == nil || !m.LastSeen.Equal(want.Round(0).Truncate(time.Millisecond)) || m.Connected != connected) {
					t.Errorf("%s was seen at %v, connected %v; want %v, %v", name, m.LastSeen, m.Connected, want, connected)
				}
			}
		}
		pass(time.Minute)
		seen("Alice", r.Now(), true)
		r.Gone(alice.Peer)
		r.settle()
		gone := r.Now()
		pass(2 * time.Minute)
		// What changes somebody's rights while they are away is no sign of life of theirs.
		host.do(wire.UpdateSettings{Settings: []byte(`{"guest_can_control":true}`)})
		pass(time.Minute)
		seen("Alice", gone, false)
		if list := r.list(); list[0].Name != "Bob" || list[1].Name != "Alice" {
			t.Errorf("who is here comes first: %+v", list)
		}
		// The jam ends with Bob in it.
		end := r.Now()
		r.next(closed)
		pass(time.Minute)
		seen("Bob", end, false)
		alice = r.stranger()
		alice.comes("Alice", token)
		came := r.disk.writes.Load()
		alice.do(wire.Leave{})
		left := r.Now()
		if n := r.disk.writes.Load() - came; n != 1 {
			t.Errorf("leaving took %d transactions", n)
		}
		pass(time.Minute)
		seen("Alice", left, false)
		alice = r.stranger()
		alice.comes("Alice", token)
		// The power fails: what counts is the last sign of life.
		pass(time.Minute)
		last := r.storedMark().At.Time
		r.stop()
		if err := <-r.ended; err != nil {
			t.Error(err)
		}
		if err := r.disk.Close(); err != nil {
			t.Error(err)
		}
		pass(10 * time.Minute)
		r = open(t, r.dir)
		if got := r.list()[0]; got.Name != "Alice" || got.Connected || got.LastSeen.Before(last) || got.LastSeen.After(last.Add(time.Minute)) {
			t.Errorf("after a restart alice is %+v, the host was alive at %v", got, last)
		}
	})
}

func TestForgettingAMember(t *testing.T) {
	r := start(t)
	host, nat, bob := r.join("Hanna", true), r.native("nats-program"), r.join("Bob", false)
	nat.comes("Nat", "")
	token := r.promote(host, nat)
	user, _ := r.shown(nat.id())
	nat.read()
	forget := func(id string, want bool) {
		t.Helper()
		if known, err := r.Forget(t.Context(), id); known != want || err != nil {
			t.Errorf("forget %s: %v, %v", id, known, err)
		}
	}
	r.disk.broken.Store(true)
	if known, err := r.Forget(t.Context(), *user.UserID); !known || err == nil {
		t.Errorf("on a broken disk: %v, %v", known, err)
	}
	r.disk.broken.Store(false)
	if p, _ := r.shown(nat.id()); p.Role != wire.RoleMember || len(r.list()) != 1 {
		t.Errorf("what could not be written happened: %+v", p)
	}
	nat.read()
	bob.read()
	forget("nobody", false)
	forget(*user.UserID, true)
	if p, _ := r.shown(nat.id()); p.Role != wire.RoleGuest || p.UserID != nil || nat.told("granted") != 1 || bob.told("participant_updated") != 1 {
		t.Errorf("forgotten, they are %+v", p)
	}
	forget(*user.UserID, false)
	if p := r.native("third").comes("Nat", token); p.ID != "" {
		t.Errorf("the token still gives %+v", p)
	}
	nat.do(wire.Leave{})
	if p := r.native("nats-program").comes("Nat", ""); p.Role != wire.RoleGuest {
		t.Errorf("the program still gives %+v", p)
	}
	// Who is not in the running jam; then without a jam.
	away := r.join("Cara", false)
	r.promote(host, away)
	gone, _ := r.shown(away.id())
	r.next(`{}`)
	forget(*gone.UserID, true)
	forget(*gone.UserID, false)
	host, bob = r.join("Hanna", true), r.join("Bob", false)
	other := r.promote(host, bob)
	seat, _ := r.shown(bob.id())
	if refusal := r.End(t.Context(), r.View().ShareCode); refusal != nil {
		t.Fatal(refusal)
	}
	forget(*seat.UserID, true)
	r = r.again()
	if list := r.list(); len(list) != 0 {
		t.Errorf("after a restart the list is %+v", list)
	}
	if _, refusal := r.Create(t.Context(), []byte(closed)); refusal != nil {
		t.Fatal(refusal)
	}
	if p := r.stranger().comes("Bob", other); p.ID != "" {
		t.Errorf("the token of who was forgotten gave %+v", p)
	}
}

// A join that stands in line behind the forgetting finds no member any more.
func TestForgottenAndJoiningAtOnce(t *testing.T) {
	r := start(t)
	host, nat := r.join("Hanna", true), r.native("nats-program")
	nat.comes("Nat", "")
	r.promote(host, nat)
	user, _ := r.shown(nat.id())
	nat.do(wire.Leave{})
	next := r.native("nats-program")
	r.oneRound(host, func() {
		if _, err := r.Forget(context.WithoutCancel(t.Context()), *user.UserID); err != nil {
			t.Error(err)
		}
	}, func() { next.ask("Nat", "") })
	if p, _ := r.shown(next.id()); p.Role != wire.RoleGuest || p.UserID != nil {
		t.Errorf("they came in as %+v", p)
	}
}

func TestKeysStayOutOfTheLogAtInfo(t *testing.T) {
	var log bytes.Buffer
	r := openOn(t, t.TempDir(), machine{})
	r.cfg.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelInfo}))
	if _, refusal := r.Create(t.Context(), nil); refusal != nil {
		t.Fatal(refusal)
	}
	host, nat := r.join("Hanna", true), r.native("nats-program")
	nat.comes("Nat", "")
	r.promote(host, nat)
	r.disk.broken.Store(true)
	host.do(wire.SetRole{ParticipantID: nat.id(), Role: wire.RoleGuest})
	r.disk.broken.Store(false)
	r.settle()
	if bytes.Contains(log.Bytes(), []byte("nats-program")) {
		t.Errorf("the log holds a key: %s", log.Bytes())
	}
}

func TestTheOldestListIsEmptyAndOldMembersAreListedLast(t *testing.T) {
	r := start(t)
	if list := r.list(); list == nil || len(list) != 0 {
		t.Errorf("the list is %#v", list)
	}
	host, alice := r.join("Hanna", true), r.join("Alice", false)
	r.promote(host, alice)
	if err := r.disk.Store.Commit(store.Batch{Members: []store.Member{{ID: "old", Name: "Aaron", TokenHash: "of an older version"}}}); err != nil {
		t.Fatal(err)
	}
	if list := r.list(); len(list) != 2 || list[1].Name != "Aaron" || list[1].LastSeen != nil {
		t.Errorf("the list is %+v", list)
	}
}
