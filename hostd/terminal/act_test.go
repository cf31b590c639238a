package terminal

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"soul-jam/hostd/visitor"
	"soul-jam/shared/wire"
)

// last is the newest command, as it goes over the wire.
func (s *seat) last() string {
	if len(s.stage.asked) == 0 {
		return ""
	}
	text, err := wire.EncodeCommand(s.stage.asked[len(s.stage.asked)-1], "")
	if err != nil {
		s.t.Fatal(err)
	}
	return string(text)
}

// said is the newest notice.
func (s *seat) said() string {
	if len(s.news) == 0 {
		return ""
	}
	return s.news[len(s.news)-1].text
}

func (s *seat) asHost() *seat {
	s.stage.host()
	s.hearAll()
	return s
}

// TestKeysAsk is what keys ask the host for: a guest's, and a host's.
func TestKeysAsk(t *testing.T) {
	for name, c := range map[string]struct {
		host bool
		keys []string
		want string
	}{
		"vote to skip":                        {false, []string{"v"}, `{"type":"vote_skip"}`},
		"take it back":                        {false, []string{"v", "v"}, `{"type":"unvote_skip"}`},
		"want a song":                         {false, []string{"down", "u"}, `{"type":"upvote","queue_item_id":"i2"}`},
		"want it no more":                     {false, []string{"down", "u", "u"}, `{"type":"unupvote","queue_item_id":"i2"}`},
		"remove one's own":                    {false, []string{"x"}, `{"type":"remove_track","queue_item_id":"i1"}`},
		"search":                              {false, []string{"/", "e", "l", "i", "s"}, `{"type":"search","q":"elis","limit":30}`},
		"add":                                 {false, []string{"/", "á", "g", "u", "a", "s", "enter"}, `{"type":"add_track","track_id":"t6"}`},
		"chat":                                {false, []string{"c", "h", "i", "space", "q", "enter"}, `{"type":"chat","message":"hi q"}`},
		"react":                               {false, []string{"r", "2"}, `{"type":"react","emoji":"🔥"}`},
		"pause":                               {true, []string{"space"}, `{"type":"pause"}`},
		"skip":                                {true, []string{"s"}, `{"type":"skip"}`},
		"seek":                                {true, []string{"right"}, `{"type":"seek","position_ms":93000}`},
		"seek twice":                          {true, []string{"left", "left"}, `{"type":"seek","position_ms":63000}`},
		"louder":                              {true, []string{"+", "+"}, `{"type":"set_volume","volume":90}`},
		"play now":                            {true, []string{"down", "p"}, `{"type":"play_now","queue_item_id":"i2"}`},
		"move up":                             {true, []string{"down", "down", "K"}, `{"type":"reorder","queue_item_id":"i3","before":"i2"}`},
		"move down":                           {true, []string{"J"}, `{"type":"reorder","queue_item_id":"i1","before":"i3"}`},
		"move to the end":                     {true, []string{"end", "up", "J"}, `{"type":"reorder","queue_item_id":"i4","before":null}`},
		"remove any":                          {true, []string{"down", "x"}, `{"type":"remove_track","queue_item_id":"i2"}`},
		"let in":                              {true, []string{"3", "a"}, `{"type":"approve_join","participant_id":"zed"}`},
		"turn away":                           {true, []string{"3", "down", "n"}, `{"type":"deny_join","participant_id":"zed"}`},
		"mute":                                {true, []string{"3", "down", "down", "m"}, `{"type":"set_permissions","participant_id":"bob","permissions":{"can_chat":false}}`},
		"make a member":                       {true, []string{"3", "down", "down", "M"}, `{"type":"set_role","participant_id":"bob","role":"member"}`},
		"kick":                                {true, []string{"3", "end", "x", "y"}, `{"type":"kick","participant_id":"zoe"}`},
		"kick nobody":                         {true, []string{"3", "end", "x", "n"}, ``},
		"make host":                           {true, []string{"3", "end", "H", "y"}, `{"type":"transfer_host","participant_id":"zoe"}`},
		"end":                                 {true, []string{"E", "y"}, `{"type":"end_session"}`},
		"end in 5 minutes":                    {true, []string{"E", "5"}, `{"type":"end_session","in_seconds":300}`},
		"not even asked":                      {true, []string{"E", "esc"}, ``},
		"letters are no keys while one types": {true, []string{"c", "E", "y", "s"}, ``},
	} {
		t.Run(name, func(t *testing.T) {
			s := sit(t, 80, 24)
			if c.host {
				s.asHost()
			}
			s.press(c.keys...)
			if got := strings.ReplaceAll(s.last(), `,"cancel":false`, ""); got != c.want {
				t.Errorf("%v ask %s, want %s; it says %q", c.keys, got, c.want, s.said())
			}
		})
	}
}

