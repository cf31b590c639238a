package hosttest

import (
	"context"
	"fmt"
	"strings"

	"soul-jam/shared/wire"
)

// Last gives the newest message of that type that was read.
func (c *Client) Last(kind string) Message {
	c.t.Helper()
	return c.last(kind)
}

// Told counts the messages of that type read so far whose text holds every one of these.
func (c *Client) Told(kind string, holds ...string) int {
	n := 0
	for _, m := range c.Seen {
		if m.Type != kind {
			continue
		}
		all := true
		for _, text := range holds {
			all = all && strings.Contains(string(m.Raw), text)
		}
		if all {
			n++
		}
	}
	return n
}

// Knock asks for a seat where a host decides, and gives the place in the waiting room.
func (c *Client) Knock(req wire.JoinRequest) (place int) {
	c.t.Helper()
	c.name = req.DisplayName
	before := len(c.Seen)
	c.Must(req)
	for _, m := range c.Seen[before:] {
		if m.Type == "joined" {
			c.t.Fatalf("%s was let in at once", c.name)
		}
	}
	return c.Place()
}

// Place is where the newest join_pending puts this person.
func (c *Client) Place() int {
	c.t.Helper()
	var pending wire.JoinPending
	c.last("join_pending").Into(c.t, &pending)
	if pending.Message == "" {
		c.t.Errorf("%s waits without a word", c.name)
	}
	return pending.Position
}

// LetIn reads until the host has let this person in, and keeps what it got.
func (c *Client) LetIn() wire.Joined {
	c.t.Helper()
	var joined wire.Joined
	c.Expect("joined").Into(c.t, &joined)
	c.ID = *joined.ParticipantID
	return joined
}

// Requested reads until a host is told that somebody of that name waits, and gives the request.
func (c *Client) Requested(name string) wire.JamParticipant {
	c.t.Helper()
	var requested wire.JoinRequested
	c.ExpectWhere("join_requested", `"display_name":"`+name+`"`).Into(c.t, &requested)
	return requested.Participant
}

// Settings changes settings, given as JSON.
func (c *Client) Settings(json string) {
	c.t.Helper()
	c.Must(wire.UpdateSettings{Settings: []byte(json)})
}

// Heard gives the newest message of that type that holds every one of these, read already or to come.
func (c *Client) Heard(kind string, holds ...string) Message {
	c.t.Helper()
	if c.Told(kind, holds...) == 0 {
		return c.ExpectWhere(kind, holds...)
	}
	for i := len(c.Seen) - 1; ; i-- {
		one := Client{Seen: c.Seen[i : i+1]}
		if one.Told(kind, holds...) == 1 {
			return c.Seen[i]
		}
	}
}

// Says sends a message with an id when the connection still takes it, and waits for nothing.
func (c *Client) Says(command wire.Command, id string) {
	c.t.Helper()
	frame, err := wire.EncodeCommand(command, id)
	if err != nil {
		c.t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(c.t.Context(), patience)
	defer cancel()
	_ = c.conn.Write(ctx, frame) // the host may have closed it already
}

// Goes leaves, when there is a seat to leave, and reads until the host has heard it or the connection is over.
func (c *Client) Goes() {
	c.t.Helper()
	id := fmt.Sprintf("goes-%p", c) // the host's seat remembers the ids of connections before
	c.Says(wire.Leave{}, id)
	for c.closed == nil && c.Told("ack", id)+c.Told("error", id) == 0 {
		c.read()
		c.Seen, c.waiting = append(c.Seen, c.waiting...), nil
	}
	c.Drop()
}
