package rtc

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"sync"
	"time"

	"github.com/pion/datachannel"
	"github.com/pion/interceptor"
	"github.com/pion/logging"
	"github.com/pion/webrtc/v4"
)

// Label of the one data channel.
const Label = "jam"

const (
	// gatherWithin is how long our own addresses are waited for; they need no network.
	gatherWithin = 2 * time.Second
	// keepLost is how long a call is kept after ICE has given its path up, which it
	// does 11 s after the last sign of life: by a new offer it may find another.
	keepLost = 60 * time.Second
	// settles is how long the library has to notice that the other side is gone, before we close.
	settles = 5 * time.Millisecond
)

// What ends a call.
var (
	errNeverOpened = errors.New("no direct path was found in time")
	errPathLost    = errors.New("the direct path is lost")
	errGone        = errors.New("the other side is gone")
	errHungUp      = errors.New("hung up")
	errManyOpen    = errors.New("the guest opens more channels than one")
)

// peer is one end of one call: what the host's and a guest's have in common.
type peer struct {
	pc     *webrtc.PeerConnection
	life   *life
	gate   gate
	lookup func(context.Context, string) (netip.Addr, error) // of .local names; nil = not
	limit  int64
	log    *slog.Logger

	ctx      context.Context //nolint:containedctx // the call's own: ends with it
	cancel   context.CancelFunc
	serving  context.Context //nolint:containedctx // ends when the call is ended on this side
	stop     context.CancelFunc
	gathered chan struct{} // takes one: all our addresses are known
	closed   chan struct{} // closed when nothing of the call is left

	mu       sync.Mutex // guards what follows
	remote   *description
	waiting  []Candidate // came before the description
	believed int         // candidates since the last description
	err      error
	lost     *time.Timer // until the call is given up, while ICE has failed
}

func newPeer(pc *webrtc.PeerConnection, g gate, limit int64, log *slog.Logger) *peer {
	p := &peer{
		pc: pc, life: newLife(), gate: g, limit: limit, log: log,
		gathered: make(chan struct{}, 1), closed: make(chan struct{}),
	}
	p.ctx, p.cancel = context.WithCancel(context.Background())
	p.serving, p.stop = context.WithCancel(context.Background())
	pc.OnICEConnectionStateChange(p.iceState)
	// What has arrived before can still be read.
	pc.SCTP().OnClose(func(error) { p.end(errGone) })
	return p
}

func (p *peer) iceState(s webrtc.ICEConnectionState) {
	reached := s == webrtc.ICEConnectionStateConnected || s == webrtc.ICEConnectionStateCompleted
	p.life.set(reached)
	p.mu.Lock()
	defer p.mu.Unlock()
	if s == webrtc.ICEConnectionStateFailed && p.lost == nil {
		p.lost = time.AfterFunc(keepLost, func() { p.end(errPathLost) })
	}
	if reached && p.lost != nil {
		p.lost.Stop()
		p.lost = nil
	}
}

// end gives the call up, once; it returns at once.
func (p *peer) end(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.err != nil {
		return
	}
	p.err = err
	if p.lost != nil {
		p.lost.Stop()
	}
	p.cancel()
	p.life.finish()
	go func() { // the library's callbacks come from what is closed here
		defer close(p.closed)
		// When it was the other side that hung up, the library is still taking note of that. Closing meanwhile would
		// wait 200 ms for a goodbye that nobody sends any more, with the library's lock held.
		time.Sleep(settles)
		if err := p.pc.Close(); err != nil {
			p.log.Debug("close a call", "err", err)
		}
	}()
}

// hangUp gives the call up on this side: whoever serves it is told.
func (p *peer) hangUp() {
	p.stop()
	p.end(errHungUp)
}

// ended tells what ended the call, nil while it goes on.
func (p *peer) ended() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.err
}

// candidate takes one of the other side's addresses, before or after its description.
func (p *peer) candidate(c Candidate) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.err != nil || c.Candidate == "" || p.believed >= maxCandidates {
		return
	}
	p.believed++
	if p.remote == nil {
		p.waiting = append(p.waiting, c)
		return
	}
	p.add(c)
}

// described makes the candidates of a description, and those that waited for it, count.
func (p *peer) described(d *description) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.remote, p.believed = d, len(p.waiting)
	for _, c := range p.waiting {
		p.add(c)
	}
	p.waiting = nil
	for _, text := range d.candidates {
		if p.believed >= maxCandidates {
			return
		}
		p.believed++
		p.add(Candidate{Candidate: text})
	}
}