// TestWhatOneMayNotDo is not offered, says why when it is tried, and asks nobody.
func TestWhatOneMayNotDo(t *testing.T) {
	s := sit(t, 80, 24)
	j := friday()
	j.Session.Participants[1].Permissions = wire.JamPermissions{}
	s.stage.say(j)
	s.hearAll()
	for _, name := range []string{"v", "x", "/", "r", "space", "s", "left", "right", "+", "-", "p", "K", "J"} {
		s.news = nil
		s.press(name)
		if s.last() != "" || s.said() == "" || s.typing() || s.cover != coverNone {
			t.Errorf("%s asks %q and says %q", name, s.last(), s.said())
		}
	}
	if shown := s.shows(); strings.Contains(shown, "vote to skip") || strings.Contains(shown, "add songs") {
		t.Errorf("offered although not allowed:\n%s", shown)
	}
	s.press("?")
	for _, k := range []string{"vote to skip", "louder", "let in", "search songs", "end the jam"} {
		if strings.Contains(s.shows(), k) {
			t.Errorf("help offers %q", k)
		}
	}
	s.press("esc", "3")
	for _, name := range []string{"a", "n", "m", "M", "x", "b", "H", "E"} {
		s.news = nil
		s.press(name)
		if s.last() != "" || s.said() != onlyHosts {
			t.Errorf("%s asks %q and says %q", name, s.last(), s.said())
		}
	}
	s.press("c")
	s.typeIn("hello").press("enter")
	if s.last() != "" {
		t.Errorf("who is muted says %s", s.last())
	}
}

// TestHostRightsAppear, and go again, with a word about it.
func TestHostRightsAppear(t *testing.T) {
	s := sit(t, 80, 24).asHost()
	if !strings.Contains(s.said(), "You are the host now") {
		t.Errorf("it says %q", s.said())
	}
	s.news = nil
	if shown := s.shows(); !strings.Contains(shown, "space pause") || !strings.Contains(shown, "Zed wants to join") {
		t.Errorf("the host sees\n%s", shown)
	}
	me := somebodyCalled("me", "Alice", wire.RoleGuest, wire.PathDirect, true)
	s.stage.event(wire.ParticipantUpdated{Participant: me})
	s.stage.say(wire.Granted{Role: wire.RoleGuest, Permissions: guestRights()})
	s.hearAll()
	if s.said() != "You are not the host any more." || len(s.room.Pending) > 0 || strings.Contains(s.shows(), "space pause") {
		t.Errorf("it says %q\n%s", s.said(), s.shows())
	}
	me.Permissions.CanChat = false
	s.stage.event(wire.ParticipantUpdated{Participant: me})
	s.hearAll()
	if s.said() != "The host muted you." {
		t.Errorf("it says %q", s.said())
	}
}

// refuse answers the last command with an error.
func (s *seat) refuse(code wire.Code, retry int64) {
	s.stage.say(&wire.Error{Code: code, Message: code.Sentence(), ID: fmt.Sprintf("c%d", s.stage.ids), RetryAfterMS: retry})
	s.hearAll()
}

