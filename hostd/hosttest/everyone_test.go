package hosttest_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"soul-jam/hostd/hosttest"
	"soul-jam/shared/proof"
	"soul-jam/shared/wire"
)

// verdict is what a message gets from one kind of person.
type verdict string

const (
	heard    verdict = "heard"          // done, or refused for what it says
	refused  verdict = "not_authorized" // not theirs to ask
	inBefore verdict = "already_joined" // there is a seat, or a screen, on this connection
)

// someone is a kind of person at one moment, as the contract tells them apart.
type someone struct {
	seated, waits, watches bool
	role                   wire.Role
	console                bool
	fixed                  *bool // every right of theirs, as a host has fixed it
}

// needs says for every message of the contract what it takes: a right of the ten, "seat", "host" or "way in". A message without
// a row fails the test.
func needs() map[string]string {
	rows := map[string]string{
		"add_track": "can_add_to_queue", "remove_track": "can_remove_own", "reorder": "can_reorder", "skip": "can_skip", "set_volume": "can_set_volume",
		"vote_skip": "can_vote_skip", "unvote_skip": "can_vote_skip", "chat": "can_chat", "react": "can_chat", "kick": "can_kick",
	}
	for need, all := range map[string]string{
		"can_control": "play pause seek play_now",
		"host":        "update_settings end_session approve_join deny_join unban set_role set_permissions transfer_host",
		"seat":        "upvote unupvote search list_participants art away leave",
		"way in":      "join_request resume watch",
		"nothing":     "ping",
	} {
		for name := range strings.FieldsSeq(all) {
			rows[name] = need
		}
	}
	return rows
}

// has is the permission matrix of the contract.
func (p someone) has(right string, s wire.JamSettings) bool {
	hosts, member := p.role == wire.RoleHost || p.console, p.role == wire.RoleMember
	rights := map[string]bool{
		"can_add_to_queue": member || s.GuestCanAdd, "can_remove_own": member || s.GuestCanRemoveOwn, "can_vote_skip": member || s.GuestCanSkipVote,
		"can_remove_any": s.GuestCanControl, "can_reorder": s.GuestCanControl, "can_skip": s.GuestCanControl, "can_control": s.GuestCanControl,
		"can_set_volume": s.GuestCanSetVolume, "can_chat": true, "can_kick": false,
	}
	for name := range rights {
		if hosts || p.fixed != nil {
			rights[name] = hosts || *p.fixed
		}
	}
	rights["can_chat"] = rights["can_chat"] && s.AllowChat // for the host neither
	rights["can_remove_own"] = rights["can_remove_own"] || rights["can_remove_any"]
	return rights[right]
}

// expects says what a message gets. Where the setting decides about newcomers, they are the ones on that face.
func (p someone) expects(name, face string, s wire.JamSettings) verdict {
	closed := !s.AllowGuests || s.VerifiedOnly && face == "soul-server"
	need, hosts := needs()[name], p.role == wire.RoleHost || p.console
	ok := map[bool]verdict{true: heard, false: refused}
	switch {
	case need == "nothing":
		return heard
	case need == "way in" && (p.seated || p.watches):
		return inBefore
	case name == "watch":
		return ok[s.AllowGuests && !s.RequireApproval]
	case name == "join_request":
		return ok[p.waits || !closed]
	case name == "resume": // with the token of a seat
		return heard
	case name == "leave":
		return ok[p.seated || p.waits]
	case !p.seated:
		return refused
	case need == "host":
		return ok[hosts]
	case need == "seat":
		return heard
	}
	return ok[p.has(need, s)]
}

// gathering is one jam into which every kind of person comes by every face.
type gathering struct {
	*testing.T
	w       *hosttest.World
	steward *hosttest.Client // sits at the console
	spare   string           // the token of a seat that anybody may take up: used again and again, it stays the last that was used
	faces   map[string]string
	tried   int
}

