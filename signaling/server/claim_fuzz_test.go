package server

import (
	"bytes"
	"errors"
	"log/slog"
	"testing"
	"time"

	"soul-jam/shared/code"
	"soul-jam/shared/identity"
	"soul-jam/shared/wire"
	"soul-jam/signaling"
	"soul-jam/signaling/server/fakehost"
)

// FuzzHost: whatever a host with a proven key says, in whatever order, it is deaf to it or ends the socket; and the only code it
// ever holds is the one of a bundle that it has signed.
func FuzzHost(f *testing.F) {
	own, other := fixedHost(f, "HQRS-2K4M", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"), fixedHost(f, "ABCD-EFGH", "HxECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8")
	claim, foreign := own.Claim().Encode(), other.Claim().Encode()
	for _, said := range [][2]string{
		{string(claim), `{"type":"release","code":"HQRS-2K4M","reason":"ended_by_host"}`}, {string(claim), string(foreign)}, {string(foreign), string(claim)},
		{string(claim), `{"type":"publish","nonce":"AAECAwQFBgcICQoLDA0ODw==","summary":{"name":"x"}}`}, {`{"type":"seated","guest":1,"seat":"x"}`, `{"type":"close","guest":4294967295,"close_code":-1}`},
		{`{"type":"response","id":1,"answer":{"status":200}}`, `{"type":"publish","summary":null,"nonce":""}`}, {`{"type":"claim","code":"hqrs-2k4m"}`, `{"type":"release","code":"HQRS-2K4M"}`}, {"", "[]"},
	} {
		f.Add([]byte(said[0]), []byte(said[1]))
	}
	f.Fuzz(func(t *testing.T, first, second []byte) {
		s := New(Config{Directory: NewMemory(), PublicURL: "https://soul.example", Log: slog.New(slog.DiscardHandler)})
		h := &host{
			server: s, visitor: Visitor{}.whole(), key: string(own.Key.Public()), asked: map[uint64]chan<- signaling.Response{},
			line: &line{server: s, over: true, pile: &pile{}}, // nobody reads what it is told
		}
		s.hosts[h.key] = h
		for n, text := range [][]byte{first, second, first} {
			if err := h.hear(text); err != nil {
				if !errors.Is(err, signaling.ErrProtocol) {
					t.Errorf("%q: %v", text, err)
				}
				break
			}
			if n == 0 && bytes.Equal(text, claim) && h.jam == nil {
				t.Error("its own claim gives it nothing")
			}
			if h.jam != nil && h.jam.code != own.Code {
				t.Errorf("%q gives it %s", text, h.jam.code)
			}
			if s.cfg.Directory.Holds(other.Code, h.key, time.Now()) {
				t.Errorf("%q gives it the code of another", text)
			}
		}
	})
}

// fixedHost is the same in every process, so that what is kept stays signed.
func fixedHost(tb testing.TB, c code.Code, seed string) *fakehost.Host {
	tb.Helper()
	key, err := identity.NewHostKey(identity.Keep(seed))
	if err != nil {
		tb.Fatal(err)
	}
	const point = "BGsX0fLhLEJH-Lzm5WOkQPJ3A32BLeszoPShOUXYmMKWT-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU" // the base point of P-256
	return &fakehost.Host{Key: key, Code: c, Bundle: key.Bundle(identity.Bundle{Code: c.String(), DTLS: "AA", Seal: point})}
}

// FuzzID: the id of a command that soul-server answers for the absent host is one that the contract allows.
func FuzzID(f *testing.F) {
	for _, frame := range []string{`{"type":"play","id":"7"}`, `{"id":7}`, `{"ID":"x","id":"y"}`, `{"id":"\ud800"}`, `[`, `{"id":"0123456789012345678901234567890123456789012345678901234567890123456789"}`} {
		f.Add([]byte(frame))
	}
	f.Fuzz(func(t *testing.T, frame []byte) {
		if id := idOf(frame); len(id) > wire.MaxCommandID {
			t.Errorf("%q", id)
		}
	})
}
