package visitor

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	"soul-jam/hostd/link"
	"soul-jam/hostd/link/relayed"
	"soul-jam/shared/identity"
	"soul-jam/shared/wire"
	"soul-jam/signaling/client"
)

// pipeWithin: a soul-server and the host behind it have opened a pipe within this.
const pipeWithin = 10 * time.Second

// pipe is a sealed pipe through a soul-server: the way that works wherever the jam's page works.
type pipe struct {
	*relayed.Conn
	visit *client.Visit
	// hearsay is what soul-server said in between about the host being there; 0 = nothing.
	hearsay atomic.Int64
}

// hearsayError: soul-server, which is not the host, says why there is none.
type hearsayError struct{ link.Closed }

// openPipe opens one to that very host.
func openPipe(ctx context.Context, h host, key *identity.LinkKey, web *http.Client) (Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, pipeWithin)
	defer cancel()
	visit, err := client.Join(ctx, h.server, h.code.String(), web)
	if err != nil {
		return nil, refusedBy(err)
	}
	p := &pipe{visit: visit}
	if who, err := signer(visit.Bundle, h.code); err != nil || who != h.peer {
		visit.Cut()
		return nil, ErrWrongHost
	}
	p.Conn, err = relayed.Dial(ctx, visit, relayed.Meeting{Bundle: visit.Bundle, Nonce: visit.Nonce, Code: h.code.String(), Link: key}, wire.MaxHostFrame, nil, p.signal)
	if err != nil {
		visit.Cut()
		if errors.Is(err, relayed.ErrNotTheHost) {
			return nil, ErrWrongHost
		}
		if code := p.hearsay.Load(); code != 0 {
			return nil, hearsay(int(code))
		}
		return nil, err
	}
	return p, nil
}

// refusedBy passes on soul-server's refusal as the answer of an introduction would be.
func refusedBy(err error) error {
	var refused *client.Refused
	if !errors.As(err, &refused) {
		return err
	}
	u := &unanswered{why: refused.Why.Code}
	if u.why == wire.CodeRateLimited {
		u.after = min(max(time.Second, time.Duration(min(refused.Why.RetryAfterMS, longestPause.Milliseconds()))*time.Millisecond), longestPause)
	}
	return u
}

func hearsay(code int) error {
	return &hearsayError{link.Closed{Code: code, Reason: wire.CloseCode(code).Reason()}}
}

// signal hears what soul-server says beside the pipe. Its word counts for the host being away, or for
// the jam being over as far as it knows; everything else is a connection that was cut.
func (p *pipe) signal(text []byte) {
	var said struct {
		Type   string         `json:"type"`
		Status wire.HostState `json:"status"`
		Code   json.RawMessage
	}
	if len(text) > wire.MaxClientFrame || json.Unmarshal(text, &said) != nil {
		return
	}
	switch {
	case said.Type == "host_status" && said.Status == wire.HostOffline:
		p.hearsay.Store(int64(wire.CloseHostAway))
		p.visit.Cut()
	case said.Type == "bye":
		var code wire.CloseCode
		if json.Unmarshal(said.Code, &code) == nil && (code == wire.CloseEnded || code == wire.CloseNotFound || code == wire.CloseHostAway) {
			p.hearsay.Store(int64(code))
		}
	}
}

// Path is always relayed.
func (p *pipe) Path() wire.Path { return wire.PathRelayed }

// Read gives the next frame of the host.
func (p *pipe) Read(ctx context.Context) ([]byte, error) {
	frame, err := p.Conn.Read(ctx)
	var closed *link.Closed
	if err != nil && !errors.As(err, &closed) {
		if code := p.hearsay.Load(); code != 0 {
			return nil, hearsay(int(code))
		}
		return nil, fmt.Errorf("read through the soul-server: %w", err)
	}
	return frame, err
}

// Close says goodbye to the host, and leaves soul-server.
func (p *pipe) Close(code int, reason string) error {
	err := p.Conn.Close(code, reason)
	p.visit.Cut()
	return err
}
