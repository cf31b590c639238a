package session

import (
	"bytes"
	"testing"

	"soul-jam/shared/wire"
)

func TestApprovedWhileGivingUp(t *testing.T) {
	r := start(t)
	host, alice := r.join("Hanna", true), r.stranger()
	approval(r, host, "true")
	alice.ask("Alice", "a")
	request := r.requests()[0].ID
	r.oneRound(host, host.will(wire.ApproveJoin{ParticipantID: request}), func() {
		if err := r.Withdraw(t.Context(), alice.Peer, "out"); err != nil {
			t.Error(err)
		}
	})
	alice.turnedAway(wire.CloseLeft, `"ack"`)
	if p, in := r.shown(request); in {
		t.Errorf("nobody sits there: %+v", p)
	}
}

func TestApprovedAndKickedAtOnce(t *testing.T) {
	r := start(t)
	host, alice := r.join("Hanna", true), r.stranger()
	approval(r, host, "true")
	alice.ask("Alice", "a")
	request := r.requests()[0].ID
	r.oneRound(host, host.will(wire.ApproveJoin{ParticipantID: request}), host.will(wire.Kick{ParticipantID: request}))
	alice.turnedAway(wire.CloseKicked, `"banned"`)
}

func TestWhoDisconnectsWhileBeingApproved(t *testing.T) {
	for name, goneFirst := range map[string]bool{"gone first": true, "approved first": false} {
		t.Run(name, func(t *testing.T) {
			r := start(t)
			host, alice := r.join("Hanna", true), r.stranger()
			approval(r, host, "true")
			alice.ask("Alice", "a")
			request := r.requests()[0].ID
			gone, approve := func() { r.Gone(alice.Peer) }, host.will(wire.ApproveJoin{ParticipantID: request})
			if goneFirst {
				r.oneRound(host, gone, approve)
			} else {
				r.oneRound(host, approve, gone)
			}
			if p, in := r.shown(request); !in || p.Connected || alice.Joined() {
				t.Errorf("in the list %v, connected %v, seated %v", in, p.Connected, alice.Joined())
			}
			back := r.stranger()
			back.ask("Alice", "a")
			if p, _ := r.shown(request); !back.Joined() || back.id() != request || !p.Connected {
				t.Errorf("back on another seat, or none: %+v", p)
			}
		})
	}
}

// One connection that asks, and then comes in by another door, has one place and not two.
func TestWhoWaitsAndTakesTheirOldSeatUp(t *testing.T) {
	r := start(t)
	host, alice, next := r.join("Hanna", true), r.join("Alice", false), r.stranger()
	token, seat := alice.token(), alice.id()
	r.Gone(alice.Peer)
	approval(r, host, "true")
	next.ask("Alice again", "")
	next.resume(token)
	if waiting := r.requests(); len(waiting) != 0 || !next.Joined() || next.id() != seat {
		t.Errorf("still waiting %+v, seated %v", waiting, next.Joined())
	}
	if bye := next.Outbox.Take().Bye; bye != 0 {
		t.Errorf("closed with %d", bye)
	}
}

func TestWhoWaitsAndWatches(t *testing.T) {
	r := start(t)
	host, next := r.join("Hanna", true), r.stranger()
	approval(r, host, "true")
	next.ask("Alice", "")
	if err := r.Watch(t.Context(), next.Peer, "watch", true); err != nil {
		t.Fatal(err)
	}
	if waiting := r.requests(); len(waiting) != 0 || !next.Watches() {
		t.Errorf("still waiting %+v, watches %v", waiting, next.Watches())
	}
}

func TestAskingAgainAfterBeingLetInIsNoSecondSeat(t *testing.T) {
	r := start(t)
	host, alice := r.join("Hanna", true), r.stranger()
	approval(r, host, "true")
	alice.ask("Alice", "")
	request := r.requests()[0].ID
	if code := host.do(wire.ApproveJoin{ParticipantID: request}); code != "" || !alice.Joined() {
		t.Fatalf("approve: %q, seated %v", code, alice.Joined())
	}
	alice.read()
	alice.ask("Alice", "") // was on its way
	alice.resume("on its way too")
	if err := r.Watch(t.Context(), alice.Peer, "watch", true); err != nil {
		t.Fatal(err)
	}
	if n := len(r.requests()); n != 0 || alice.told("error") != 3 || alice.Watches() {
		t.Errorf("%d wait, and it watches: %v", n, alice.Watches())
	}
}

