package jam

import (
	"encoding/json"
	"fmt"
	"time"

	"soul-jam/shared/wire"
)

// newToken is a resume token that was never given out.
func (p *party) newToken() string {
	p.tokenCount++
	token := fmt.Sprint("token ", p.tokenCount)
	if p.tokenCount%50 == 0 { // some of them are followed by world.check
		p.tokens = append(p.tokens, token)
	}
	return token
}

// come connects somebody: by their token, by their join key, or as somebody new.
func (p *party) come(g *guest) {
	p.told.gone(g)
	if g.online && g.waits != "" {
		p.try("", "", Drop{Seat: g.waits})
	}
	g.online = false
	path := []wire.Path{wire.PathLAN, wire.PathDirect, wire.PathRelayed}[p.dice.IntN(3)]
	if g.token != "" {
		p.comeBack(g, path)
		return
	}
	names := []string{"", "Ann", "ann", "Αnn", "Ben", "\u202eBen", "Cid", "Hanna", g.name}
	a := Admit{
		DisplayName: names[p.dice.IntN(len(names))], Host: g.host, UserID: g.user, JoinKey: g.key, Token: p.newToken(), Path: path,
		From: fmt.Sprint("house ", p.dice.IntN(10)), Verified: p.chance(2),
	}
	e, ok := p.try("", "", a)
	switch {
	case !ok && !g.host && p.chance(2): // with another key next time: a new person
		g.key = fmt.Sprint("key ", g.name, p.dice.IntN(1<<30))
	case !ok:
	case e.Waits != "":
		g.waits, g.online = e.Waits, true
	default:
		p.seated(g, e.Seat, a.Token)
	}
}

// comeBack resumes, now and then with the token before the last.
func (p *party) comeBack(g *guest, path wire.Path) {
	used := g.token
	if g.old != "" && p.chance(4) {
		used = g.old
	}
	seat, ok := p.jam.SeatOf(used)
	token := p.newToken()
	if ok {
		_, ok = p.try("", "", Return{Seat: seat, Used: used, Token: token, Path: path, Verified: true})
	}
	if !ok {
		if !g.host {
			g.seat = ""
		}
		g.token, g.old = "", ""
		return
	}
	last := g.last
	g.online, g.seat, g.old, g.token = true, seat, used, token
	if p.chance(2) {
		p.told.resumed(p, g, last)
	} else {
		p.told.joined(p, g)
	}
}

// seated gives somebody the seat and the whole jam.
func (p *party) seated(g *guest, seat, token string) {
	for _, other := range p.people {
		if other != g && other.seat == seat { // the same member on two phones
			p.told.gone(other)
			other.online, other.seat, other.token = false, "", ""
		}
	}
	g.online, g.seat, g.waits, g.token, g.old = true, seat, "", token, ""
	p.told.joined(p, g)
}

// letIn does what the owner does when approval is switched off.
func (p *party) letIn() {
	for _, id := range p.jam.Admissible() {
		p.approve("", id)
	}
}

func (p *party) approve(by, id string) {
	token := p.newToken()
	if _, ok := p.try(by, "", Approve{ParticipantID: id, Token: token}); !ok {
		return
	}
	for _, g := range p.people {
		if g.waits != id {
			continue
		}
		if !g.online { // they come with their join key
			g.waits = ""
			return
		}
		p.seated(g, id, token)
	}
}

// goAway is a connection that ends, a page that is hidden, or the Leave button.
func (p *party) goAway(g *guest) {
	switch {
	case !g.online:
	case g.seat == "":
		p.told.gone(g)
		g.online = false
		if p.chance(2) {
			p.try("", "", Withdraw{Request: g.waits})
			g.waits = ""
			return
		}
		p.try("", "", Drop{Seat: g.waits})
	case p.chance(3):
		p.try(g.seat, "", []Command{Away{}, Back{}}[p.dice.IntN(2)])
	case p.chance(3) && !g.host:
		if _, ok := p.try(g.seat, "", Leave{}); ok {
			p.told.gone(g)
			*g = guest{name: g.name, user: g.user, key: fmt.Sprint("key ", g.name, p.dice.IntN(1<<30))}
		}
	default:
		p.told.gone(g)
		g.online = false
		p.try("", "", Drop{Seat: g.seat})
	}
}

// house is what player and machine report.
func (p *party) house() {
	item := p.item()
	switch n := p.dice.IntN(100); {
	case n < 2:
		p.block()
	case n < 60:
		p.try("", "", TrackEnded{Item: item, Failed: p.chance(5), Reason: "it is broken"})
	case n < 95:
		p.try("", "", Position{Item: item, PositionMS: p.dice.Int64N(200_000)})
	case n < 99:
		p.try("", "", Stir{})
	default:
		p.try("", "", Woke{Slept: time.Duration(p.dice.Int64N(int64(20 * time.Minute)))})
	}
}

