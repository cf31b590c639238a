package visitor

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"math/big"
	"strings"

	"soul-jam/shared/identity"
)

// maxPeer, characters of a peer id: those of Ed25519 keys have 52.
const maxPeer = 64

// errPeer: no peer id of an Ed25519 key, the only kind that hosts have.
var errPeer = errors.New("the host's peer id is none")

// publicKey is the Ed25519 key that a peer id holds, see identity.PeerID.
func publicKey(peer string) (ed25519.PublicKey, error) {
	const alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
	if peer == "" || len(peer) > maxPeer {
		return nil, errPeer
	}
	n, radix := new(big.Int), big.NewInt(int64(len(alphabet)))
	for i := range len(peer) {
		digit := strings.IndexByte(alphabet, peer[i])
		if digit < 0 {
			return nil, errPeer
		}
		n.Add(n.Mul(n, radix), big.NewInt(int64(digit)))
	}
	// The leading zero byte of the multihash is not in the number.
	key, ok := bytes.CutPrefix(n.Bytes(), []byte{0x24, 0x08, 0x01, 0x12, 0x20})
	if !ok || len(key) != ed25519.PublicKeySize || identity.PeerID(key) != peer {
		return nil, errPeer
	}
	return key, nil
}
