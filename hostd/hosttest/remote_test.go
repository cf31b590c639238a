package hosttest

import (
	"strings"
	"testing"
	"time"

	"soul-jam/shared/identity"
	"soul-jam/shared/wire"
)

// remoteWorld is a host with a jam that a soul-server knows.
func remoteWorld(t *testing.T, o Options) (*World, *Soul, identity.LinkKey) {
	t.Helper()
	s := NewSoul(t)
	o.Relay = s.URL
	if o.Start == "" {
		o.Start = "Far and near"
	}
	w := New(t, o)
	w.claimed()
	return w, s, w.linkKey(s)
}

// claimed waits until the soul-server knows the jam.
func (w *World) claimed() {
	w.t.Helper()
	for deadline := time.Now().Add(patience); ; {
		if len(w.Status().Warnings) == 0 || !strings.Contains(strings.Join(w.Status().Warnings, " "), "soul-server") {
			return
		}
		if time.Now().After(deadline) {
			w.t.Fatalf("the soul-server does not know the jam: %v", w.Status().Warnings)
		}
	}
}

// linkKey is what stands behind the # of the jam's link.
func (w *World) linkKey(s *Soul) identity.LinkKey {
	w.t.Helper()
	base, fragment, _ := strings.Cut(w.Status().Jam.URL, "#")
	if base != s.URL+"/jam/"+w.Code {
		w.t.Errorf("the link leads to %s", base)
	}
	key, err := identity.ParseLinkKey(fragment)
	if err != nil {
		w.t.Fatal(err)
	}
	return key
}

func TestGuestsFromElsewhereAreInTheJam(t *testing.T) {
	w, s, key := remoteWorld(t, Options{})
	host := w.Host()
	linked, typed, plain := w.Sealed(s, w.Code, &key).Client, w.Sealed(s, w.Code, nil).Client, w.Dial(s.URL, w.Code)
	for _, c := range []struct {
		name     string
		guest    *Client
		verified bool
	}{{"Lena", linked, true}, {"Tim", typed, false}, {"Pat", plain, false}} {
		joined := c.guest.Join(wire.JoinRequest{DisplayName: c.name})
		var m struct{ Participant wire.JamParticipant }
		host.ExpectWhere("participant_joined", c.name).Into(t, &m)
		if m.Participant.Path != wire.PathRelayed || m.Participant.Verified != c.verified || joined.Session.ShareCode != w.Code {
			t.Errorf("%s is %+v", c.name, m.Participant)
		}
	}
	linked.Must(wire.Chat{Message: "hello"})
	for _, c := range []*Client{host, typed, plain} {
		c.ExpectWhere("chat_message", "hello")
	}
	plain.Must(wire.Leave{})
	plain.ExpectClose(wire.CloseLeft)
	typed.Must(wire.Leave{})
	typed.ExpectClose(wire.CloseLeft)
}

func TestFromThePipeToTheDirectPathNothingIsLostOrDoubled(t *testing.T) {
	w, s, key := remoteWorld(t, Options{})
	host, page := w.Host(), w.Sealed(s, w.Code, &key)
	page.Join(wire.JoinRequest{DisplayName: "Lena"})
	page.Settled()
	for i := range 3 {
		host.Must(wire.Chat{Message: "before " + string(rune('a'+i))})
	}
	direct := page.Direct()
	direct.name, direct.ID = page.name, page.ID
	host.Must(wire.Chat{Message: "meanwhile"})
	page.ExpectWhere("chat_message", "before c")
	from := page.LastSeq
	host.Must(wire.Chat{Message: "later"})
	m := direct.TakeUp(page.Resume, &from)
	if m.Type != "resumed" || !strings.Contains(string(m.Raw), "meanwhile") || !strings.Contains(string(m.Raw), "later") || strings.Contains(string(m.Raw), "before c") {
		t.Errorf("after what the page had, came %s", m.Raw)
	}
	page.ExpectClose(wire.CloseReplaced)
	var updated struct{ Participant wire.JamParticipant }
	host.ExpectWhere("participant_updated", "Lena").Into(t, &updated)
	if updated.Participant.Path != wire.PathDirect || !updated.Participant.Verified || !updated.Participant.Connected {
		t.Errorf("now they are %+v", updated.Participant)
	}
	direct.Must(wire.Chat{Message: "on the direct path"})
	host.ExpectWhere("chat_message", "on the direct path")
	// The soul-server may go: the direct path stays.
	s.Restart()
	w.claimed()
	direct.Must(wire.Chat{Message: "still here"})
	host.ExpectWhere("chat_message", "still here")
	// And back to the pipe.
	back := w.Sealed(s, w.Code, &key)
	back.name, back.ID, back.LastSeq = page.name, page.ID, direct.LastSeq
	back.TakeUp(direct.Resume, &direct.LastSeq)
	direct.ExpectClose(wire.CloseReplaced)
	host.ExpectWhere("participant_updated", `"path":"relayed"`)
}

