package p2p

import (
	"bytes"
	"encoding/binary"
	"errors"
	"strings"
	"testing"

	"soul-jam/hostd/link"
)

// FuzzFrames reads what a stranger may send on a stream of the jam.
func FuzzFrames(f *testing.F) {
	bye, err := appendGoodbye([]byte("\x05hello"), 4500, "kicked")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(bye)
	f.Add([]byte{0})
	f.Add([]byte("\x26" + `{"type":"goodbye","code":4500,"reason":1}`))
	f.Add([]byte("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"))
	f.Add([]byte("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"))
	f.Add(append(binary.AppendUvarint(nil, 40000), make([]byte, 30000)...))
	f.Fuzz(func(t *testing.T, sent []byte) {
		const limit = 40 << 10
		in := newFrames(bytes.NewReader(sent), limit)
		var again []byte
		for {
			frame, err := in.next()
			var bye *link.Closed
			if errors.As(err, &bye) {
				if bye.Code < minCode || bye.Code > maxCode || len(bye.Reason) > maxReason {
					t.Errorf("a goodbye with %d %q", bye.Code, bye.Reason)
				}
				text, wrong := appendGoodbye(nil, bye.Code, bye.Reason)
				_, back := newFrames(bytes.NewReader(text), 0).next()
				if wrong != nil || back.Error() != bye.Error() {
					t.Errorf("%v comes back as %v (%v)", bye, back, wrong)
				}
			}
			if err != nil {
				break
			}
			if len(frame) > limit {
				t.Fatalf("a frame of %d bytes", len(frame))
			}
			again = append(binary.AppendUvarint(again, uint64(len(frame))), frame...)
		}
		// What was read is what is written, but for lengths that are written longer than need be.
		if len(again) > len(sent) {
			t.Errorf("of %d bytes %d were read", len(sent), len(again))
		}
	})
}

// FuzzKnock reads what a stranger may say at the door.
func FuzzKnock(f *testing.F) {
	text, err := encodeKnock(Knock{Code: "HQRS-2K4M", Proof: make([]byte, proofSize)})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(append([]byte{byte(len(text) & 0x7f)}, text...))
	f.Add([]byte("\x11" + `{"code":"HQRS2K"}`))
	f.Add([]byte("\x02{}"))
	f.Add([]byte("\x81\x08"))
	f.Fuzz(func(t *testing.T, sent []byte) {
		text, err := readText(bytes.NewReader(sent))
		if err != nil {
			return
		}
		k, err := decodeKnock(text)
		if err != nil {
			return
		}
		if k.Code == "" || len(k.Code) > maxCodeText || k.Proof != nil && len(k.Proof) != proofSize {
			t.Fatalf("a knock %+v", k)
		}
		again, err := encodeKnock(k)
		if err != nil {
			t.Fatal(err)
		}
		if back, err := decodeKnock(again); err != nil || back.Code != k.Code || !bytes.Equal(back.Proof, k.Proof) {
			t.Errorf("%+v comes back as %+v (%v)", k, back, err)
		}
	})
}

// FuzzPlace reads where a stranger says that a host is.
func FuzzPlace(f *testing.F) {
	const host, relay = "12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA", "12D3KooWCryG7Mon9orvQxcS1rYZjotPgpwoJNHHKcLLfE4Hf5mV"
	f.Add(host, "/ip4/192.168.1.5/udp/7423/quic-v1\n/ip4/192.168.1.5/tcp/7423/p2p/"+host)
	f.Add(host, "/dns4/jam.example/tcp/4001/p2p/"+relay+"/p2p-circuit")
	f.Add(host, "/ip4/127.0.0.1/tcp/22\n/ip6zone/eth0/ip6/fe80::1/tcp/1\n/dnsaddr/x/p2p/"+relay)
	f.Fuzz(func(t *testing.T, host, addresses string) {
		p, err := parsePlace(host, strings.Split(addresses, "\n"), false)
		if err != nil {
			return
		}
		if len(p.at) == 0 || len(p.at) > maxAddresses || len(p.relays) > len(p.at) {
			t.Errorf("%+v", p)
		}
		for _, a := range p.at {
			if ip, ok := ipOf(a); ok && !dialable(ip, false) {
				t.Errorf("would dial %s", a)
			}
		}
	})
}
