package load

import (
	"fmt"
	"strings"
	"testing"

	"soul-jam/hostd/hosttest"
	"soul-jam/shared/identity"
	"soul-jam/shared/proof"
	"soul-jam/shared/wire"
)

// TestPromiseABannedSeatComesBackByNoWay has somebody flood the chat, be thrown out, and try every way in with all that they hold.
func TestPromiseABannedSeatComesBackByNoWay(t *testing.T) {
	s := hosttest.NewSoul(t)
	w := farParty(t, s, false)
	_, fragment, _ := strings.Cut(w.Status().Jam.URL, "#")
	key, err := identity.ParseLinkKey(fragment)
	if err != nil {
		t.Fatal(err)
	}
	host, troll := w.Host(), w.Guest()
	own := wire.JoinRequest{DisplayName: "Troll", JoinKey: strings.Repeat("k", wire.MinJoinKey)}
	troll.Join(own)
	done := 0
	for n := range 20 {
		if _, refusal := troll.Do(wire.Chat{Message: fmt.Sprint("spam ", n)}); refusal == nil {
			done++
		} else if refusal.Code != wire.CodeRateLimited {
			t.Errorf("spam is refused with %v", refusal)
		}
	}
	if most := wire.ChatRate().Burst + 10; done > most { // 20 s on a machine that is very slow
		t.Errorf("%d of 20 messages at once were heard", done)
	}
	host.Must(wire.Kick{ParticipantID: troll.ID})
	troll.ExpectClose(wire.CloseKicked)
	ways := map[string]func() *hosttest.Client{
		"the LAN":           func() *hosttest.Client { return w.Guest() },
		"the link":          func() *hosttest.Client { return w.Sealed(s, w.Code, &key).Client },
		"the code":          func() *hosttest.Client { return w.Sealed(s, w.Code, nil).Client },
		"a client in plain": func() *hosttest.Client { return w.Dial(s.URL, w.Code) },
	}
	tried := 0
	for way, in := range ways {
		for what, word := range map[string]wire.Command{"its token": wire.Resume{ResumeToken: troll.Resume}, "its join key": own} {
			c := in()
			if _, refusal := c.Do(word); refusal == nil || refusal.Code != wire.CodeBanned {
				t.Errorf("by %s with %s: %v, want banned", way, what, refusal)
			}
			c.ExpectClose(wire.CloseKicked)
			tried++
		}
	}
	w.Guest().Knock(wire.JoinRequest{DisplayName: "Somebody new"}) // from its address: the host decides
	proof.Show(t, "Somebody who was thrown out comes back by link, code, plain client or LAN, with token or join key", fmt.Sprintf("%d ways tried, all refused", tried), "none", !t.Failed())
}
