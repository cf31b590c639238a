package jam

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"soul-jam/shared/wire"
)

// stage is a script that runs: the jam, and how its ids are called.
type stage struct {
	t     *testing.T
	line  string // the command that runs now
	world *world
	mark  *Mark
	seats map[string]string   // name -> participant id
	calls map[string]string   // participant or item id -> how the script calls it
	items []string            // item ids, as they were added
	given map[string][]string // name -> the tokens that the seat was given
	whose map[string]string   // item id -> name of who added it
	rules wire.JamSettings    // as last told
	may   map[string]string   // participant id -> rights as last told
	said  []string
	// programs are the members that the owner knows by key, over all jams of a file.
	programs map[string]string
}

func (s *stage) say(format string, args ...any) {
	s.said = append(s.said, fmt.Sprintf(format, args...))
}

func number(n int) string { return strconv.Itoa(n) }

// found begins a jam, or a solo session.
func (s *stage) found(solo bool, settings string) {
	defaults := wire.DefaultSettings()
	if solo {
		defaults = SoloSettings()
	}
	merged, err := defaults.Merge(json.RawMessage(settings))
	if err != nil {
		s.t.Fatalf("%q: %v", s.line, err)
	}
	if solo {
		s.world = newSolo(s.t, merged, chance(1))
	} else {
		s.world = newWorld(s.t, merged, chance(1))
	}
	s.seats, s.calls = map[string]string{}, map[string]string{}
	s.given, s.may, s.whose = map[string][]string{}, map[string]string{}, map[string]string{}
	s.items, s.mark, s.rules = nil, nil, s.world.jam.settings
	s.seats["host"] = s.world.jam.HostSeat()
	s.names()
	s.tell(s.world.log[0])
}

// names learns the ids of people and items that are new.
func (s *stage) names() {
	for name, seat := range s.seats {
		s.calls[seat] = name
	}
	for i, id := range s.items {
		s.calls[id] = "#" + number(i+1)
	}
}

func (s *stage) call(id string) string {
	if called, ok := s.calls[id]; ok {
		return called
	}
	return "?" + id
}

// options takes key=value words out of words.
func options(words []string) (rest []string, of map[string]string) {
	of = map[string]string{}
	for _, word := range words {
		if key, value, ok := strings.Cut(word, "="); ok && !strings.ContainsAny(key, `{"`) {
			of[key] = value
			continue
		}
		rest = append(rest, word)
	}
	return rest, of
}

// token gives a new resume token of that name: alice/1, alice/2, …
func (s *stage) token(name string) string {
	token := name + "/" + number(len(s.given[name])+1)
	s.given[name] = append(s.given[name], token)
	s.world.tokens = append(s.world.tokens, token)
	return token
}

func (s *stage) join(words []string, line string) {
	_, of := options(words)
	name := words[0]
	a := Admit{
		Host: name == "host", UserID: of["member"], JoinKey: of["key"], From: of["from"], Token: s.token(name), Path: wire.PathLAN, Verified: true,
		Key: of["program"], Uninvited: slices.Contains(words, "uninvited"),
	}
	if a.UserID == "" {
		a.UserID = s.programs[a.Key]
	}
	if path, ok := of["path"]; ok {
		a.Path, a.Verified = wire.Path(path), false
	}
	if _, shown, ok := strings.Cut(line, `"`); ok {
		shown = shown[:strings.LastIndex(shown, `"`)]
		var err error
		if a.DisplayName, err = strconv.Unquote(`"` + shown + `"`); err != nil {
			s.t.Fatalf("%q: %v", line, err)
		}
	}
	e, refusal := s.world.step("", of["id"], a)
	if refusal == nil {
		seat := e.Seat + e.Waits
		if old, known := s.seats[name]; known && old != seat {
			s.calls[old] = "old " + name
		}
		s.seats[name] = seat
		s.calls[seat] = name
	}
	s.answer(e, refusal)
}

