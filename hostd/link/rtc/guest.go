package rtc

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/pion/ice/v4"
	"github.com/pion/transport/v5"
	"github.com/pion/webrtc/v4"
)

// guestAsks is how long a guest waits for a STUN server.
const guestAsks = 4 * time.Second

// GuestConfig is how a Guest calls. The zero value of a field is its default.
type GuestConfig struct {
	// Fingerprint is the host's certificate as the link or the bundle names it:
	// "AA:BB:…". Required.
	Fingerprint string
	// STUN are servers (stun:HOST[:PORT]) that tell the guest its address outside.
	STUN []string
	// Limit is how long a host's frame may be, in bytes. Required.
	Limit int64
	// Log is told what happens. Required.
	Log *slog.Logger
	// Net is the network: the system's. For tests.
	Net transport.Net
	// Loopback offers and believes addresses of this machine itself: for tests.
	Loopback bool
	// OnlyTCP is a guest whose net lets no UDP through.
	OnlyTCP bool
}

// Guest calls a host: Offer, then Accept with the host's answer, then Open. Candidate
// takes the host's addresses at any time.
type Guest struct {
	config GuestConfig
	peer   *peer
	opened chan *Conn
}

// NewGuest makes a guest. signal is called with its addresses as they are found,
// then with nil; they may go to the host only after the offer.
func NewGuest(c GuestConfig, signal func(*Candidate)) (*Guest, error) {
	if c.Fingerprint == "" || c.Limit <= 0 || c.Log == nil {
		return nil, errors.New("make a guest: fingerprint, limit or log is missing")
	}
	s := commonSettings(quiet{c.Log})
	if c.Net != nil {
		s.SetNet(c.Net)
	}
	types := []webrtc.NetworkType{webrtc.NetworkTypeTCP4, webrtc.NetworkTypeTCP6}
	if !c.OnlyTCP {
		types = append(types, webrtc.NetworkTypeUDP4, webrtc.NetworkTypeUDP6)
	}
	s.SetNetworkTypes(types)
	s.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	s.SetIncludeLoopbackCandidate(c.Loopback)
	s.SetSTUNGatherTimeout(guestAsks)
	var servers []webrtc.ICEServer
	if len(c.STUN) > 0 {
		servers = []webrtc.ICEServer{{URLs: c.STUN}}
	}
	pc, err := newAPI(s).NewPeerConnection(webrtc.Configuration{ICEServers: servers})
	if err != nil {
		return nil, fmt.Errorf("make a connection: %w", err)
	}
	g := &Guest{config: c, opened: make(chan *Conn, 1)}
	g.peer = newPeer(pc, gate{loopback: c.Loopback, streams: true}, c.Limit, c.Log)
	pc.OnICECandidate(func(c *webrtc.ICECandidate) {
		if c == nil {
			signal(nil)
			return
		}
		i := c.ToJSON()
		signal(&Candidate{Candidate: i.Candidate, SDPMid: i.SDPMid, SDPMLineIndex: i.SDPMLineIndex, UsernameFragment: i.UsernameFragment})
	})
	channel, err := pc.CreateDataChannel(Label, nil)
	if err != nil {
		g.Close()
		return nil, fmt.Errorf("make the channel: %w", err)
	}
	channel.OnOpen(func() {
		if conn, err := g.peer.conn(channel); err == nil {
			g.opened <- conn
		}
	})
	return g, nil
}

// Offer makes the offer. Its addresses come by signal.
func (g *Guest) Offer() (string, error) { return g.offer(nil) }

// Restart makes another offer when the network has changed. The answer goes to Accept.
func (g *Guest) Restart() (string, error) { return g.offer(&webrtc.OfferOptions{ICERestart: true}) }

func (g *Guest) offer(o *webrtc.OfferOptions) (string, error) {
	offer, err := g.peer.pc.CreateOffer(o)
	if err != nil {
		return "", fmt.Errorf("make an offer: %w", err)
	}
	if o != nil { // candidates wait again, for the new answer
		g.peer.mu.Lock()
		g.peer.remote, g.peer.believed = nil, 0
		g.peer.mu.Unlock()
	}
	if err := g.peer.pc.SetLocalDescription(offer); err != nil {
		return "", fmt.Errorf("take the offer: %w", err)
	}
	return offer.SDP, nil
}

// Accept takes the host's answer, if it is by the one who was called.
func (g *Guest) Accept(sdp string) error {
	answer, err := readDescription(sdp)
	if err != nil {
		return fmt.Errorf("read answer: %w", err)
	}
	if !answer.only(g.config.Fingerprint) {
		return errFingerprint
	}
	if err := g.peer.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: answer.text}); err != nil {
		return fmt.Errorf("take the answer: %w", err)
	}
	g.peer.described(answer)
	return nil
}

// Candidate takes one of the host's addresses.
func (g *Guest) Candidate(c Candidate) { g.peer.candidate(c) }

// Open waits for the channel.
func (g *Guest) Open(ctx context.Context) (*Conn, error) {
	select {
	case conn := <-g.opened:
		return conn, nil
	case <-g.peer.life.over:
		return nil, errors.Join(errOver, g.peer.ended())
	case <-ctx.Done():
		return nil, fmt.Errorf("open a direct path: %w", ctx.Err())
	}
}

// Close hangs up, without a goodbye, and waits until nothing is left.
func (g *Guest) Close() {
	g.peer.hangUp()
	<-g.peer.closed
}
