package circuit_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/libp2p/go-libp2p"
	"github.com/libp2p/go-libp2p/core/crypto"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/p2p/protocol/circuitv2/client"

	"soul-jam/relay/server"
	"soul-jam/shared/code"
	"soul-jam/signaling"
	"soul-jam/signaling/server/fakehost"
)

// The whole program: who has claimed a code by the one socket may reserve by the other, until it gives the code back.
func TestTheRightIsTheClaims(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	out, in := io.Pipe()
	ended := make(chan error, 1)
	cfg := server.Config{Listen: "127.0.0.1:0", P2PListen: "127.0.0.1:0", Data: t.TempDir(), MaxPerAddress: 10, Out: in, Log: slog.New(slog.DiscardHandler)}
	go func() { ended <- server.Run(ctx, cfg) }()
	defer func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}()
	var url string
	if _, err := fmt.Fscanf(out, "listening on %s\n", &url); err != nil {
		t.Fatal(err)
	}
	c, err := code.New(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	h, err := fakehost.New(c)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := h.Dial(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.WS.CloseNow() }()
	reserve := reserver(t, h, conn.Welcome.P2P)
	if err := reserve(); err == nil || !strings.Contains(err.Error(), "PERMISSION_DENIED") {
		t.Errorf("before the claim: %v", err)
	}
	if err := conn.Send(ctx, h.Claim()); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Next(ctx, signaling.Claimed); err != nil {
		t.Fatal(err)
	}
	for late := time.Now().Add(10 * time.Second); reserve() != nil; runtime.Gosched() {
		if time.Now().After(late) {
			t.Fatalf("with the claim: %v", reserve())
		}
	}
	if err := conn.Send(ctx, signaling.Control{Type: signaling.Release, Code: h.Code.String(), Reason: "host"}); err != nil {
		t.Fatal(err)
	}
	for late := time.Now().Add(10 * time.Second); reserve() == nil; runtime.Gosched() {
		if time.Now().After(late) {
			t.Fatal("the right stays without the claim")
		}
	}
}

// reserver is the host's libp2p, at the addresses that it was welcomed with.
func reserver(t *testing.T, h *fakehost.Host, at []string) (reserve func() error) {
	t.Helper()
	key, err := crypto.UnmarshalEd25519PrivateKey(h.Key.Private())
	if err != nil {
		t.Fatal(err)
	}
	p2p, err := libp2p.New(libp2p.Identity(key), libp2p.NoListenAddrs, libp2p.EnableRelay(), libp2p.DisableMetrics())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p2p.Close() })
	if len(at) == 0 {
		t.Fatal("welcomed without a circuit relay")
	}
	relay, err := peer.AddrInfoFromString(at[0])
	if err != nil {
		t.Fatal(err)
	}
	return func() error {
		_, err := client.Reserve(t.Context(), p2p, *relay)
		return err
	}
}
