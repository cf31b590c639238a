package terminal

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"soul-jam/hostd/visitor"
	"soul-jam/shared/wire"
)

// hostile are texts that would do something to a terminal, or to its columns.
func hostile() []string {
	return []string{
		"\x1b[2J\x1b[H\x1b]0;owned\a", "\x1b]52;c;cm0gLXJm\x07", "\u009b31m", "\x9b31m", "a\rb\nc\td\be\x00f\x7f", "\u202egpj.exe\u2066", "a\u200db\u200bc\ufeff",
		"Z\u0300\u0301\u0302\u0303\u0304\u0305\u0306a\u0307lgo", "\u0301alone", "👩‍👩‍👧‍👦 👍🏽 ❤️ 1️⃣ 🇩🇪 🏴\U000e0067\U000e0062\U000e007f", "\xff\xfe broken", "한국 e\u0301 Ａ ｶﾞ",
		"\ue000\U0010ffff\ufdd0", "\u115f\u1160\u3164\uffa0", strings.Repeat("長", 5000), "\x1bPq#0;2;0;0;0#0~~@@vv\x1b\\", "\u2028line\u2029para",
	}
}

// TestCleanTexts: what is left is harmless, and as wide as everybody says.
func TestCleanTexts(t *testing.T) {
	for in, want := range map[string]string{
		"  plain   text ": "plain text", "a\x1b[31mred": "a[31mred", "a\tb\nc": "a b c", "e\u0301": "é", "❤️": "❤", "🇩🇪": "DE", "👍🏽": "👍", "\u202eabc": "abc",
	} {
		if got := clean(in); got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
	}
	for _, in := range hostile() {
		harmless(t, clean(in))
	}
}

func harmless(t *testing.T, s string) {
	t.Helper()
	if !utf8.ValidString(s) || utf8.RuneCountInString(s) > mostSaid {
		t.Errorf("%q is no text, or too long", s)
	}
	marks := mostMarks
	for _, r := range s {
		if unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Cs, unicode.Co, unicode.Variation_Selector) {
			t.Errorf("%q holds %U", s, r)
		}
		if !unicode.IsMark(r) {
			marks = 0
		} else if marks++; marks > mostMarks {
			t.Errorf("%q heaps marks", s)
		}
	}
	if width(s) != ansi.StringWidthWc(s) {
		t.Errorf("%q takes %d columns here, %d for bubbletea", s, width(s), ansi.StringWidthWc(s))
	}
}

// TestPaintLetsNothingOut, even of what was never cleaned.
func TestPaintLetsNothingOut(t *testing.T) {
	shown := screen{rows: []row{say("a\x1b[2Jb\r\n\x00\u009b\x7fc", 0)}}
	if got := shown.paint(kit{unicode: true}); got != "a[2Jbc" {
		t.Errorf("%q gets to the terminal", got)
	}
}

// TestHostileJam puts them wherever a text comes from somebody else, and shows every page.
func TestHostileJam(t *testing.T) {
	for _, bad := range hostile() {
		for _, size := range []point{{80, 24}, {40, 12}, {130, 40}} {
			s := sit(t, size.x, size.y)
			s.hostile(bad)
			for range pages {
				shownSafely(t, &s.state)
				s.press("tab")
			}
			s.page = pageQueue
			for _, k := range []string{"?", "i"} {
				s.press(k)
				shownSafely(t, &s.state)
				s.press("esc")
			}
			s.stage.event(wire.SessionEnded{Reason: wire.EndReason(bad), Recap: &wire.Recap{TopAdder: &wire.TopAdder{Name: bad}, TopTrack: &wire.RecapTrack{Title: bad}}})
			s.stage.line(visitor.Line{State: visitor.Over, Said: bad})
			s.hearAll()
			shownSafely(t, &s.state)
			if last := s.lastWord(); strings.ContainsAny(s.kit.spell(last), "\x1b\r\n\a") {
				t.Errorf("the last word is %q", last)
			}
		}
	}
}

