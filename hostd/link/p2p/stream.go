package p2p

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"

	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/protocol"
	pingpong "github.com/libp2p/go-libp2p/p2p/protocol/ping"
	msmux "github.com/multiformats/go-multistream"
)

// The protocols of a jam's connection.
const (
	JamProtocol   protocol.ID = "/soul/jam/1"
	KnockProtocol protocol.ID = "/soul/knock/1"
)

// open opens a stream of that protocol on this very connection, not on any to that peer.
func open(ctx context.Context, c network.Conn, id protocol.ID) (network.Stream, error) {
	// A relay says that it limits circuits, whatever the limits are; without this libp2p would wait for a direct path.
	s, err := c.NewStream(network.WithAllowLimitedConn(ctx, "jam"))
	if err != nil {
		return nil, fmt.Errorf("open a stream: %w", err)
	}
	err = s.SetProtocol(id)
	if err == nil {
		err = during(ctx, s, func() error { return msmux.SelectProtoOrFail(id, s) })
	}
	if err != nil {
		_ = s.Reset()
		return nil, fmt.Errorf("agree on %s: %w", id, err)
	}
	return s, nil
}

// during bounds what is done on a stream by ctx, which breaks it.
func during(ctx context.Context, s network.Stream, do func() error) error {
	stop := context.AfterFunc(ctx, func() { _ = s.SetDeadline(past()) })
	err := do()
	if !stop() {
		return errors.Join(ctx.Err(), err)
	}
	return err
}

// ping goes there and back once.
func ping(ctx context.Context, c network.Conn) error {
	s, err := open(ctx, c, pingpong.ID)
	if errors.Is(err, msmux.ErrNotSupported[protocol.ID]{}) {
		return nil // somebody has answered
	}
	if err != nil {
		return err
	}
	defer func() { _ = s.Reset() }() // nothing of it is needed any more
	return during(ctx, s, func() error {
		sent := make([]byte, pingpong.PingSize)
		_, _ = rand.Read(sent) // does not fail
		if _, err := s.Write(sent); err != nil {
			return err
		}
		came := make([]byte, len(sent))
		if _, err := io.ReadFull(s, came); err != nil {
			return err
		}
		if string(came) != string(sent) {
			return errors.New("another answer than was asked for")
		}
		return nil
	})
}
