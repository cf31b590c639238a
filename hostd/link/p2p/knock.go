package p2p

import (
	"bufio"
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/libp2p/go-libp2p/core/network"
)

const (
	// maxKnock, bytes of a knock and of its answer.
	maxKnock = 1 << 10
	// proofSize of a proof, bytes: HMAC-SHA-256.
	proofSize = 32
	// maxCodeText, bytes of a share code as somebody may write it.
	maxCodeText = 64
	// knockWithin is how long a knock may take to arrive.
	knockWithin = 5 * time.Second
)

// Knock is what a visitor says before it comes in.
type Knock struct {
	Code  string // the share code, as it was sent: at most 64 bytes, of any kind
	Proof []byte // 32 bytes, see identity.SignedBundle.Knocked; nil: has no link
}

type knockText struct {
	Code  string `json:"code"`
	Proof string `json:"proof,omitempty"`
}

type knockAnswer struct {
	OK bool `json:"ok"`
}

var errKnock = errors.New("it cannot be read")

// decodeKnock reads what a stranger sent.
func decodeKnock(text []byte) (Knock, error) {
	var k knockText
	if err := json.Unmarshal(text, &k); err != nil || k.Code == "" || len(k.Code) > maxCodeText {
		return Knock{}, errKnock
	}
	if k.Proof == "" {
		return Knock{Code: k.Code}, nil
	}
	proof, err := base64.RawURLEncoding.DecodeString(k.Proof)
	if err != nil || len(proof) != proofSize {
		return Knock{}, errKnock
	}
	return Knock{Code: k.Code, Proof: proof}, nil
}

func encodeKnock(k Knock) ([]byte, error) {
	return json.Marshal(knockText{Code: k.Code, Proof: base64.RawURLEncoding.EncodeToString(k.Proof)})
}

// readText reads one text with its length before it.
func readText(from io.Reader) ([]byte, error) {
	r := bufio.NewReaderSize(from, maxKnock)
	size, err := binary.ReadUvarint(r)
	if err != nil {
		return nil, err
	}
	if size == 0 || size > maxKnock {
		return nil, errKnock
	}
	text := make([]byte, size)
	_, err = io.ReadFull(r, text)
	return text, err
}

func writeText(to io.Writer, text []byte) error {
	_, err := to.Write(append(binary.AppendUvarint(nil, uint64(len(text))), text...))
	return err
}

// knock says which jam is meant, and gives ErrRefused when the host does not let us in.
func knock(ctx context.Context, c network.Conn, k Knock) error {
	text, err := encodeKnock(k)
	if err != nil {
		return fmt.Errorf("knock: %w", err)
	}
	s, err := open(ctx, c, KnockProtocol)
	if err != nil {
		return fmt.Errorf("knock: %w", err)
	}
	defer func() { _ = s.Reset() }() // nothing of it is needed any more
	var answer knockAnswer
	err = during(ctx, s, func() error {
		if err := writeText(s, text); err != nil {
			return err
		}
		text, err := readText(s)
		if err != nil {
			return err
		}
		return json.Unmarshal(text, &answer)
	})
	if err != nil {
		return fmt.Errorf("knock: %w", err)
	}
	if !answer.OK {
		return ErrRefused
	}
	return nil
}