// TestRefusals: what was shown at once is taken back, with the host's sentence.
func TestRefusals(t *testing.T) {
	s := sit(t, 80, 24)
	s.stage.mute = true
	for _, c := range []struct {
		keys string
		is   func() bool
		code wire.Code
		says string
	}{
		{"v", func() bool { return s.ballot.skip == "i0" }, wire.CodeNotAuthorized, "You don't have permission to do that"},
		{"u", func() bool { return s.ballot.upvotes["i1"] }, wire.CodeRateLimited, "Slow down! Try again in 3 seconds"},
	} {
		s.press(c.keys)
		if !c.is() {
			t.Errorf("%s is not shown at once", c.keys)
		}
		s.refuse(c.code, 2500)
		if c.is() || s.said() != c.says {
			t.Errorf("%s stays after its refusal, or %q is said", c.keys, s.said())
		}
	}
	s.press("c").typeIn("hello").press("enter")
	s.refuse(wire.CodeRateLimited, 0)
	if got := s.chat.editor.String(); got != "hello" {
		t.Errorf("what was not said is gone: %q", got)
	}
	s.press("esc", "/")
	s.search.tracks, s.found = tracks()[6:7], list{}
	s.press("enter")
	if len(s.adding) != 1 || !strings.Contains(s.shows(), "Adding…") {
		t.Errorf("the song that was asked for is not shown\n%s", s.shows())
	}
	s.refuse(wire.CodeQueueFull, 0)
	if len(s.adding) != 0 || s.said() != "You've reached your song limit" {
		t.Errorf("%d are asked for, it says %q", len(s.adding), s.said())
	}
}

// TestNewestSearchWins: late answers are no answers, and a refused question is asked again.
func TestNewestSearchWins(t *testing.T) {
	s := sit(t, 80, 24)
	s.stage.mute = true
	s.press("/").typeIn("a")
	s.typeIn("b")
	first := s.search.newest
	s.Update(paused{s.search.keystroke - 1}) // the pause after an older keystroke
	if s.search.newest != first {
		t.Error("asked while one types")
	}
	s.Update(paused{s.search.keystroke})
	second := s.search.newest
	if first == second {
		t.Fatal("nothing was asked again")
	}
	s.stage.say(wire.SearchResults{ID: second, Q: "ab", Tracks: tracks()[:1]})
	s.stage.say(wire.SearchResults{ID: first, Q: "a", Tracks: tracks()})
	s.hearAll()
	if len(s.search.tracks) != 1 || *s.search.answered != "ab" {
		t.Errorf("%d songs for %q", len(s.search.tracks), *s.search.answered)
	}
	asked := len(s.stage.asked)
	s.Update(paused{s.search.keystroke})
	s.refuse(wire.CodeRateLimited, 100)
	s.Update(paused{s.search.keystroke})
	if len(s.stage.asked) != asked+2 || s.said() != "" {
		t.Errorf("%d questions, it says %q", len(s.stage.asked)-asked, s.said())
	}
}

// TestPaste goes into the field that is open, as one line; under a cover there is none.
func TestPaste(t *testing.T) {
	s := sit(t, 80, 24)
	paste := func() { s.Update(tea.PasteMsg{Content: "two\nlines \x1b[2J"}) }
	paste()
	s.press("c", "f1")
	paste()
	if got := s.chat.editor.String(); got != "" {
		t.Errorf("pasted %q where nothing is typed", got)
	}
	s.press("esc")
	paste()
	if got := s.chat.editor.String(); got != "two lines [2J" {
		t.Errorf("pasted %q", got)
	}
}

// TestSelectionStays on the song, wherever that goes.
func TestSelectionStays(t *testing.T) {
	s := sit(t, 80, 24)
	s.press("down", "down")
	s.stage.event(wire.QueueOrder{Order: []string{"i3", "i1", "i2", "i4", "i5"}})
	s.stage.event(wire.TrackAdded{Item: item(6, "bob"), Position: 0})
	s.hearAll()
	if got := s.selected().ID; got != "i3" || s.queue.at != 1 {
		t.Errorf("stands on %s at %d", got, s.queue.at)
	}
	s.stage.event(wire.TrackRemoved{ItemID: "i3"})
	s.hearAll()
	if got := s.selected().ID; got != "i1" || s.queue.at != 1 {
		t.Errorf("stands on %s at %d", got, s.queue.at)
	}
}

