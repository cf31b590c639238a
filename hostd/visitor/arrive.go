package visitor

import (
	"bytes"
	"encoding/json"
	"time"

	"soul-jam/shared/identity"
	"soul-jam/shared/wire"
)

// message is what of the host's messages concerns the visit itself.
type message struct {
	Type         string
	Seq          uint64
	ID           *string
	Code         json.RawMessage // a number in bye, a text in error
	Message      string
	Reason       string
	RetryAfterMS int64  `json:"retry_after_ms"`
	ResumeToken  string `json:"resume_token"`
	UserToken    string `json:"user_token"`
	Events       []json.RawMessage
	Session      *snapshot
}

// snapshot is what of the whole jam concerns the visit.
type snapshot struct {
	Seq          uint64
	Participants []struct {
		DisplayName string    `json:"display_name"`
		Role        wire.Role `json:"role"`
	}
}

func (s *snapshot) hostName() string {
	if s == nil {
		return ""
	}
	for _, p := range s.Participants {
		if p.Role == wire.RoleHost {
			return p.DisplayName
		}
	}
	return ""
}

// split gives the messages of a frame; what is no JSON is none.
func split(frame []byte) []json.RawMessage {
	frame = bytes.TrimSpace(frame)
	if len(frame) == 0 || !json.Valid(frame) {
		return nil
	}
	if frame[0] != '[' {
		return []json.RawMessage{frame}
	}
	var messages []json.RawMessage
	_ = json.Unmarshal(frame, &messages) // it is valid
	return messages
}

// receive passes the messages on, and does what they mean for the visit.
func (t *talk) receive(messages []json.RawMessage) (ending, bool) {
	on := t.call
	for _, raw := range messages {
		if e, done := t.take(raw); done || t.call != on {
			return e, done
		}
	}
	return ending{}, false
}

func (t *talk) take(raw json.RawMessage) (ending, bool) {
	var m message
	// A field of another type than ours is a field of another meaning: the rest counts.
	if _ = json.Unmarshal(raw, &m); m.Type == "" {
		return ending{}, false
	}
	switch m.Type {
	case "bye":
		_ = json.Unmarshal(m.Code, &t.words.bye)
		if t.trial != nil && t.words.bye == wire.CloseReplaced {
			return ending{}, false // by this very visit
		}
	case "joined", "resumed":
		if token := m.ResumeToken; token != "" && len(token) <= wire.MaxToken {
			t.sit(identity.Keep(token), m.Session.hostName())
		}
		raw = t.unheard(raw, m)
	case "granted":
		if m.UserToken != "" && len(m.UserToken) <= wire.MaxToken {
			t.keep(func(k *Known) { k.User = identity.Keep(m.UserToken) })
		}
	}
	t.push(t.ctx, Update{Message: raw})
	t.count(m)
	return t.act(m)
}

// unheard leaves the events out of resumed that the connection before has brought already.
func (t *talk) unheard(raw json.RawMessage, m message) json.RawMessage {
	if m.Type != "resumed" {
		return raw
	}
	fresh := make([]json.RawMessage, 0, len(m.Events))
	for _, event := range m.Events {
		var head struct{ Seq uint64 }
		if _ = json.Unmarshal(event, &head); head.Seq == 0 || head.Seq > t.seat.lastSeq {
			fresh = append(fresh, event)
		}
	}
	var fields map[string]json.RawMessage
	if len(fresh) == len(m.Events) || json.Unmarshal(raw, &fields) != nil {
		return raw
	}
	events, err := json.Marshal(fresh)
	fields["events"] = events
	whole, failed := json.Marshal(fields)
	if err != nil || failed != nil {
		return raw
	}
	return whole
}

// count keeps the newest event that was passed on.
func (t *talk) count(m message) {
	switch m.Type {
	case "ack":
	case "joined", "session_update":
		if m.Session != nil {
			t.seat.lastSeq = m.Session.Seq
		}
	default:
		t.seat.lastSeq = max(t.seat.lastSeq, m.Seq)
	}
}

// act does what a message means for the visit.
func (t *talk) act(m message) (ending, bool) {
	switch m.Type {
	case "joined", "resumed":
		t.enter()
	case "join_pending":
		t.wait()
	case "join_denied", "kicked":
		t.words.reason = sentence(m.Reason)
	case "ack":
		if m.ID != nil {
			t.outbox.settle(*m.ID)
		}
	case "error":
		if m.ID != nil && *m.ID != "" {
			t.outbox.settle(*m.ID)
			break
		}
		if t.asked != "" {
			return t.refused(m)
		}
	}
	return ending{}, false
}

// enter: the seat is on this connection.
func (t *talk) enter() {
	absent := t.seat.taken && t.state != Joined
	t.state, t.asked, t.doubtful = Joined, "", false
	t.seat.taken, t.failures, t.missing = true, 0, time.Time{}
	t.timer.Stop()
	for _, o := range t.outbox.moved(absent) {
		t.refuse(t.ctx, o, "This was not sent: the connection was lost, and another song may be playing")
	}
	t.tell(t.ctx, func(l *Line) {
		l.State, l.Path, l.HostName = Joined, string(t.call.path), t.known.HostName
		if l.Said = ""; t.warning != "" {
			l.Said = t.warning
		}
	})
	t.warning = ""
	t.flush()
	t.improve(0)
}

// wait: a host decides.
func (t *talk) wait() {
	t.state, t.asked, t.failures = Waiting, "", 0
	t.timer.Stop()
	t.tell(t.ctx, func(l *Line) { l.State, l.Path, l.Said = Waiting, string(t.call.path), "" })
}

// refused: the host does not give the seat. A refusal that is not here is followed by a bye that says whether to come back.
func (t *talk) refused(m message) (ending, bool) {
	refusal := &wire.Error{Message: sentence(m.Message)}
	_ = json.Unmarshal(m.Code, &refusal.Code)
	t.words.refusal = refusal
	switch refusal.Code {
	case wire.CodeNotAuthorized:
		if t.disowned() {
			t.introduce()
			return ending{}, false
		}
		return ending{over: true, code: wire.CloseDenied, said: refusal.Message}, true
	case wire.CodeAlreadyJoined:
		return ending{over: true, said: "You are in this jam already, somewhere else"}, true
	case wire.CodeRateLimited:
		return ending{said: refusal.Message, pause: min(max(time.Second, time.Duration(min(m.RetryAfterMS, longestPause.Milliseconds()))*time.Millisecond), longestPause)}, true
	case wire.CodeBadRequest, wire.CodeInternal:
		return ending{over: true, said: refusal.Message}, true
	}
	return ending{}, false
}

// disowned forgets what the host does not know; true when there is another way in on the same connection.
func (t *talk) disowned() bool {
	if t.asked == (wire.Resume{}).CommandType() {
		t.forget(t.known.Resume)
		if t.known.Resume.IsZero() {
			t.seat = seat{} // whoever sits down now is somebody new, and gets the whole jam
		}
		return true
	}
	if t.known.User.IsZero() {
		return false
	}
	t.disown()
	return true
}

// maxSentence, characters of what the host says to a person.
const maxSentence = 300

// sentence makes what the host says fit for one line.
func sentence(text string) string {
	letters := []rune(text)
	for i, r := range letters {
		if hidden(r) {
			letters[i] = ' '
		}
	}
	return string(letters[:min(len(letters), maxSentence)])
}