func TestNobodyGetsADataChannelBeforeASeat(t *testing.T) {
	w, s, key := remoteWorld(t, Options{})
	page := w.Sealed(s, w.Code, &key)
	if err := page.visit.Write(t.Context(), []byte(`{"type":"offer","attempt":1,"sdp":"v=0"}`), true); err != nil {
		t.Fatal(err)
	}
	select {
	case m := <-page.signals:
		if m.Type != "refused" || m.Message != "join first" {
			t.Errorf("the host says %+v", m)
		}
	case <-time.After(patience):
		t.Error("the host says nothing")
	}
	// What is no offer at all harms nobody.
	page.Join(wire.JoinRequest{DisplayName: "Lena"})
	for _, text := range []string{"{", "[]", `{"type":"offer"}`, `{"type":"offer","attempt":2,"sdp":"v=0\r\n"}`, `{"type":"candidate","attempt":9,"candidate":{}}`, `{"type":"candidate","attempt":2,"candidate":"x"}`} {
		if err := page.visit.Write(t.Context(), []byte(text), true); err != nil {
			t.Fatal(err)
		}
	}
	page.Must(wire.Chat{Message: "all is well"})
}

func TestTheHostGoesAwayAndComesBack(t *testing.T) {
	w, s, key := remoteWorld(t, Options{})
	plain, page := w.Dial(s.URL, w.Code), w.Sealed(s, w.Code, &key)
	plain.Join(wire.JoinRequest{DisplayName: "Pat"})
	page.Join(wire.JoinRequest{DisplayName: "Lena"})
	// They are told to come back, as on the LAN.
	if err := w.Stop(); err != nil {
		t.Fatal(err)
	}
	plain.ExpectClose(wire.CloseRestarting)
	page.ExpectClose(wire.CloseRestarting)
	late := w.Dial(s.URL, w.Code)
	late.Expect("error")
	late.ExpectClose(wire.CloseHostAway)
	w.Restart()
	w.claimed()
	if again := w.linkKey(s); again.Reveal() != key.Reveal() {
		t.Error("the link has changed")
	}
	back := w.Sealed(s, w.Code, &key)
	back.name = "Lena"
	back.TakeUp(page.Resume, &page.LastSeq)
	back.Must(wire.Chat{Message: "back"})
}

func TestTypedCodesAreRefusedWithVerifiedOnly(t *testing.T) {
	w, s, key := remoteWorld(t, Options{})
	host := w.Host()
	host.Must(wire.UpdateSettings{Settings: []byte(`{"verified_only":true}`)})
	w.Sealed(s, w.Code, &key).Join(wire.JoinRequest{DisplayName: "Lena"})
	for _, c := range []*Client{w.Sealed(s, w.Code, nil).Client, w.Dial(s.URL, w.Code)} {
		c.Refused(wire.JoinRequest{DisplayName: "Tim"}, wire.CodeNotAuthorized)
		c.ExpectClose(wire.CloseDenied)
	}
	w.Join("Ann")
}

