package p2p

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"testing"

	"soul-jam/hostd/link"
)

// Other people's programs know nothing but that each frame has its length before it and is JSON.
func TestOtherProgramsReadFramesOnly(t *testing.T) {
	h, came := newHost(t, nil)
	c, err := newVisitor(t, nil).Call(within(t), Target{Peer: h.PeerID(), Addrs: []string{quicAt(h.Port())}})
	if err != nil {
		t.Fatal(err)
	}
	host := next(t, came).conn
	if err := host.Write(within(t), []byte(`{"type":"bye"}`)); err != nil {
		t.Fatal(err)
	}
	go func() { _ = host.Close(4501, "<ended>") }()
	in, frames := bufio.NewReader(c.stream), 0
	for ; ; frames++ {
		size, err := binary.ReadUvarint(in)
		if errors.Is(err, io.EOF) {
			break
		}
		frame := make([]byte, min(size, 1<<10))
		if err == nil {
			_, err = io.ReadFull(in, frame)
		}
		if err != nil || !json.Valid(frame) {
			t.Fatalf("of a length of %d came %q (%v)", size, frame, err)
		}
	}
	if frames != 2 {
		t.Errorf("%d frames came", frames)
	}
}

func TestWhatOtherProgramsSendIsRead(t *testing.T) {
	h, came := newHost(t, nil)
	c, err := newVisitor(t, nil).Call(within(t), Target{Peer: h.PeerID(), Addrs: []string{quicAt(h.Port())}})
	if err != nil {
		t.Fatal(err)
	}
	host := next(t, came).conn
	if _, err := c.stream.Write([]byte("\x00\x02{}\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01")); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"", "{}"} {
		if got, err := host.Read(within(t)); err != nil || string(got) != want {
			t.Fatalf("for %q came %q (%v)", want, got, err)
		}
	}
	if _, err := host.Read(within(t)); !errors.Is(err, link.ErrTooLong) {
		t.Errorf("after a length of more than 64 bits: %v", err)
	}
}
