package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// throughPeerJS: as many people as echo has, in pairs, who send one another a few messages, and so on.
func throughPeerJS(ctx context.Context, dir string) (figure, error) {
	// Below the ports that clients get: whoever dials one of those while nobody listens may reach itself.
	at := fmt.Sprintf("127.0.0.1:%d", 20_000+rand.IntN(10_000)) //nolint:gosec // any free port will do
	cmd := exec.CommandContext(ctx, "node", filepath.Join(dir, "node_modules/peer/dist/bin/peerjs.js"), "--port", at[strings.LastIndex(at, ":")+1:])
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		return figure{}, fmt.Errorf("start PeerJS: %w", err)
	}
	c := &child{cmd: cmd, url: "http://" + at}
	defer c.stop()
	people := make([]*raw, guestsEchoing)
	for i := range people {
		var err error
		if people[i], err = joinPeerJS(c.url, i); err != nil {
			return figure{}, err
		}
	}
	var carried atomic.Int64
	var talking sync.WaitGroup
	for i, p := range people {
		var messages []byte
		text := fmt.Sprintf(`{"type":"CANDIDATE","dst":"p%d","payload":"`, i^1)
		text += strings.Repeat("x", frameSize-len(text)-2) + `"}`
		for range inFlight {
			messages = append(messages, clientFrame(1, []byte(text))...)
		}
		talking.Go(func() {
			for {
				if _, err := p.Write(messages); err != nil {
					return
				}
				if p.skip(inFlight) != nil {
					return
				}
				carried.Add(inFlight) // the other's
			}
		})
	}
	f, err := c.count(&carried)
	for _, p := range people {
		_ = p.Close()
	}
	talking.Wait()
	return f, err
}

// joinPeerJS waits for the server at first.
func joinPeerJS(url string, n int) (*raw, error) {
	var dialer net.Dialer
	for late := time.Now().Add(patience); ; {
		p, err := dialRaw(&dialer, url, fmt.Sprintf("/peerjs?key=peerjs&id=p%d&token=t%d&version=1", n, n), "")
		if err == nil {
			return p, p.skip(1) // OPEN
		}
		if n > 0 || time.Now().After(late) {
			return nil, err
		}
		settle(context.Background(), 100*time.Millisecond)
	}
}
