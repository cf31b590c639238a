package hosttest_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"soul-jam/shared/wire"
)

func TestChatIsToldCleanedAndKept(t *testing.T) {
	w := jam(t)
	host, alice := w.Host(), w.Join("Alice")
	long := strings.Repeat("ä", wire.MaxChat)
	for said, shown := range map[string]string{
		"  Hello \t there ": "Hello there", long: long, "a\u202eb\u200bc\x00d": "abcd", "Don't — “stop” 🎉": "Don't — “stop” 🎉",
	} {
		seq := alice.Must(wire.Chat{Message: said})
		var line wire.ChatLine
		m := host.Expect("chat_message")
		m.Into(t, &line)
		if line.Message != shown || line.From != "Alice" || line.FromID != alice.ID || line.At.IsZero() || m.Seq != seq {
			t.Errorf("%.20q is told as %+v, seq %d of %d", said, line, m.Seq, seq)
		}
	}
	for _, wrong := range []string{"", " \n ", "\u200b\u202e", long + "x", strings.Repeat("ﷺ", wire.MaxChat/10)} { // the last is 18 letters each
		host.Refused(wire.Chat{Message: wrong}, wire.CodeBadRequest)
	}
	for i := range 120 {
		host.Send(wire.Chat{Message: fmt.Sprint("line ", i)}, "")
	}
	host.Settled()
	w.Restart()
	chat := snapshot(t, w).Chat
	if len(chat) != wire.ChatKept || chat[0].Message != "line 20" || chat[99].Message != "line 119" {
		t.Errorf("%d lines are kept, from %q to %q", len(chat), chat[0].Message, chat[len(chat)-1].Message)
	}
}

func TestChatHasARateOfItsOwn(t *testing.T) {
	w := jam(t)
	w.Host()
	alice := w.Join("Alice")
	began := time.Now()
	done, limited, wait := burst(t, alice, 8, func(i int) wire.Command { return wire.Chat{Message: fmt.Sprint("line ", i)} })
	if most := 5 + int(time.Since(began)/(2*time.Second)); done < 5 || done > most || done+limited != 8 {
		t.Errorf("%d said, %d refused of 8 at once; want 5", done, limited)
	}
	if wait <= 0 || wait > 2001*time.Millisecond {
		t.Errorf("retry_after_ms is %v, want up to 2 s", wait)
	}
	alice.Must(wire.React{Emoji: "🎉"}) // which is no chat
}

func TestReactionsAreShownAndNotKept(t *testing.T) {
	w := jam(t)
	host, alice := w.Host(), w.Join("Alice")
	seq := host.LastSeq
	for _, emoji := range []string{"🎉", "❤️", "👍🏽", "👩‍👩‍👧", "🇩🇪", "1️⃣"} {
		alice.Must(wire.React{Emoji: emoji})
		m := host.Expect("reaction")
		var r wire.Reaction
		m.Into(t, &r)
		if r.Emoji != emoji || r.FromID != alice.ID || m.Seq != 0 {
			t.Errorf("%q is told as %s", emoji, m.Raw)
		}
	}
	for _, wrong := range []string{"", "a", "Hello", "<b>", " ", "🎉a", "\u200d", "123", strings.Repeat("🎉", 9), "\u202e"} {
		alice.Refused(wire.React{Emoji: wrong}, wire.CodeBadRequest)
	}
	alice.Refused(wire.Upvote{QueueItemID: "x"}, wire.CodeTrackNotFound)
	if last := w.Join("Carol").Last("joined").Seq; last != 0 || alice.LastSeq > seq+1 {
		t.Errorf("reactions count as events: %d after %d", alice.LastSeq, seq)
	}
	next, m := w.Return(alice)
	if strings.Contains(string(m.Raw), "reaction") {
		t.Errorf("a reaction was kept: %s", m.Raw)
	}
	next.Settled()
}

func TestChatSwitchedOffIsOffForAll(t *testing.T) {
	w := jam(t)
	host, alice := w.Host(), w.Join("Alice")
	host.Settings(`{"allow_chat":false}`)
	alice.ExpectWhere("participant_updated", alice.ID, `"can_chat":false`)
	alice.Refused(wire.Chat{Message: "Hello"}, wire.CodeNotAuthorized)
	alice.Refused(wire.React{Emoji: "🎉"}, wire.CodeNotAuthorized)
	host.Refused(wire.Chat{Message: "Hello"}, wire.CodeNotAuthorized)
	host.Must(wire.SetPermissions{ParticipantID: alice.ID, Permissions: []byte(`{"can_chat":true}`)})
	alice.Refused(wire.Chat{Message: "Hello"}, wire.CodeNotAuthorized)
	host.Settings(`{"allow_chat":true}`)
	alice.Must(wire.Chat{Message: "Hello"})
}
