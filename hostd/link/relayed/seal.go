package relayed

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"slices"

	"soul-jam/shared/identity"
)

// The kinds of binary frames.
const (
	kindFrame = 0
	kindHello = 1
	kindReply = 2
)

// The modes of a hello.
const (
	modeTyped = 0 // by a typed code: soul-server could be in between
	modeLink  = 1 // with the link's join secret
)

const (
	pointSize = 65 // an uncompressed P-256 key
	keySize   = 32 // AES-256
	helloHead = 2 + pointSize
	replyHead = 1 + pointSize
)

// errUnsealed: a frame was changed, lost, doubled or made by somebody else.
var errUnsealed = errors.New("a frame of the pipe does not open")

// box is one direction of a pipe.
type box struct {
	aead  cipher.AEAD
	count uint64
}

func newBox(key []byte) *box {
	block, err := aes.NewCipher(key)
	if err != nil {
		panic("relayed: " + err.Error()) // the key's size is ours
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic("relayed: " + err.Error())
	}
	return &box{aead: aead}
}

// seal appends the sealed piece to head, which is its additional data.
func (b *box) seal(head, piece []byte) []byte {
	out := b.aead.Seal(slices.Grow(slices.Clone(head), len(piece)+b.aead.Overhead()), b.nonce(), piece, head)
	b.count++
	return out
}

// open gives the piece behind the first head bytes of a frame.
func (b *box) open(frame []byte, head int) ([]byte, error) {
	if len(frame) < head+b.aead.Overhead() {
		return nil, errUnsealed
	}
	piece, err := b.aead.Open(nil, b.nonce(), frame[head:], frame[:head])
	if err != nil {
		return nil, errUnsealed
	}
	b.count++
	return piece, nil
}

func (b *box) nonce() []byte {
	return binary.BigEndian.AppendUint64(make([]byte, 4, 12), b.count)
}

// agreement is what both ends of a pipe know besides their own private keys.
type agreement struct {
	salt  [sha256.Size]byte
	nonce []byte
	guest []byte // the guest's key of this pipe
	psk   []byte
}

func newAgreement(bundle identity.SignedBundle, nonce, guest []byte, mode byte, joinSecret identity.Secret) agreement {
	a := agreement{salt: bundle.Salt(), nonce: nonce, guest: guest, psk: make([]byte, identity.JoinSecretSize)}
	if mode == modeLink {
		copy(a.psk, joinSecret.Reveal())
	}
	return a
}

// hello is the box of the first piece.
func (a agreement) hello(es []byte) *box {
	return newBox(a.derive(slices.Concat(es, a.psk), "soul-jam pipe v1 hello"+string(a.nonce)+string(a.guest), keySize))
}

// frames are the boxes of everything after it.
func (a agreement) frames(es, ee, host []byte) (fromGuest, fromHost *box) {
	keys := a.derive(slices.Concat(es, ee, a.psk), "soul-jam pipe v1 frames"+string(a.nonce)+string(a.guest)+string(host), 2*keySize)
	return newBox(keys[:keySize]), newBox(keys[keySize:])
}

func (a agreement) derive(secret []byte, info string, size int) []byte {
	key, err := hkdf.Key(sha256.New, secret, a.salt[:], info, size)
	if err != nil {
		panic("relayed: " + err.Error()) // the size is ours
	}
	return key
}

// shared is the x coordinate that both keys give.
func shared(private *ecdh.PrivateKey, public []byte) ([]byte, error) {
	key, err := ecdh.P256().NewPublicKey(public)
	if err != nil {
		return nil, errUnsealed
	}
	x, err := private.ECDH(key)
	if err != nil {
		return nil, errUnsealed
	}
	return x, nil
}
