package main

import (
	"path/filepath"
	"strings"
	"testing"

	"soul-jam/hostd/lan/lantest"
)

// TestJoinByNameWithoutAnyServer: two machines on a LAN without internet, and then a third that takes the first one's name.
func TestJoinByNameWithoutAnyServer(t *testing.T) {
	if !lantest.Inside(t) {
		return
	}
	lantest.Plug(t, "jam0", "192.168.77.2/24")
	onTheLAN := []string{"--listen", ":0", "--p2p-listen", ":0", "--mdns=true", "--webrtc-listen", ""}
	one := native(t, onTheLAN...)
	host := one.Host()
	data := filepath.Join(t.TempDir(), "visitor")
	j := joinJam(t, data, "--mdns=true", "--name", "Vera", "fri")
	line := j.until(`"state":"joined"`, `"path":"lan"`)
	host.ExpectWhere("participant_joined", "Vera", `"path":"lan"`)
	status := ask(t, nil, "status", "--data", one.Data())
	for word := range strings.SplitSeq(strings.TrimSuffix(strings.SplitN(line, `"words":["`, 2)[1], `"`), `","`) {
		if word, _, _ = strings.Cut(word, `"`); !strings.Contains(status.out, word) {
			t.Errorf("the host does not show %q: %s", word, status.out)
		}
	}
	j.interrupt()
	j.ends(0)

	two := native(t, onTheLAN...)
	j = joinJam(t, filepath.Join(t.TempDir(), "stranger"), "--mdns=true", "Friday")
	j.ends(1, "several hosts answer", one.Code, two.Code, "join by the code")

	// Who was there before is led to the one that they know.
	j = joinJam(t, data, "--mdns=true", one.Code)
	j.until(`"state":"joined"`, `"known":true`)
	j.interrupt()
	j.ends(0)
}
