package crash

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"

	"github.com/coder/websocket"

	"soul-jam/shared/wire"
)

// told is one event as somebody heard it.
type told struct {
	who string
	raw string
}

// room is what all guests of a test share.
type room struct {
	mu     sync.Mutex // guards what follows
	events map[uint64]told
	wrong  []string
	left   int    // answers until enough is called
	enough func() // once
	tracks []string
}

// hear keeps an event: the same number must never mean two things.
func (r *room) hear(who string, seq uint64, raw json.RawMessage) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if before, known := r.events[seq]; known && before.raw != string(raw) {
		r.wrong = append(r.wrong, fmt.Sprintf("event %d was %.200s to %s and is %.200s to %s", seq, before.raw, before.who, raw, who))
	}
	r.events[seq] = told{who, string(raw)}
}

func (r *room) complain(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.wrong = append(r.wrong, fmt.Sprintf(format, args...))
}

// answered counts towards the moment at which the daemon is killed.
func (r *room) answered() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.left--; r.left == 0 {
		r.enough()
	}
}

// asked is a command that was sent and not answered yet.
type asked struct {
	id      string
	command wire.Command
}

// guest is one page: it holds what a page holds, and sends again what it had no answer to.
type guest struct {
	room   *room
	name   string
	host   string // the host's token, for the one at the console
	chance *rand.Rand

	id, token, key string
	seq            uint64
	open           []asked
	sent           int
	acked          map[string]uint64 // by command id
	chats          map[string]string // what was said, by command id
	refused        map[string]wire.Code
	items          []string // of the queue, as heard
}

// live is one connection, until ctx is over or it breaks; done tells that everything was answered and nothing more is to be asked.
func (g *guest) live(ctx context.Context, address, code string, last bool) {
	conn, _, err := websocket.Dial(ctx, "ws"+strings.TrimPrefix(address, "http")+"/ws/jam/"+code, &websocket.DialOptions{Subprotocols: []string{"jam.v1"}}) //nolint:bodyclose // the library closes it
	if err != nil {
		return
	}
	defer func() { _ = conn.CloseNow() }()
	conn.SetReadLimit(wire.MaxHostFrame)
	enter := wire.Command(wire.JoinRequest{DisplayName: g.name, JoinKey: g.key, UserToken: g.host})
	if g.token != "" {
		enter = wire.Resume{ResumeToken: g.token, LastSeq: &g.seq}
	}
	if g.say(ctx, conn, enter, "") != nil {
		return
	}
	seated := false
	for left := budget(); ; {
		for seated && !last && len(g.open) < 4 {
			if !g.ask(ctx, conn, &left) {
				break
			}
		}
		if last && seated && len(g.open) == 0 {
			return
		}
		_, frame, err := conn.Read(ctx)
		if err != nil {
			return
		}
		for _, raw := range messages(frame) {
			if g.take(raw) && !seated {
				seated = true
				for _, a := range g.open { // what the last connection left open, in its order
					if g.say(ctx, conn, a.command, a.id) != nil {
						return
					}
				}
			}
		}
	}
}

func messages(frame []byte) []json.RawMessage {
	if frame[0] != '[' {
		return []json.RawMessage{frame}
	}
	var all []json.RawMessage
	_ = json.Unmarshal(frame, &all) // what is no array holds nothing, and the test misses it
	return all
}

func (g *guest) say(ctx context.Context, conn *websocket.Conn, c wire.Command, id string) error {
	frame, err := wire.EncodeCommand(c, id)
	if err != nil {
		return err
	}
	return conn.Write(ctx, websocket.MessageText, frame)
}

// allowance is how much a guest may do on one connection within the contract's rates.
type allowance struct{ adds, chats, others int }

func budget() allowance {
	return allowance{wire.AddRate().Burst, wire.ChatRate().Burst, wire.OtherRate().Burst - 1}
}

// ask sends something new; false when nothing more is allowed.
func (g *guest) ask(ctx context.Context, conn *websocket.Conn, left *allowance) bool {
	a := asked{id: fmt.Sprintf("%s-%d", g.name, g.sent)}
	switch kind := g.chance.IntN(10); {
	case kind < 4 && left.adds > 0:
		left.adds--
		a.command = wire.AddTrack{TrackID: g.room.tracks[g.chance.IntN(len(g.room.tracks))]}
	case kind < 7 && left.chats > 0:
		left.chats--
		a.command = wire.Chat{Message: "this is " + a.id}
		g.chats[a.id] = "this is " + a.id
	case g.host != "" && kind < 9:
		a.command = wire.Skip{}
	case left.others > 0 && len(g.items) > 0:
		left.others--
		a.command = wire.Upvote{QueueItemID: g.items[g.chance.IntN(len(g.items))]}
	case left.others > 0:
		left.others--
		a.command = wire.VoteSkip{}
	default:
		return false
	}
	g.sent++
	g.open = append(g.open, a)
	return g.say(ctx, conn, a.command, a.id) == nil
}

// take reads one message; true when it says that the guest has its seat.
func (g *guest) take(raw json.RawMessage) (seated bool) {
	var m struct {
		Type          string
		Seq           uint64
		ID            string
		Code          wire.Code
		ParticipantID string `json:"participant_id"`
		ResumeToken   string `json:"resume_token"`
		Session       struct{ Seq uint64 }
		Events        []json.RawMessage
		Item          struct{ ID string }
	}
	if err := json.Unmarshal(raw, &m); err != nil && m.Type == "" {
		g.room.complain("%s got %.200s: %v", g.name, raw, err)
		return false
	}
	switch m.Type {
	case "joined":
		if g.id != "" && g.id != m.ParticipantID {
			g.room.complain("%s was %s and is %s", g.name, g.id, m.ParticipantID)
		}
		g.id, g.token, g.seq = m.ParticipantID, m.ResumeToken, max(g.seq, m.Session.Seq)
		return true
	case "resumed":
		if m.ResumeToken != "" {
			g.token = m.ResumeToken
		}
		for _, e := range m.Events {
			g.take(e)
		}
		return true
	case "session_update":
		g.seq = max(g.seq, m.Session.Seq)
	case "ack", "error":
		g.answer(m.ID, m.Seq, m.Code)
	default:
		if m.Seq == 0 {
			break
		}
		if m.Seq != g.seq+1 {
			g.room.complain("%s heard event %d after %d", g.name, m.Seq, g.seq)
		}
		g.seq = m.Seq
		g.room.hear(g.name, m.Seq, raw)
		if m.Type == "track_added" && len(g.items) < 200 {
			g.items = append(g.items, m.Item.ID)
		}
	}
	return false
}

func (g *guest) answer(id string, seq uint64, code wire.Code) {
	for i, a := range g.open {
		if a.id != id {
			continue
		}
		g.open = append(g.open[:i], g.open[i+1:]...)
		if code == "" {
			g.acked[id] = seq
		} else {
			g.refused[id] = code
		}
		g.room.answered()
		return
	}
}