// act is one command of a person: what the owner decides itself (resume, drop,
// back), or what goes over the wire, really encoded and decoded.
func (s *stage) act(name string, words []string, line string) {
	seat, known := s.seats[name]
	if !known {
		seat = "nobody"
	}
	words, of := options(words)
	switch words[0] {
	case "resume":
		s.resume(name, words[1:], of)
	case "drop":
		s.answer(s.world.step("", "", Drop{Seat: seat}))
	case "back":
		s.answer(s.world.step(seat, "", Back{}))
	case "withdraw":
		s.answer(s.world.step("", "", Withdraw{Request: seat}))
	case "watch":
		s.watch(slices.Contains(words, "trusted"), slices.Contains(words, "uninvited"))
	case "send":
		_, frame, _ := strings.Cut(line, "send ")
		s.send(seat, []byte(s.real(frame)))
	case "add_playlist":
		all := AddAll{Name: words[1]}
		for _, id := range words[2:] {
			all.Tracks = append(all.Tracks, *library(id))
		}
		s.answer(s.world.step(seat, of["id"], all))
	default:
		c := s.command(words)
		frame, err := wire.EncodeCommand(c, of["id"])
		if err != nil {
			s.t.Fatalf("%q: %v", line, err)
		}
		s.send(seat, frame)
	}
}

// resume presents the newest token, or the one with that number.
func (s *stage) resume(name string, words []string, of map[string]string) {
	given := s.given[name]
	used := given[len(given)-1]
	if len(words) > 0 {
		used = name + "/" + words[0]
	}
	seat, ok := s.world.jam.SeatOf(used)
	if !ok {
		s.say("! nobody sits on the token %s", used)
		return
	}
	path := wire.PathLAN
	if of["path"] != "" {
		path = wire.Path(of["path"])
	}
	before, _ := s.world.jam.Participant(seat)
	verified := before.Verified
	if of["verified"] != "" {
		verified = of["verified"] == "yes"
	}
	s.answer(s.world.step("", of["id"], Return{Seat: seat, Used: used, Token: s.token(name), From: of["from"], Key: of["program"], Path: path, Verified: verified}))
}

// watch is a TV that asks, with the token of the console's link or without.
func (s *stage) watch(trusted, uninvited bool) {
	if refusal := s.world.jam.MayWatch(trusted, uninvited); refusal != nil {
		s.answer(Entry{}, refusal)
		return
	}
	s.say("watches")
}

// send is a frame of a seated person.
func (s *stage) send(seat string, frame []byte) {
	id, c, refusal := wire.NewDecoder().Decode(frame)
	if refusal != nil {
		s.answer(Entry{}, refusal)
		return
	}
	rule, ok := FromWire(c)
	switch c := c.(type) {
	case wire.AddTrack:
		rule, ok = Add{Track: library(c.TrackID)}, true
	case wire.ApproveJoin:
		rule, ok = Approve{ParticipantID: c.ParticipantID, Token: s.token(s.call(c.ParticipantID))}, true
	case wire.SetRole:
		rule, ok = SetRole{SetRole: c, UserID: "user-" + s.call(c.ParticipantID), UserToken: "secret-" + s.call(c.ParticipantID)}, true
		s.keepProgram(c)
	}
	if !ok {
		s.t.Fatalf("%q is not for the rules", s.line)
	}
	s.answer(s.world.step(seat, id, rule))
}

// keepProgram is what the owner keeps of a set_role that the rules will take.
func (s *stage) keepProgram(c wire.SetRole) {
	user := "user-" + s.call(c.ParticipantID)
	s.forget(user)
	if key := s.world.jam.KeyOf(c.ParticipantID); key != "" && c.Role == wire.RoleMember {
		s.programs[key] = user
	}
}

func (s *stage) forget(user string) {
	maps.DeleteFunc(s.programs, func(_, other string) bool { return other == user })
}

// library is the music of the scripts: t1, t2, … of 3 minutes, long of 20, live without a known length.
func library(id string) *wire.TrackInfo {
	length := map[string]int64{"long": 20 * 60_000, "live": 0}
	ms, named := length[id]
	if _, err := strconv.Atoi(strings.TrimPrefix(id, "t")); err == nil && strings.HasPrefix(id, "t") {
		ms, named = 180_000, true
	}
	if strings.HasPrefix(id, "r") { // of the radio
		ms, named = 180_000, true
	}
	if !named {
		return nil
	}
	artist := "Band"
	if id == "r5" {
		artist = "Other"
	}
	return &wire.TrackInfo{TrackID: id, Title: "Song " + id, Artist: artist, DurationMS: ms}
}

// real puts the ids in the place of #1, #2, …
func (s *stage) real(text string) string {
	for i := len(s.items); i > 0; i-- {
		text = strings.ReplaceAll(text, "#"+number(i), s.items[i-1])
	}
	return text
}

