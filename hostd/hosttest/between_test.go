package hosttest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"testing"

	"soul-jam/hostd/link/relayed"
	"soul-jam/shared/identity"
	"soul-jam/shared/proof"
	"soul-jam/shared/wire"
	"soul-jam/signaling/client"
)

// through begins a sealed pipe to the host that a soul-server shows for that code, believing what the link says, or without one anything.
func through(ctx context.Context, t *testing.T, s *Soul, code string, key *identity.LinkKey) (*Client, error) {
	t.Helper()
	at, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	visit, err := client.Join(ctx, at, code, http.DefaultClient)
	if err != nil {
		t.Fatalf("visit the jam: %v", err)
	}
	conn, err := relayed.Dial(ctx, visit, relayed.Meeting{Bundle: visit.Bundle, Nonce: visit.Nonce, Code: code, Link: key}, wire.MaxHostFrame, nil, func([]byte) {})
	if err != nil {
		visit.Cut()
		return nil, err
	}
	return newClient(t, pump(conn, visit.Cut)), nil
}

// A soul-server that shows a guest another host's keys, its own, is found out by everybody who has the link. The control: who
// has typed the code only is taken in by the very same, so it is the link that protects.
func TestPromiseASoulServerInBetweenIsFoundOut(t *testing.T) {
	t.Parallel()
	_, _, key := remoteWorld(t, Options{})
	// The server's own host, which says of itself what it likes: that this is the code, too.
	other, s, own := remoteWorld(t, Options{Start: "Mallory's"})
	const tries = 100
	refused, control := 0, 0
	// The control comes first: the host slows down an address that knocks a hundred times.
	for _, k := range []*identity.LinkKey{nil, &own} { // a typed code; and the link of that very host
		c, err := through(t.Context(), t, s, other.Code, k)
		if err != nil {
			t.Errorf("the control: %v", err)
			continue
		}
		c.Join(wire.JoinRequest{DisplayName: "Tim"})
		control++
	}
	for range tries {
		if _, err := through(t.Context(), t, s, other.Code, &key); errors.Is(err, relayed.ErrNotTheHost) {
			refused++
		} else {
			t.Errorf("with the link: %v", err)
		}
	}
	proof.Show(t, "A soul-server that puts a host of its own in between is found out by who has the link",
		fmt.Sprintf("%d of %d refused; without the link's hash it passes: %v", refused, tries, control == 2), "100 of 100, and passes without the hash", refused == tries && control == 2)
}
