package relayed

import (
	"context"
	"crypto/ecdh"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"sync"

	"soul-jam/shared/identity"
)

// Carrier carries a guest's frames through a soul-server: binary ones are the pipe, text ones are not sealed.
type Carrier interface {
	// Read gives the next frame; once the other side is gone, or ctx is over, it is an error.
	Read(ctx context.Context) (frame []byte, text bool, err error)
	// Write sends one frame and waits while too much is under way.
	Write(ctx context.Context, frame []byte, text bool) error
	// Close ends the carrier, with a code of the contract.
	Close(code int, reason string) error
}

// MaxHellos are taken under one nonce: they are remembered, 16 bytes each, so that none counts twice. After half of them
// Worn asks for a new nonce.
const MaxHellos = 20_000

// Host is the host's end of all pipes of one jam.
type Host struct {
	bundle identity.SignedBundle
	seal   *ecdh.PrivateKey
	secret identity.Secret

	mu sync.Mutex // guards what follows
	// now is the nonce that counts, before the one that did: pages may have been told of it just before. Nil before the first.
	now, before *run
}

// run is a nonce with the hellos that came under it.
type run struct {
	nonce []byte
	seen  map[[16]byte]bool // hashes of the guests' keys
}

func newRun(nonce []byte) *run { return &run{nonce: nonce, seen: map[[16]byte]bool{}} }

// NewHost makes it of the jam's bundle, the private key behind its Seal, and the join secret.
func NewHost(bundle identity.SignedBundle, seal *ecdh.PrivateKey, joinSecret identity.Secret) *Host {
	return &Host{bundle: bundle, seal: seal, secret: joinSecret}
}

// Renew begins a new nonce. A hello under the one before still counts, once; under older ones none does.
func (h *Host) Renew(nonce []byte) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now, h.before = newRun(nonce), h.now
}

// Worn tells that it is time for a new nonce.
func (h *Host) Worn() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now != nil && len(h.now.seen) >= MaxHellos/2
}

// once opens a hello with one of the nonces, unless this guest's key has opened one under it before.
func (h *Host) once(guest []byte, open func(nonce []byte) error) error {
	hash := sha256.Sum256(guest)
	short := [16]byte(hash[:16])
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, r := range []*run{h.now, h.before} {
		// What does not open leaves no trace: anybody could have made it.
		if r == nil || r.seen[short] || len(r.seen) >= MaxHellos || open(r.nonce) != nil {
			continue
		}
		r.seen[short] = true
		return nil
	}
	return errUnsealed
}

// accept answers a hello.
func (h *Host) accept(hello []byte) (pipe *pipe, reply, first []byte, err error) {
	if len(hello) < helloHead || hello[1] > modeLink {
		return nil, nil, nil, errUnsealed
	}
	guest := hello[2:helloHead]
	es, err := shared(h.seal, guest)
	if err != nil {
		return nil, nil, nil, err
	}
	var a agreement
	if err := h.once(guest, func(nonce []byte) (err error) {
		a = newAgreement(h.bundle, nonce, guest, hello[1], h.secret)
		first, err = a.hello(es).open(hello, helloHead)
		return err
	}); err != nil {
		return nil, nil, nil, err
	}
	own, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		return nil, nil, nil, err
	}
	ee, err := shared(own, guest)
	if err != nil {
		return nil, nil, nil, err
	}
	point := own.PublicKey().Bytes()
	pipe = newPipe(hostPiece)
	pipe.verified = hello[1] == modeLink
	pipe.in, pipe.out = a.frames(es, ee, point)
	reply = pipe.out.seal(append([]byte{kindReply}, point...), nil)
	return pipe, reply, first, nil
}

// inbox frames of a pipe may wait for its reader; then the carrier waits too.
const inbox = 8

// Serve reads the carrier until it is over. begin is called for every pipe that a guest begins on
// it, one after the other, each ending the one before; signal for every text frame. Frames of a guest
// are at most limit bytes.
func (h *Host) Serve(ctx context.Context, c Carrier, limit int64, begin func(*Conn), signal func([]byte)) error {
	var current *Conn
	var frames chan []byte
	end := func() {
		if current != nil {
			current.silence() // nothing of it may follow the reply of the next
			close(frames)
			current = nil
		}
	}
	defer end()
	for {
		frame, text, err := c.Read(ctx)
		switch {
		case err != nil:
			return err
		case text:
			signal(frame)
		case len(frame) > 0 && frame[0] == kindHello:
			end()
			pipe, reply, first, err := h.accept(frame)
			if err != nil {
				return err
			}
			if err := c.Write(ctx, reply, false); err != nil {
				return err
			}
			frames = make(chan []byte, inbox)
			current = &Conn{pipe: pipe, carrier: c, limit: limit, early: first, next: fromChannel(frames, pipe.over)}
			begin(current)
		case current == nil:
			return errUnsealed
		default:
			select {
			case frames <- frame:
			case <-current.pipe.over:
				// Closed from this side: what still comes is for nobody.
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	}
}

// errCarrier: the frames of a pipe have ended without a goodbye.
var errCarrier = errors.New("the pipe was cut off")

func fromChannel(frames <-chan []byte, over <-chan struct{}) func(context.Context) ([]byte, error) {
	return func(ctx context.Context) ([]byte, error) {
		select {
		case frame, open := <-frames:
			if !open {
				return nil, errCarrier
			}
			return frame, nil
		case <-over:
			return nil, errCarrier
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}
