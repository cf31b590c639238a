package session

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"

	"soul-jam/shared/identity"
	"soul-jam/shared/wire"
)

// stranger is a connection that has said nothing yet.
func (r *rig) stranger() *someone {
	return &someone{Peer: NewPeer(r.View().ShareCode, false, wire.PathLAN, slog.New(slog.DiscardHandler)), r: r}
}

// token is the resume token that this connection was given last, among what waits for it.
func (s *someone) token() (token string) {
	s.r.t.Helper()
	for _, m := range s.read() {
		var holds struct {
			ResumeToken string `json:"resume_token"`
		}
		if err := json.Unmarshal(m, &holds); err != nil {
			s.r.t.Fatal(err)
		}
		if holds.ResumeToken != "" {
			token = holds.ResumeToken
		}
	}
	if token == "" {
		s.r.t.Fatal("there is no token")
	}
	return token
}

// id is the seat of this connection.
func (s *someone) id() string { return s.seat.Load().id }

// oneRound makes all of these one round of the house, in this order: they wait
// while the disk is held by something else.
func (r *rig) oneRound(host *someone, steps ...func()) {
	r.t.Helper()
	release := r.disk.hold()
	host.send(wire.SetVolume{Volume: 1 + host.n%90})
	<-r.disk.held
	done := make(chan struct{}, len(steps))
	for i, step := range steps {
		go func() { step(); done <- struct{}{} }()
		eventually(r.t, "the next one waits", func() bool { return len(r.mail) == i+1 })
	}
	release()
	for range steps {
		<-done
	}
	r.settle()
}

// will is a command for oneRound.
func (s *someone) will(c wire.Command) func() {
	return func() {
		if err := s.r.Submit(s.r.t.Context(), s.Peer, c.CommandType()+" in this round", c); err != nil {
			s.r.t.Error(err)
		}
	}
}

// shown is somebody as everyone sees them; ok is false when they are not in the list.
func (r *rig) shown(seat string) (p wire.JamParticipant, ok bool) {
	r.look(func() {
		for _, other := range r.jam.People(0).Participants {
			if other.ID == seat {
				p, ok = other, true
			}
		}
	})
	return p, ok
}

// resume takes the seat of a token up; it waits for the answer.
func (s *someone) resume(token string) {
	s.r.t.Helper()
	if err := s.r.Resume(s.r.t.Context(), s.Peer, "resume", wire.Resume{ResumeToken: token}); err != nil {
		s.r.t.Error(err)
	}
}

// ask sends a join_request with a join key and waits for the answer.
func (s *someone) ask(name, key string) {
	s.r.t.Helper()
	if key != "" {
		key = strings.Repeat(key, wire.MinJoinKey)
	}
	if err := s.r.Join(s.r.t.Context(), s.Peer, "join", wire.JoinRequest{DisplayName: name, JoinKey: key}, false); err != nil {
		s.r.t.Error(err)
	}
}

// requests are those who wait.
func (r *rig) requests() (people []wire.JamParticipant) {
	r.look(func() { people = r.jam.Pending() })
	return people
}

func approval(r *rig, host *someone, on string) {
	r.t.Helper()
	if code := host.do(wire.UpdateSettings{Settings: []byte(`{"require_approval":` + on + `}`)}); code != "" {
		r.t.Fatal(code)
	}
}

// A page that is reloaded closes its old connection and opens the new one at the same moment.
func TestAReloadWithinOneRoundIsNoAbsence(t *testing.T) {
	for name, goneFirst := range map[string]bool{"gone first": true, "resumed first": false} {
		t.Run(name, func(t *testing.T) {
			r := start(t)
			host, alice := r.join("Hanna", true), r.join("Alice", false)
			token, seat, next := alice.token(), alice.id(), r.stranger()
			gone, resume := func() { r.Gone(alice.Peer) }, func() { next.resume(token) }
			if goneFirst {
				r.oneRound(host, gone, resume)
			} else {
				r.oneRound(host, resume, gone)
			}
			if p, ok := r.shown(seat); !next.Joined() || !ok || !p.Connected {
				t.Errorf("seated %v, and everybody sees %+v", next.Joined(), p)
			}
			r.Gone(next.Peer)
			r.settle()
			if p, _ := r.shown(seat); p.Connected {
				t.Error("her second going is not seen")
			}
		})
	}
}

func TestAReloadOnABrokenDiskIsNoAbsence(t *testing.T) {
	r := start(t)
	host, alice := r.join("Hanna", true), r.join("Alice", false)
	token, seat, next := alice.token(), alice.id(), r.stranger()
	r.oneRound(host, func() { r.disk.broken.Store(true); r.Gone(alice.Peer) }, func() { next.resume(token) })
	if !next.Joined() {
		t.Error("she may not even look while the disk refuses")
	}
	r.disk.broken.Store(false)
	r.settle()
	r.settle()
	if p, _ := r.shown(seat); !next.Joined() || !p.Connected {
		t.Errorf("with the disk mended: seated %v, and everybody sees %+v", next.Joined(), p)
	}
	again := r.stranger()
	if again.resume(token); !again.Joined() {
		t.Error("the token that she kept is unknown")
	}
	r.Gone(again.Peer)
	r.settle()
	if p, _ := r.shown(seat); p.Connected {
		t.Error("her going is not seen")
	}
}

