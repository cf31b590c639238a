package rtc

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/pion/webrtc/v4"

	"soul-jam/hostd/link"
)

// maxRefused is how many channels that are not the jam's a guest may try to open
// before that ends the call.
const maxRefused = 4

// Call is one guest's, from its offer on.
type Call struct {
	host   *Host
	peer   *peer
	offer  *description // the first
	stun   []string
	signal func(*Candidate)
	done   chan struct{}

	negotiating sync.Mutex // one offer at a time
	signalling  sync.Mutex // one candidate at a time

	mu      sync.Mutex // guards what follows
	taken   bool       // there is a jam's channel
	refused int
}

// start makes the connection that the offer will be set on.
func (c *Call) start(serve func(context.Context, link.Conn)) error {
	api, err := c.host.api()
	if err != nil {
		return err
	}
	pc, err := api.NewPeerConnection(webrtc.Configuration{Certificates: []webrtc.Certificate{c.host.config.Certificate.c}})
	if err != nil {
		return fmt.Errorf("make a connection: %w", err)
	}
	if made := c.host.config.Made; made != nil {
		made()
	}
	p := newPeer(pc, gate{loopback: c.host.config.Loopback}, c.host.config.Limit, c.host.config.Log)
	p.lookup = c.host.lookup
	c.peer = p
	late := time.AfterFunc(c.host.config.OpenWithin, func() { p.end(errNeverOpened) })
	pc.OnICECandidate(p.ourCandidate)
	pc.OnDataChannel(func(channel *webrtc.DataChannel) { c.opened(channel, late, serve) })
	go func() {
		<-p.closed
		late.Stop()
		c.host.remove(c)
		close(c.done)
	}()
	return nil
}

// opened takes the jam's channel and refuses others.
func (c *Call) opened(channel *webrtc.DataChannel, late *time.Timer, serve func(context.Context, link.Conn)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.taken || !ofJam(channel) {
		if c.refused++; c.refused > maxRefused {
			c.peer.end(errManyOpen)
		}
		_ = channel.Close()
		return
	}
	c.taken = true
	channel.OnOpen(func() {
		late.Stop()
		conn, err := c.peer.conn(channel)
		if err != nil {
			c.peer.end(err)
			return
		}
		serve(c.peer.serving, conn)
		if !conn.said.Load() { // after a goodbye the channel closes in its own time
			c.peer.end(errHungUp)
		}
	})
}

// ofJam tells whether a channel has the contract's label and keeps order.
func ofJam(channel *webrtc.DataChannel) bool {
	return channel.Label() == Label && channel.Ordered() && channel.MaxRetransmits() == nil && channel.MaxPacketLifeTime() == nil
}

// Candidate takes one of the guest's addresses. Any that no guest can have are
// dropped, as are more than 64 to a description.
func (c *Call) Candidate(candidate Candidate) { c.peer.candidate(candidate) }

// Restart answers another offer for the same call, when the guest's network has
// changed. Nothing that is on its way is lost by it. The certificate must be the same.
func (c *Call) Restart(ctx context.Context, sdp string) (answer string, err error) {
	offer, err := readDescription(sdp)
	if err != nil {
		return "", fmt.Errorf("read offer: %w", err)
	}
	if !offer.by(c.offer) {
		return "", errOtherPeer
	}
	return c.answer(ctx, offer)
}

// Done is closed when nothing of the call is left.
func (c *Call) Done() <-chan struct{} { return c.done }

// Err is what ended the call, nil while it goes on.
func (c *Call) Err() error { return c.peer.ended() }

// Close hangs up at once, without a goodbye.
func (c *Call) Close() {
	c.peer.hangUp()
	<-c.done
}

func (c *Call) answer(ctx context.Context, offer *description) (string, error) {
	c.negotiating.Lock()
	defer c.negotiating.Unlock()
	if err := c.host.sockets.refresh(); err != nil {
		return "", fmt.Errorf("answer: %w", err)
	}
	pc := c.peer.pc
	local, sdp, err := c.peer.gather(ctx, func() error {
		if err := pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: offer.text}); err != nil {
			return fmt.Errorf("take the offer: %w", err)
		}
		answer, err := pc.CreateAnswer(nil)
		if err != nil {
			return fmt.Errorf("make the answer: %w", err)
		}
		if err := pc.SetLocalDescription(answer); err != nil {
			return fmt.Errorf("take the answer: %w", err)
		}
		return nil
	})
	if err != nil {
		return "", fmt.Errorf("answer: %w", err)
	}
	c.peer.described(offer)
	known := c.known()
	go c.findOutside(local, known)
	return withCandidates(sdp, known), nil
}

// known gives the addresses outside that need not be asked for.
func (c *Call) known() []string {
	var found []string
	if len(c.stun) == 0 {
		return nil
	}
	for _, s := range c.host.sockets.all() {
		for _, addr := range s.fresh() {
			if text := s.reflexive(addr); text != "" {
				found = append(found, text)
			}
		}
	}
	return found
}

// findOutside asks the STUN servers from each socket and tells the guest what is new.
func (c *Call) findOutside(local *description, told []string) {
	seen := map[string]bool{}
	for _, text := range told {
		seen[text] = true
	}
	var asking sync.WaitGroup
	for _, s := range c.host.sockets.all() {
		for _, url := range c.stun {
			asking.Go(func() {
				text, err := c.ask(s, url)
				if err != nil {
					c.host.config.Log.Debug("no address outside", "server", url, "err", err)
				}
				c.signalling.Lock()
				defer c.signalling.Unlock()
				if text != "" && !seen[text] && !c.peer.life.isOver() {
					seen[text] = true
					c.signal(ours(text, local))
				}
			})
		}
	}
	asking.Wait()
	c.signalling.Lock()
	defer c.signalling.Unlock()
	if !c.peer.life.isOver() {
		c.signal(nil)
	}
}

func (c *Call) ask(s *socket, url string) (string, error) {
	network, err := c.host.sockets.net()
	if err != nil {
		return "", err
	}
	at := s.local().Addr()
	if at.IsLoopback() {
		return "", nil
	}
	server, err := stunServer(network, url, at.Is4())
	if err != nil {
		return "", err
	}
	addr, err := s.outside(c.peer.ctx, server)
	if err != nil {
		return "", err
	}
	return s.reflexive(addr), nil
}