func TestAnEndedJamIsToldAtTheSoulServer(t *testing.T) {
	w, s, key := remoteWorld(t, Options{})
	page := w.Sealed(s, w.Code, &key)
	page.Join(wire.JoinRequest{DisplayName: "Lena"})
	w.Host().Must(wire.EndSession{})
	page.ExpectClose(wire.CloseEnded)
	for deadline := time.Now().Add(patience); ; {
		late := w.Dial(s.URL, w.Code)
		if m := late.Expect("error"); strings.Contains(string(m.Raw), "session_ended") {
			late.ExpectClose(wire.CloseEnded)
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("the soul-server does not learn that the jam has ended")
		}
	}
}

func TestAPlainGuestStaysWhenTheHostIsOutOfSight(t *testing.T) {
	w, s, _ := remoteWorld(t, Options{})
	stays, resumes, late := w.Dial(s.URL, w.Code), w.Dial(s.URL, w.Code), w.Dial(s.URL, w.Code)
	stays.Join(wire.JoinRequest{DisplayName: "Pat"})
	resumes.Join(wire.JoinRequest{DisplayName: "Rae"})
	host := w.Host()
	s.DropHosts()
	for _, c := range []*Client{stays, resumes, late} {
		c.ExpectWhere("host_status", "offline")
	}
	host.Must(wire.Chat{Message: "nobody elsewhere hears this now"})
	for _, c := range []*Client{stays, resumes, late} {
		c.ExpectWhere("host_status", "online")
	}
	// On the same connection, the same seat, and what was missed.
	var update struct{ Session wire.JamSession }
	stays.ExpectWhere("session_update", "nobody elsewhere hears this now").Into(t, &update)
	stays.Must(wire.Chat{Message: "still Pat"})
	host.ExpectWhere("chat_message", "still Pat", stays.ID)
	// A client that resumes all the same may, once more on the same seat.
	if m := resumes.TakeUp(resumes.Resume, nil); m.Type != "joined" {
		t.Errorf("it got %s", m.Raw)
	}
	resumes.Must(wire.Chat{Message: "still Rae"})
	host.ExpectWhere("chat_message", "still Rae", resumes.ID)
	late.Refused(wire.Chat{Message: "I never joined"}, wire.CodeNotAuthorized)
	for _, p := range update.Session.Participants {
		if p.ID == stays.ID && (!p.Connected || p.Path != wire.PathRelayed || p.Verified) {
			t.Errorf("Pat is shown as %+v", p)
		}
	}
}

func TestEveryGuestFromElsewhereHasTheGoodbye(t *testing.T) {
	w, s, key := remoteWorld(t, Options{})
	var guests []*Client
	for range 10 {
		guests = append(guests, w.Sealed(s, w.Code, &key).Client, w.Sealed(s, w.Code, nil).Client, w.Dial(s.URL, w.Code))
	}
	for i, g := range guests {
		if i%5 != 0 { // some have not joined yet
			g.Join(wire.JoinRequest{DisplayName: "Somebody"})
		}
	}
	if err := w.Stop(); err != nil {
		t.Fatal(err)
	}
	for _, g := range guests {
		g.ExpectClose(wire.CloseRestarting)
	}
}

func TestANewJamIsKnownAtOnce(t *testing.T) {
	w, s, _ := remoteWorld(t, Options{})
	w.Host().Must(wire.EndSession{})
	for deadline := time.Now().Add(patience); w.Status().Jam != nil; {
		if time.Now().After(deadline) {
			t.Fatal("the jam does not end")
		}
	}
	var created wire.SessionCreated
	w.Ask("POST", w.Console+"/api/jam/sessions", w.Token, "").Want(201).Into(&created)
	w.Dial(s.URL, created.ShareCode).Join(wire.JoinRequest{DisplayName: "Quick"})
}