func (s *stage) command(words []string) wire.Command {
	word := func(i int) string {
		if i >= len(words) {
			s.t.Fatalf("%q: a word is missing", s.line)
		}
		return s.real(words[i])
	}
	whole := func(i int) int {
		n, err := strconv.Atoi(word(i))
		if err != nil {
			s.t.Fatalf("%q: %v", s.line, err)
		}
		return n
	}
	person := func() string {
		if seat, known := s.seats[word(1)]; known {
			return seat
		}
		return word(1)
	}
	rest := strings.Join(words[min(2, len(words)):], " ")
	switch words[0] {
	case "approve_join":
		return wire.ApproveJoin{ParticipantID: person()}
	case "deny_join":
		return wire.DenyJoin{ParticipantID: person()}
	case "kick":
		return wire.Kick{ParticipantID: person()}
	case "unban":
		return wire.Unban{ParticipantID: person()}
	case "set_role":
		return wire.SetRole{ParticipantID: person(), Role: wire.Role(word(2))}
	case "set_permissions":
		return wire.SetPermissions{ParticipantID: person(), Permissions: json.RawMessage(rest)}
	case "transfer_host":
		return wire.TransferHost{ParticipantID: person()}
	case "upvote":
		return wire.Upvote{QueueItemID: word(1)}
	case "unupvote":
		return wire.Unupvote{QueueItemID: word(1)}
	case "chat":
		return wire.Chat{Message: strings.Join(words[1:], " ")}
	case "react":
		return wire.React{Emoji: word(1)}
	case "end_session":
		return s.endSession(words[1:])
	case "add_track":
		return wire.AddTrack{TrackID: word(1)}
	case "remove_track":
		return wire.RemoveTrack{QueueItemID: word(1)}
	case "reorder":
		r := wire.Reorder{QueueItemID: word(1)}
		switch {
		case word(2) != "before":
			to := whole(2)
			r.NewPosition = &to
		case word(3) == "end":
			r.Before = wire.OptionalID{Set: true}
		default:
			r.Before = wire.OptionalID{ID: word(3), Set: true}
		}
		return r
	case "play_now":
		return wire.PlayNow{QueueItemID: word(1)}
	case "seek":
		return wire.Seek{PositionMS: int64(whole(1))}
	case "set_volume":
		return wire.SetVolume{Volume: whole(1)}
	case "update_settings":
		return wire.UpdateSettings{Settings: json.RawMessage(strings.Join(words[1:], " "))}
	}
	for _, c := range wire.Commands() {
		if c.CommandType() == words[0] {
			return c
		}
	}
	s.t.Fatalf("%q: no such command", s.line)
	return nil
}

// endSession is "end_session", "end_session 60" or "end_session cancel".
func (s *stage) endSession(words []string) wire.Command {
	if len(words) == 0 {
		return wire.EndSession{}
	}
	if words[0] == "cancel" {
		return wire.EndSession{Cancel: true}
	}
	seconds, err := strconv.Atoi(words[0])
	if err != nil {
		s.t.Fatalf("%q: %v", s.line, err)
	}
	return wire.EndSession{InSeconds: &seconds}
}

// house is what the player and the machine report.
func (s *stage) house(words []string) {
	item := s.real(words[1])
	switch words[0] {
	case "woke":
		s.answer(s.world.step("", "", Woke{Slept: s.duration(words[1])}))
	case "stir":
		s.answer(s.world.step("", "", Stir{}))
	case "forget":
		s.forget(words[1])
		s.answer(s.world.step("", "", Forget{UserID: words[1]}))
	case "track_ended":
		s.answer(s.world.step("", "", TrackEnded{Item: item}))
	case "track_failed":
		s.answer(s.world.step("", "", TrackEnded{Item: item, Failed: true, Reason: strings.Join(words[2:], " ")}))
	case "block":
		for _, track := range words[1:] {
			s.world.blocked[track] = true
		}
		s.world.jam.Forgo()
		s.answer(s.world.step("", "", Block{Blocked: func(t wire.TrackInfo) bool { return s.world.blocked[t.TrackID] }}))
	case "position":
		ms, err := strconv.ParseInt(words[2], 10, 64)
		if err != nil {
			s.t.Fatalf("%q: %v", s.line, err)
		}
		s.answer(s.world.step("", "", Position{Item: item, PositionMS: ms, Anew: slices.Contains(words, "anew"), Held: slices.Contains(words, "held")}))
	default:
		s.t.Fatalf("%q: the house does not say that", s.line)
	}
}
