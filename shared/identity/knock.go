package identity

import (
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
)

// Knock proves to a host, on a connection that both ends have authenticated by their peer ids, that the
// visitor has the jam's link. It holds for these two and this jam alone, so whoever it is shown to cannot pass it on.
func (k LinkKey) Knock(s SignedBundle, host, visitor string) []byte {
	return knock(k.secret, s, host, visitor)
}

// Knocked reports whether proof is that of a visitor who has the link: the bundle's and the join secret's.
func (s SignedBundle) Knocked(joinSecret Secret, host, visitor string, proof []byte) bool {
	return hmac.Equal(proof, knock(joinSecret, s, host, visitor))
}

func knock(joinSecret Secret, s SignedBundle, host, visitor string) []byte {
	mac := hmac.New(sha256.New, []byte(joinSecret.Reveal()))
	_, _ = fmt.Fprintf(mac, "soul-jam knock v1\n%x\n%s\n%s", s.Salt(), host, visitor) // a hash takes everything
	return mac.Sum(nil)
}