// hostile tells a jam of nothing but that text.
func (s *seat) hostile(bad string) {
	j := friday()
	j.Session.Settings.Name, j.Session.ShareCode = &bad, bad
	for i := range j.Session.Participants {
		j.Session.Participants[i].DisplayName, j.Session.Participants[i].Path = bad, wire.Path(bad)
	}
	for i := range j.Session.Queue {
		j.Session.Queue[i].TrackInfo = wire.TrackInfo{TrackID: bad, Title: bad, Artist: bad, Album: bad, DurationMS: -1 << 62}
		j.Session.Queue[i].AddedBy, j.Session.Queue[i].Because = nil, &wire.Because{Reason: wire.BecauseArtist, Name: bad, Year: -1 << 62}
	}
	for i := range j.Session.Chat {
		j.Session.Chat[i].From, j.Session.Chat[i].Message = bad, bad
	}
	j.Pending = []wire.JamParticipant{somebodyCalled("zed", bad, wire.RoleGuest, wire.PathLAN, true)}
	s.stage.say(j)
	s.stage.say(wire.Notification{Kind: wire.NoticeUpNext, Message: bad})
	s.stage.say(wire.Reaction{FromID: "bob", Emoji: bad})
	s.stage.say(wire.SearchResults{ID: s.search.newest, Q: bad, Tracks: []wire.TrackInfo{{TrackID: "t", Title: bad, Artist: bad}}})
	s.stage.say(&wire.Error{Code: wire.CodeInternal, Message: bad})
	s.stage.line(visitor.Line{State: visitor.Joined, Path: bad, HostName: bad, Code: bad, Said: bad, Words: []string{bad, bad}})
	s.hearAll()
}

// looks are the only control sequences that may come out: no background, none of the colours that need one.
func looks() *regexp.Regexp {
	return regexp.MustCompile(`\x1b\[(?:1|2|4|7|31|35)?(?:;(?:1|2|4|7|31|35))*m`)
}

// shownSafely checks the screen of a state: its size, and that nothing gets to the terminal but text and looks.
func shownSafely(t *testing.T, s *state) {
	t.Helper()
	check(t, s)
	shown := s.screen()
	for _, k := range []kit{{true, true}, {false, true}, {false, false}} {
		out := shown.paint(k)
		for _, r := range looks().ReplaceAllString(out, "") {
			if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r)) || !k.unicode && r > 0x7e {
				t.Fatalf("%U gets to the terminal: %q", r, out)
			}
		}
		if !k.colour && regexp.MustCompile(`\x1b\[[0-9;]*3[0-9]`).MatchString(out) {
			t.Fatalf("a colour without colours: %q", out)
		}
		for line := range strings.Lines(looks().ReplaceAllString(out, "")) {
			if n := ansi.StringWidthWc(strings.TrimSuffix(line, "\n")); n != s.size.x {
				t.Fatalf("a row of %d columns on a screen of %d: %q", n, s.size.x, line)
			}
		}
	}
}

// FuzzApply: whatever the host says, the room takes it and every page can be shown.
func FuzzApply(f *testing.F) {
	f.Add([]byte(`{"type":"joined"}`), []byte(`{"type":"track_added","seq":41,"position":-1}`))
	for _, bad := range hostile() {
		j := friday()
		j.Session.Settings.Name, j.Session.CurrentIndex = &bad, -7
		f.Add([]byte(raw(j, 0)), []byte(raw(wire.ChatLine{From: bad, Message: bad}, 41)))
	}
	f.Add([]byte(raw(friday(), 0)), []byte(raw(wire.Resumed{Events: []json.RawMessage{raw(wire.NowPlaying{}, 50)}}, 0)))
	f.Fuzz(func(t *testing.T, first, second []byte) {
		s := newState()
		s.now, s.line.State = noon(), visitor.Joined
		for _, text := range [][]byte{first, second, second, first} {
			if seq, m := decode(text); m != nil {
				s.hear(seq, m)
			}
		}
		for _, size := range []point{{40, 12}, {80, 24}, {110, 30}} {
			s.size = size
			for p := range pages {
				s.page = p
				s.settle()
				shownSafely(t, &s)
			}
		}
	})
}