// add tells the library of a candidate that is admitted. The caller holds mu.
func (p *peer) add(c Candidate) {
	if c.UsernameFragment != nil && *c.UsernameFragment != p.remote.ufrag {
		return // of before a restart
	}
	_, name, ok := p.gate.admit(c.Candidate)
	switch {
	case !ok || (name != "" && p.lookup == nil):
		p.log.Debug("a candidate is not used", "candidate", c.Candidate)
	case name != "":
		go func() {
			addr, err := p.lookup(p.ctx, name)
			if err != nil || !p.gate.allows(addr) {
				p.log.Debug("a candidate's name leads nowhere", "name", name, "err", err)
				return
			}
			c.Candidate = at(c.Candidate, name, addr)
			p.tell(c)
		}()
	default:
		p.tell(c)
	}
}

func (p *peer) tell(c Candidate) {
	if err := p.pc.AddICECandidate(c.init()); err != nil {
		p.log.Debug("a candidate is not used", "candidate", c.Candidate, "err", err)
	}
}

// gather calls describe, which sets the local description, and gives that with the
// addresses of this machine in it.
func (p *peer) gather(ctx context.Context, describe func() error) (*description, string, error) {
	select {
	case <-p.gathered: // of before
	default:
	}
	if err := describe(); err != nil {
		return nil, "", err
	}
	late := time.NewTimer(gatherWithin)
	defer late.Stop()
	select {
	case <-p.gathered:
	case <-late.C:
	case <-p.life.over:
		return nil, "", errOver
	case <-ctx.Done():
		return nil, "", ctx.Err()
	}
	sdp := p.pc.LocalDescription().SDP
	d, err := readDescription(sdp)
	return d, sdp, err
}

// ourCandidate notes when there are no more of our addresses.
func (p *peer) ourCandidate(c *webrtc.ICECandidate) {
	if c != nil {
		return
	}
	select {
	case p.gathered <- struct{}{}:
	default:
	}
}

// conn makes the link of a channel that is open.
func (p *peer) conn(channel *webrtc.DataChannel) (*Conn, error) {
	raw, err := channel.Detach()
	if err != nil {
		return nil, fmt.Errorf("take the channel: %w", err)
	}
	dc, ok := raw.(*datachannel.DataChannel)
	if !ok {
		return nil, fmt.Errorf("take the channel: %w", errOver)
	}
	return newConn(dc, p.limit, p.life, p.end), nil
}

// newAPI is the library without codecs and what watches over media: there is none in
// a jam, and each call would pay for it.
func newAPI(s webrtc.SettingEngine) *webrtc.API {
	return webrtc.NewAPI(webrtc.WithSettingEngine(s), webrtc.WithMediaEngine(&webrtc.MediaEngine{}),
		webrtc.WithInterceptorRegistry(&interceptor.Registry{}))
}

// commonSettings are the timing and limits that both ends have.
func commonSettings(log logging.LoggerFactory) webrtc.SettingEngine {
	s := webrtc.SettingEngine{LoggerFactory: log}
	s.DetachDataChannels()
	// We close ourselves, after the association has told us.
	s.DisableCloseByDTLS(true)
	s.SetICETimeouts(disconnectedAfter, failedAfter, keepAlive)
	// We take the first path that works: better ones replace it when they are found.
	s.SetHostAcceptanceMinWait(0)
	s.SetSrflxAcceptanceMinWait(0)
	s.SetPrflxAcceptanceMinWait(0)
	s.SetDTLSRetransmissionInterval(handshakeAgain)
	s.SetSCTPRTOMax(retransmitWithin)
	s.SetSCTPMaxMessageSize(maxMessage)
	return s
}

const (
	// disconnectedAfter nothing was heard, the path counts as broken; failedAfter that, as lost.
	disconnectedAfter = 3 * time.Second
	failedAfter       = 8 * time.Second
	// keepAlive is how often the path is tried while nothing else is sent.
	keepAlive = time.Second
	// handshakeAgain is when an unanswered handshake packet is sent again.
	handshakeAgain = 250 * time.Millisecond
	// retransmitWithin is how long unacknowledged data waits at most until it is sent
	// again: so a path that is back is used at once. The protocol's own is a minute.
	retransmitWithin = 2 * time.Second
	// maxMessage is what we announce as the longest message we take, in bytes.
	maxMessage = 65536
	// hostBuffer is what a guest may send ahead of being read, in bytes. The library
	// does not hold a sender to maxMessage: this is what does.
	hostBuffer = 64 << 10
)