// TestUnread counts lines of others until the chat is seen.
func TestUnread(t *testing.T) {
	s := sit(t, 80, 24)
	say := func(id, text string) {
		s.stage.event(wire.ChatLine{From: id, FromID: id, Message: text, At: wire.At(noon())})
		s.hearAll()
	}
	say("bob", "one")
	say("me", "two")
	say("bob", "three")
	if !strings.Contains(s.shows(), "Chat 2 new") {
		t.Errorf("not told:\n%s", s.shows())
	}
	if s.press("c"); s.unread() != 0 {
		t.Errorf("%d unread", s.unread())
	}
	s.press("tab")
	if say("bob", "four"); s.unread() != 1 {
		t.Errorf("%d unread", s.unread())
	}
	s.Update(tea.WindowSizeMsg{Width: 120, Height: 30}) // where the chat is always seen
	if s.unread() != 0 {
		t.Errorf("%d unread", s.unread())
	}
}

// TestLeaving is asked, told, and ends the program; quitting keeps the seat.
func TestLeaving(t *testing.T) {
	s := sit(t, 80, 24)
	if want := "hostd join HQRS-2K4M"; !strings.Contains(s.lastWord(), want) {
		t.Errorf("the last word is %q, want %q in it", s.lastWord(), want)
	}
	s.press("L", "y")
	if !s.over || s.lastWord() != "You left the jam." {
		t.Errorf("over %v, the last word is %q", s.over, s.lastWord())
	}
}

// TestConnectionComesAndGoes: what is typed and shown stays.
func TestConnectionComesAndGoes(t *testing.T) {
	s := sit(t, 80, 24)
	s.press("c").typeIn("hel")
	s.stage.line(visitor.Line{State: visitor.HostAway, HostName: "Hanna"})
	s.hearAll()
	if shown := s.shows(); !strings.Contains(shown, "The host is away") || !strings.Contains(shown, "So What") || !strings.Contains(shown, "hel") {
		t.Errorf("while the host is away\n%s", shown)
	}
	l := joinedLine()
	l.Path, l.Said = "lan", "Another machine than before answers for Hanna"
	s.stage.line(l)
	s.stage.say(wire.Resumed{Seq: 41, Events: []json.RawMessage{raw(wire.TrackRemoved{ItemID: "i1"}, 41)}})
	s.hearAll()
	if shown := s.shows(); !strings.Contains(shown, "Same network") || !strings.Contains(shown, "Another machine") || strings.Contains(shown, "away.") {
		t.Errorf("back again\n%s", shown)
	}
	s.press("esc", "i", "esc")
	if strings.Contains(s.shows(), "Another machine") {
		t.Error("what has been looked at is still said")
	}
}

// TestEverySize can be shown, on every page.
func TestEverySize(t *testing.T) {
	s := sit(t, 80, 24).asHost()
	for x := 1; x <= 200; x += 7 {
		for y := 1; y <= 60; y += 3 {
			s.Update(tea.WindowSizeMsg{Width: x, Height: y})
			for p := range pages {
				s.page = p
				s.settle()
				s.shows()
			}
			for _, c := range []cover{coverHelp, coverInfo, coverReact} {
				s.cover = c
				s.shows()
			}
			s.cover = coverNone
			d := newDoor(AskConfig{Code: "HQRS-2K4M", Server: "soul.example", Name: strings.Repeat("長", 40)}, kit{})
			d.Update(tea.WindowSizeMsg{Width: x, Height: y})
			if rows := d.screen().rows; len(rows) != y {
				t.Fatalf("%d rows of a question on %d", len(rows), y)
			}
		}
	}
}