// inMemory is a directory where writing costs little, when the system has one: here nothing is about the disk.
func inMemory(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "hosttest-")
	if err != nil {
		return filepath.Join(t.TempDir(), "data")
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

func gather(t *testing.T) *gathering {
	t.Helper()
	s := hosttest.NewSoul(t).Scattered()
	w := hosttest.New(t, hosttest.Options{Data: inMemory(t), Start: "Everyone", Relay: s.URL, MaxPerAddress: 10000})
	g := &gathering{T: t, w: w, faces: map[string]string{"LAN": w.LAN, "console": w.Console, "soul-server": s.URL}}
	g.steward = w.Host()
	g.spare = g.guest("LAN").Resume
	for {
		c := w.Dial(s.URL, w.Code) // until the soul-server knows the jam
		if _, refusal := c.Do(wire.Ping{}); refusal == nil {
			return g
		}
	}
}

// persona is a kind of person: who they are, and how one comes by a face. Those without a face of their own come by all three.
type persona struct {
	name string
	someone
	face   string
	arrive func(g *gathering, face string) *hosttest.Client
}

func (g *gathering) guest(face string) *hosttest.Client {
	c := g.w.Dial(g.faces[face], g.w.Code)
	c.Join(wire.JoinRequest{DisplayName: "Gus"})
	return c
}

// fix decides about all rights of somebody.
func (g *gathering) fix(c *hosttest.Client, yes bool) *hosttest.Client {
	rights := map[string]bool{}
	for field := range reflect.TypeFor[wire.JamPermissions]().Fields() {
		rights[field.Tag.Get("json")] = yes
	}
	text, err := json.Marshal(rights)
	if err != nil {
		g.Fatal(err)
	}
	g.steward.Must(wire.SetPermissions{ParticipantID: c.ID, Permissions: text})
	return c
}

func (g *gathering) member(face string) *hosttest.Client {
	c := g.guest(face)
	g.steward.Must(wire.SetRole{ParticipantID: c.ID, Role: wire.RoleMember})
	return c
}

func (g *gathering) host(face string) *hosttest.Client {
	c := g.guest(face)
	g.steward.Must(wire.TransferHost{ParticipantID: c.ID})
	return c
}

func personas() []persona {
	yes, no := true, false
	seated := func(role wire.Role, fixed *bool) someone { return someone{seated: true, role: role, fixed: fixed} }
	return []persona{
		{"not joined", someone{}, "", func(g *gathering, face string) *hosttest.Client { return g.w.Dial(g.faces[face], g.w.Code) }},
		{"waiting", someone{waits: true}, "", func(g *gathering, face string) *hosttest.Client {
			c := g.w.Dial(g.faces[face], g.w.Code)
			c.Knock(wire.JoinRequest{DisplayName: "Wanda"})
			return c
		}},
		{"watcher", someone{watches: true}, "", func(g *gathering, face string) *hosttest.Client {
			for {
				c := g.w.Dial(g.faces[face], g.w.Code)
				_, refusal := c.Do(wire.Watch{})
				if refusal == nil {
					return c
				}
				if refusal.Code != wire.CodeSessionFull { // screens before are being let go of
					g.Fatal(refusal)
				}
			}
		}},
		{"guest", seated(wire.RoleGuest, nil), "", (*gathering).guest},
		{"muted guest", seated(wire.RoleGuest, &no), "", func(g *gathering, face string) *hosttest.Client { return g.fix(g.guest(face), false) }},
		{"trusted guest", seated(wire.RoleGuest, &yes), "", func(g *gathering, face string) *hosttest.Client { return g.fix(g.guest(face), true) }},
		{"member", seated(wire.RoleMember, nil), "", (*gathering).member},
		{"muted member", seated(wire.RoleMember, &no), "", func(g *gathering, face string) *hosttest.Client { return g.fix(g.member(face), false) }},
		{"host by transfer", seated(wire.RoleHost, nil), "", (*gathering).host},
		{"host once, by transfer", seated(wire.RoleMember, nil), "", func(g *gathering, face string) *hosttest.Client {
			c := g.host(face)
			g.steward.Must(wire.TransferHost{ParticipantID: g.steward.ID})
			return c
		}},
		{"host at the console", someone{seated: true, role: wire.RoleHost, console: true}, "console", func(g *gathering, _ string) *hosttest.Client { return g.steward }},
		{"console without the role", someone{seated: true, role: wire.RoleMember, console: true}, "console", func(g *gathering, _ string) *hosttest.Client {
			g.host("LAN")
			return g.steward
		}},
	}
}

// sayable makes a message that everything is right with but what it is about, so that who may send it is all that decides.
func (g *gathering) sayable(c wire.Command) wire.Command {
	switch c.(type) {
	case wire.JoinRequest:
		return wire.JoinRequest{DisplayName: "Jo"}
	case wire.Resume:
		return wire.Resume{ResumeToken: g.spare}
	case wire.UpdateSettings:
		return wire.UpdateSettings{Settings: []byte(`{}`)}
	case wire.SetPermissions:
		return wire.SetPermissions{Permissions: []byte(`{}`)}
	case wire.EndSession:
		never := -1
		return wire.EndSession{InSeconds: &never}
	}
	return c
}

// says sends one message and tells what became of it.
func (g *gathering) says(c *hosttest.Client, command wire.Command) verdict {
	g.Helper()
	g.tried++
	var refusal *wire.Error
	if _, silent := command.(wire.Away); silent { // done without an answer
		c.Send(command, "away")
		c.Must(wire.Ping{})
		if c.Told("error", `"id":"away"`) > 0 {
			return refused
		}
		return heard
	}
	if _, refusal = c.Do(command); refusal == nil {
		return heard
	}
	switch refusal.Code {
	case wire.CodeNotAuthorized:
		return refused
	case wire.CodeAlreadyJoined:
		return inBefore
	case wire.CodeRateLimited, wire.CodeInternal:
		g.Fatalf("%s: %v", command.CommandType(), refusal)
	}
	return heard
}

// rounds deals the messages out to several of a kind: what changes the connection has one of its own, and nobody is too fast.
func rounds(p someone) (dealt [][]wire.Command) {
	var last []wire.Command
	for _, c := range wire.Commands() {
		switch need := needs()[c.CommandType()]; {
		case c.CommandType() == "leave":
		case need == "way in" && !p.seated && !p.watches:
			dealt = append(dealt, []wire.Command{c})
		case len(last) == 15:
			dealt, last = append(dealt, last), []wire.Command{c}
		default:
			last = append(last, c)
		}
	}
	return append(dealt, append(last, wire.Leave{}))
}

// open are the settings by which everyone can come in, but who is to wait.
func open(waits bool) string {
	return fmt.Sprintf(`{"allow_guests":true,"verified_only":false,"require_approval":%v}`, waits)
}

// try sends every message as one kind of person by one face, under these settings.
func (g *gathering) try(k persona, face, patch string) {
	g.Helper()
	s, err := wire.DefaultSettings().Merge([]byte(patch))
	if err != nil {
		g.Fatal(err)
	}
	if k.waits && !s.AllowGuests || k.waits && s.VerifiedOnly && face == "soul-server" {
		return // nobody waits where nobody comes in
	}
	s.RequireApproval = s.RequireApproval || k.waits // else the waiting room would be emptied
	settings, err := json.Marshal(s)
	if err != nil {
		g.Fatal(err)
	}
	for _, round := range rounds(k.someone) {
		g.steward.Settings(open(k.waits))
		c := k.arrive(g, face)
		g.steward.Must(wire.UpdateSettings{Settings: settings})
		for _, command := range round {
			name := command.CommandType()
			if got, want := g.says(c, g.sayable(command)), k.expects(name, face, s); got != want {
				g.Errorf("%s by %s at the %s, with %s: %s, want %s", name, k.name, face, patch, got, want)
			}
		}
		if round[0].CommandType() == "resume" {
			c.Drop() // the spare seat stays
			continue
		}
		g.clear(c)
	}
}

// clear sends whoever was there away, so that the jam stays small.
func (g *gathering) clear(c *hosttest.Client) {
	c.Goes()
	if c == g.steward {
		g.steward = g.w.Host()
	}
	g.steward.Must(wire.TransferHost{ParticipantID: g.steward.ID})
}

// switches are all settings as they are at the start, each setting that is on or off the other way round, and all of them so.
func switches() []string {
	patches, all := []string{`{}`}, map[string]bool{}
	defaults := reflect.ValueOf(wire.DefaultSettings())
	for field, value := range defaults.Fields() {
		if value.Kind() != reflect.Bool {
			continue
		}
		name := field.Tag.Get("json")
		all[name] = !value.Bool()
		patches = append(patches, fmt.Sprintf(`{%q:%v}`, name, !value.Bool()))
	}
	delete(all, "allow_guests") // it hides what the others do
	names := slices.Sorted(maps.Keys(all))
	for i, name := range names {
		names[i] = fmt.Sprintf(`%q:%v`, name, all[name])
	}
	return append(patches, "{"+strings.Join(names, ",")+"}")
}

func TestPromiseEveryMessageByEveryoneIsAsTheContractSays(t *testing.T) {
	t.Parallel()
	for _, c := range wire.Commands() {
		if needs()[c.CommandType()] == "" {
			t.Errorf("%s has no row in the table of who may send it", c.CommandType())
		}
	}
	g := gather(t)
	settings := switches()
	for _, k := range personas() {
		for face := range g.faces {
			if k.face != "" && k.face != face {
				continue
			}
			for i, patch := range settings {
				// In short, each switch by itself is tried on the LAN, with those whose rights the settings decide.
				alone := face == "LAN" && k.fixed == nil && (k.role == wire.RoleGuest || k.role == "" && !k.waits && !k.watches)
				turned := i == len(settings)-1 && (face == "LAN" || k.seated && k.fixed == nil)
				if proof.Whole() || alone || turned || i == 0 {
					g.try(k, face, patch)
				}
			}
		}
	}
	g.tryGone()
	proof.Show(t, "Every message from every kind of person is heard or refused as the table of the contract says",
		fmt.Sprintf("%d combinations of message, person, way in and settings", g.tried), "all", !t.Failed() && g.tried > len(wire.Commands())*len(personas()))
}