// block is the host's hand on some songs; the one before is let go.
func (p *party) block() {
	p.world.blocked = map[string]bool{}
	for range 5 {
		p.world.blocked[fmt.Sprint([]string{"t", "r"}[p.dice.IntN(2)], p.dice.IntN(60))] = true
	}
	p.jam.Forgo()
	p.try("", "", Block{Blocked: func(t wire.TrackInfo) bool { return p.world.blocked[t.TrackID] }})
	for _, item := range p.jam.Session("").Queue[max(0, p.jam.Session("").CurrentIndex):] {
		if p.world.blocked[item.TrackID] && p.jam.current != nil {
			p.t.Fatalf("%s is blocked and in the queue", item.TrackID)
		}
	}
}

// item is mostly the current or an upcoming one, else a played one or nonsense.
func (p *party) item() string {
	j := p.jam
	switch n := p.dice.IntN(10); {
	case n < 4 && len(j.upcoming) > 0:
		return j.upcoming[p.dice.IntN(len(j.upcoming))].ID
	case n < 9 && j.current != nil:
		return j.current.ID
	case len(j.played) > 0:
		return j.played[p.dice.IntN(len(j.played))].ID
	}
	return "nonsense"
}

// something is a command that a person may think of.
func (p *party) something(g *guest) Command {
	position := p.dice.IntN(8) - 1
	switch p.dice.IntN(40) {
	case 0, 1, 2, 3, 4, 5, 6, 7:
		return Add{Track: library(fmt.Sprint("t", p.dice.IntN(60)))}
	case 8:
		if p.chance(2) {
			return AddAll{Name: "list", Tracks: []wire.TrackInfo{*library("t1"), *library(fmt.Sprint("t", p.dice.IntN(60))), *library("long")}}
		}
		return Add{}
	case 9, 10:
		return Remove{QueueItemID: p.item()}
	case 11, 12:
		return Move{QueueItemID: p.item(), NewPosition: &position}
	case 13:
		return Move{QueueItemID: p.item(), Before: wire.OptionalID{ID: p.item(), Set: true}}
	case 14:
		return PlayNow{QueueItemID: p.item()}
	case 15:
		return []Command{Play{}, Pause{}, Skip{}, Seek{PositionMS: p.dice.Int64N(200_000) - 10}, SetVolume{Volume: p.dice.IntN(104) - 2}}[p.dice.IntN(5)]
	case 16, 17, 18, 19, 20:
		return VoteSkip{}
	case 21:
		return UnvoteSkip{}
	case 22, 23, 24, 25, 26:
		return Upvote{QueueItemID: p.item()}
	case 27, 28:
		return Unupvote{QueueItemID: p.item()}
	case 29, 30, 31:
		return Chat{Message: fmt.Sprint("hello ", p.dice.IntN(100))}
	case 32:
		return React{Emoji: "🎉"}
	}
	return p.hosting(g)
}

// hosting is a command that takes the host's rights: often, somebody who has them sends it.
func (p *party) hosting(g *guest) Command {
	other := p.people[p.dice.IntN(len(p.people))]
	yes := p.chance(2)
	switch p.dice.IntN(12) {
	case 0:
		return Kick{ParticipantID: other.seat}
	case 1, 2:
		return Unban{ParticipantID: other.seat}
	case 3:
		if p.jam.Hosts(g.seat) {
			p.setRole(g, other)
		}
	case 4:
		return SetPermissions{ParticipantID: other.seat, Permissions: json.RawMessage(fmt.Sprintf(`{"can_chat":%v,"can_vote_skip":null,"can_skip":%v}`, yes, p.chance(4)))}
	case 5:
		if p.chance(3) {
			return TransferHost{ParticipantID: other.seat}
		}
	case 6, 7, 8:
		if waiting := p.jam.Pending(); len(waiting) > 0 {
			if p.chance(3) {
				return Deny{ParticipantID: waiting[0].ID}
			}
			p.approve(g.seat, waiting[p.dice.IntN(len(waiting))].ID)
		}
	case 9:
		return p.end()
	default:
		return UpdateSettings{Settings: json.RawMessage(fmt.Sprintf(
			`{"guest_can_control":%v,"allow_guests":%v,"max_queue_per_person":%d,"require_approval":%v,"queue_order":%q,"guest_can_skip_vote":%v,"allow_chat":%v,"autoplay":%v}`,
			p.chance(3), !p.chance(5), p.dice.IntN(5), p.chance(4), []string{"fair", "fifo", "votes"}[p.dice.IntN(3)], !p.chance(5), !p.chance(5), p.chance(2)))}
	}
	return Play{}
}

func (p *party) setRole(g, other *guest) {
	role := []wire.Role{wire.RoleMember, wire.RoleGuest}[p.dice.IntN(2)]
	user := fmt.Sprint("user ", other.name, p.dice.IntN(1<<30))
	if e, ok := p.try(g.seat, "", SetRole{SetRole: wire.SetRole{ParticipantID: other.seat, Role: role}, UserID: user}); ok && len(e.Events) > 0 {
		if other.user = ""; role == wire.RoleMember {
			other.user = user
		}
	}
}

// end is mostly an end that is taken back.
func (p *party) end() Command {
	seconds := 1 + p.dice.IntN(3600)
	switch n := p.dice.IntN(60); {
	case n == 0:
		return End{}
	case n < 5:
		return End{InSeconds: &seconds}
	}
	return End{Cancel: true}
}