func TestADiskThatFailsInTheMiddleOfApprovalAndKick(t *testing.T) {
	r := start(t)
	host, alice, bob := r.join("Hanna", true), r.stranger(), r.join("Bob", false)
	approval(r, host, "true")
	alice.ask("Alice", "a")
	request := r.requests()[0].ID
	alice.read()
	bob.read()
	r.disk.broken.Store(true)
	for _, c := range []wire.Command{
		wire.ApproveJoin{ParticipantID: request}, wire.DenyJoin{ParticipantID: request}, wire.Kick{ParticipantID: bob.id()},
		wire.SetRole{ParticipantID: bob.id(), Role: wire.RoleMember}, wire.TransferHost{ParticipantID: bob.id()},
	} {
		if code := host.do(c); code != wire.CodeInternal {
			t.Errorf("%s: %q, want internal", c.CommandType(), code)
		}
	}
	if err := r.Withdraw(t.Context(), alice.Peer, "out"); err != nil {
		t.Fatal(err)
	}
	r.settle()
	for name, s := range map[string]*someone{"alice": alice, "bob": bob} {
		taken := s.Outbox.Take()
		for _, m := range taken.Messages {
			if !bytes.Contains(m, []byte(`"internal"`)) {
				t.Errorf("%s was told %s of what did not happen", name, m)
			}
		}
		if taken.Bye != 0 {
			t.Errorf("%s was closed with %d", name, taken.Bye)
		}
	}
	r.disk.broken.Store(false)
	alice.ask("Alice", "a")
	if waiting := r.requests(); len(waiting) != 1 || waiting[0].ID != request || !waiting[0].Connected {
		t.Fatalf("waiting are %+v", waiting)
	}
	if code := host.do(wire.ApproveJoin{ParticipantID: request}); code != "" || !alice.Joined() {
		t.Errorf("approve: %q, seated %v", code, alice.Joined())
	}
	if code := host.do(wire.Kick{ParticipantID: bob.id()}); code != "" || bob.Joined() {
		t.Errorf("kick: %q, seated %v", code, bob.Joined())
	}
	next := r.again()
	if n := len(next.requests()); n != 0 {
		t.Errorf("%d wait after a restart", n)
	}
}

// Room counts when they are let in: who has a place already does not lose it by a reload.
func TestAReloadInTheWaitingRoomOfAFullJam(t *testing.T) {
	r := start(t)
	host, alice, bob := r.join("Hanna", true), r.stranger(), r.stranger()
	host.do(wire.UpdateSettings{Settings: []byte(`{"require_approval":true,"max_participants":1}`)})
	alice.ask("Alice", "a")
	bob.ask("Bob", "b")
	request := r.requests()[1].ID
	host.do(wire.ApproveJoin{ParticipantID: r.requests()[0].ID})
	r.Gone(bob.Peer)
	back := r.stranger()
	back.ask("Bob", "b")
	if waiting := r.requests(); len(waiting) != 1 || waiting[0].ID != request || !waiting[0].Connected {
		t.Errorf("waiting are %+v, and bob is told %s", waiting, back.read())
	}
	alice.do(wire.Leave{})
	if code := host.do(wire.ApproveJoin{ParticipantID: request}); code != "" || !back.Joined() {
		t.Errorf("approve: %q, seated %v", code, back.Joined())
	}
}

func TestTheUninvitedWaitForTheHost(t *testing.T) {
	r := start(t)
	host, nat, eve := r.join("Hanna", true), r.native("nats-program"), r.native("eves-program")
	eve.Uninvited = true
	eve.ask("Eve", "e")
	nat.ask("Nat", "n")
	if !nat.Joined() || eve.Joined() || len(r.requests()) != 1 {
		t.Fatalf("nat sits %v, eve %v, waiting are %+v", nat.Joined(), eve.Joined(), r.requests())
	}
	approval(r, host, "true")
	approval(r, host, "false")
	if eve.Joined() {
		t.Error("eve came in without the host")
	}
	if err := r.Watch(t.Context(), eve.Peer, "watch", false); err != nil || eve.Watches() {
		t.Errorf("eve watches: %v, %v", eve.Watches(), err)
	}
	again := r.native("eves-program")
	again.Uninvited = true
	again.ask("Eve", "e")
	if code := host.do(wire.ApproveJoin{ParticipantID: r.requests()[0].ID}); code != "" || !again.Joined() {
		t.Fatalf("approved: %q, sits %v", code, again.Joined())
	}
	r.promote(host, again)
	r.next(closed)
	if p := r.native("eves-program").comes("Eve", ""); p.Role != wire.RoleMember {
		t.Errorf("let in by the host and made a member, she is %+v", p)
	}
}
