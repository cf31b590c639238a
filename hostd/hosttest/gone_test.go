package hosttest_test

import (
	"fmt"

	"soul-jam/hostd/hosttest"
	"soul-jam/shared/wire"
)

// tryGone sends every message as somebody who was kicked and as somebody who left: on the connection that is being closed,
// and as the first word of a new one.
func (g *gathering) tryGone() {
	for face := range g.faces {
		for _, how := range []string{"kicked", "left"} {
			g.steward.Settings(open(false))
			c := g.w.Dial(g.faces[face], g.w.Code)
			secret := fmt.Sprintf("a-key-of-one-%s-at-the-%s-and-so-long", how, face)
			c.Join(wire.JoinRequest{DisplayName: "Gina", JoinKey: secret})
			if how == "kicked" {
				g.steward.Must(wire.Kick{ParticipantID: c.ID})
			} else {
				c.Must(wire.Leave{})
			}
			g.isDeafTo(c, how, face)
			g.stays(c, secret, how, face)
			if how == "kicked" { // else all who come from this address would wait
				g.steward.Must(wire.Unban{ParticipantID: c.ID})
			}
		}
	}
}

// isDeafTo: what comes behind the kick or behind leave is not done.
func (g *gathering) isDeafTo(c *hosttest.Client, how, face string) {
	g.Helper()
	for _, command := range wire.Commands() {
		g.tried++
		c.Says(g.sayable(command), "late-"+command.CommandType())
	}
	const ghost = "a word from beyond"
	c.Says(wire.Chat{Message: ghost}, "late-chat")
	code := wire.CloseKicked
	if how == "left" {
		code = wire.CloseLeft
	}
	c.ExpectClose(code)
	for _, command := range wire.Commands() {
		if c.Told("ack", `"late-`+command.CommandType()+`"`) > 0 {
			g.Errorf("%s by somebody who was %s at the %s was done", command.CommandType(), how, face)
		}
	}
	g.steward.Settled()
	if g.steward.Told("participant_updated", c.ID, `"connected":true`)+g.steward.Told("chat_message", ghost) > 0 {
		g.Errorf("who was %s at the %s is back", how, face)
	}
}

// stays: the token and the join key of who has gone open nothing; after a kick that is a ban.
func (g *gathering) stays(c *hosttest.Client, key, how, face string) {
	g.Helper()
	ways := map[string]wire.Command{"the resume token": wire.Resume{ResumeToken: c.Resume}}
	code := wire.CodeNotAuthorized
	if how == "kicked" {
		code = wire.CodeBanned
		ways["the join key"] = wire.JoinRequest{DisplayName: "Gina", JoinKey: key}
	}
	for what, command := range ways {
		for other := range g.faces {
			g.tried++
			back := g.w.Dial(g.faces[other], g.w.Code)
			if _, refusal := back.Do(command); refusal == nil || refusal.Code != code {
				g.Errorf("who was %s at the %s comes back by the %s with %s: %v, want %s", how, face, other, what, refusal, code)
			}
			back.Drop()
		}
	}
}
