package identity

import (
	"crypto/pbkdf2"
	"crypto/sha256"
	_ "embed"
	"encoding/binary"
	"strings"
)

// wordList are 512 words that people know and can tell apart when they are called across a room: no
// two begin with the same four letters.
//
//go:embed words.txt
var wordList string

const (
	wordCount = 4
	wordBits  = 9 // of the 512 words
	// wordWork makes each bundle that somebody tries, for one with the same words, cost as
	// much as this many: 36 bits of words are worth more than 53 then. About 0.1 s for who is honest.
	wordWork = 1 << 17
)

// Words are four words that host and visitor see on their screens: the same, unless somebody else
// answers in the host's place. They are made of the bundle's hash.
func (s SignedBundle) Words() []string {
	salt := s.Salt()
	b, err := pbkdf2.Key(sha256.New, string(salt[:]), []byte("soul-jam words v1"), wordWork, 8)
	if err != nil {
		return nil // asked for nothing that any mode of the library forbids
	}
	list := strings.Fields(wordList)
	rest := binary.BigEndian.Uint64(b)
	words := make([]string, wordCount)
	for i := range words {
		words[i] = list[rest%(1<<wordBits)]
		rest >>= wordBits
	}
	return words
}