func TestAReloadInTheWaitingRoomWithinOneRound(t *testing.T) {
	for name, goneFirst := range map[string]bool{"gone first": true, "asked first": false} {
		t.Run(name, func(t *testing.T) {
			r := start(t)
			host := r.join("Hanna", true)
			approval(r, host, "true")
			alice, next := r.stranger(), r.stranger()
			alice.ask("Alice", "a")
			gone, ask := func() { r.Gone(alice.Peer) }, func() { next.ask("Alice", "a") }
			if goneFirst {
				r.oneRound(host, gone, ask)
			} else {
				r.oneRound(host, ask, gone)
			}
			waiting := r.requests()
			if len(waiting) != 1 || !waiting[0].Connected {
				t.Fatalf("waiting are %+v", waiting)
			}
			if code := host.do(wire.ApproveJoin{ParticipantID: waiting[0].ID}); code != "" || !next.Joined() {
				t.Errorf("approve: %q, seated %v", code, next.Joined())
			}
		})
	}
}

// turnedAway fails unless the connection had its bye with that code and holds no seat.
func (s *someone) turnedAway(code wire.CloseCode, because string) {
	s.r.t.Helper()
	taken := s.Outbox.Take()
	if s.Joined() || taken.Bye != code || !bytes.Contains(bytes.Join(taken.Messages, nil), []byte(because)) {
		s.r.t.Errorf("seated %v, bye %d after %s; want %s and %d", s.Joined(), taken.Bye, taken.Messages, because, code)
	}
}

func TestKickedWhileTakingTheSeatUp(t *testing.T) {
	r := start(t)
	host, alice := r.join("Hanna", true), r.join("Alice", false)
	token, seat, next := alice.token(), alice.id(), r.stranger()
	r.Gone(alice.Peer)
	r.oneRound(host, func() { next.resume(token) }, host.will(wire.Kick{ParticipantID: seat}))
	next.turnedAway(wire.CloseKicked, `"banned"`)
	host.do(wire.AddTrack{TrackID: "t1"})
	if heard := next.read(); len(heard) > 0 {
		t.Errorf("who was kicked still hears %s", heard)
	}
}

func TestKickedWhileJoiningAgain(t *testing.T) {
	r := start(t)
	host, first, again := r.join("Hanna", true), r.stranger(), r.stranger()
	first.ask("Alice", "a")
	seat := first.id()
	r.oneRound(host, func() { again.ask("Alice", "a") }, host.will(wire.Kick{ParticipantID: seat}))
	again.turnedAway(wire.CloseKicked, `"banned"`)
	first.turnedAway(wire.CloseKicked, `"kicked"`)
}

func TestLeftWhileTakingTheSeatUp(t *testing.T) {
	r := start(t)
	host, alice := r.join("Hanna", true), r.join("Alice", false)
	token, seat, next := alice.token(), alice.id(), r.stranger()
	r.oneRound(host, func() { next.resume(token) }, alice.will(wire.Leave{}))
	next.turnedAway(0, `"not_authorized"`) // like any unknown token: the connection stays
	if _, in := r.shown(seat); in {
		t.Error("she is in the list though she left")
	}
}

// Who becomes the host while their page is closed must learn who waits, however much of the past they hold.
func TestANewHostWhoWasAwayLearnsWhoWaitsAndWhoIsBanned(t *testing.T) {
	r := start(t)
	host, alice, bad := r.join("Hanna", true), r.join("Alice", false), r.join("Bad", false)
	token, seat, banned := alice.token(), alice.id(), bad.id()
	host.do(wire.Kick{ParticipantID: banned})
	approval(r, host, "true")
	carol := r.stranger()
	carol.ask("Carol", "c")
	request := r.requests()[0].ID
	seq := r.View().Seq
	r.Gone(alice.Peer)
	r.settle()
	host.do(wire.TransferHost{ParticipantID: seat})
	next := r.stranger()
	if err := r.Resume(t.Context(), next.Peer, "resume", wire.Resume{ResumeToken: token, LastSeq: &seq}); err != nil {
		t.Fatal(err)
	}
	heard := string(bytes.Join(next.read(), nil))
	for what, text := range map[string]string{"who waits": `"pending":[{"id":"` + request, "who is banned": `"bans":[{"id":"` + banned} {
		if !strings.Contains(heard, text) {
			t.Errorf("the new host is not told %s:\n%s", what, heard)
		}
	}
}

func TestATokenOfABannedSeatOpensNothing(t *testing.T) {
	r := start(t)
	host, alice := r.join("Hanna", true), r.join("Alice", false)
	token := identity.Keep(alice.token())
	if _, ok := r.SeatOf(t.Context(), token, false); !ok {
		t.Error("her token is worth nothing before")
	}
	host.do(wire.Kick{ParticipantID: alice.id()})
	if _, ok := r.SeatOf(t.Context(), token, false); ok {
		t.Error("who was kicked may still search")
	}
}
