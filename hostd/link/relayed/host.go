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

// MaxHellos are taken under one nonce. Beyond, the host needs a new nonce: they are remembered, 16 bytes each, so that none counts twice.
const MaxHellos = 100_000

// Host is the host's end of all pipes of one jam.
type Host struct {
	bundle identity.SignedBundle
	seal   *ecdh.PrivateKey
	secret identity.Secret

	mu    sync.Mutex // guards what follows
	nonce []byte
	seen  map[[16]byte]bool // hashes of the guests' keys under this nonce
}

// NewHost makes it of the jam's bundle, the private key behind its Seal, and the join secret.
func NewHost(bundle identity.SignedBundle, seal *ecdh.PrivateKey, joinSecret identity.Secret) *Host {
	return &Host{bundle: bundle, seal: seal, secret: joinSecret}
}

// Renew begins a new nonce: every hello made before is worthless.
func (h *Host) Renew(nonce []byte) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.nonce, h.seen = nonce, map[[16]byte]bool{}
}

// once opens a hello with what run makes of the nonce, unless this guest's key opened one under it before.
func (h *Host) once(guest []byte, run func(nonce []byte) error) error {
	hash := sha256.Sum256(guest)
	short := [16]byte(hash[:16])
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.nonce == nil || h.seen[short] || len(h.seen) >= MaxHellos {
		return errUnsealed
	}
	// What does not open leaves no trace: anybody could have made it.
	if err := run(h.nonce); err != nil {
		return err
	}
	h.seen[short] = true
	return nil
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
