package client

import (
	"errors"
	"testing"

	"soul-jam/signaling"
)

// FuzzMeet: what a soul-server says first is the introduction of a host, a refusal, or the end of the visit; nothing is kept of an
// introduction that is none.
func FuzzMeet(f *testing.F) {
	for _, frame := range []string{
		`{"type":"host","bundle":"{}","signature":"AAAA","nonce":"AAECAwQFBgcICQoLDA0ODw","ice":[{"urls":["stun:x"]}]}`, `{"type":"error","code":"session_not_found","message":"x","retry_after_ms":-1}`,
		`{"type":"host","signature":"=","nonce":""}`, `{"type":"host","signature":5}`, `{"type":"bye","code":4500}`, `null`, `{"type":"error","type":"host"}`, ``,
	} {
		f.Add([]byte(frame), true)
	}
	f.Add([]byte{0}, false)
	f.Fuzz(func(t *testing.T, frame []byte, text bool) {
		v := &Visit{}
		err := v.take(frame, text)
		var refused *Refused
		switch {
		case err == nil && !text:
			t.Error("a binary frame introduces a host")
		case err != nil && !errors.As(err, &refused) && !errors.Is(err, signaling.ErrProtocol):
			t.Errorf("%q: %v", frame, err)
		case err != nil && (v.Bundle.Text != "" || v.Bundle.Signature != nil || v.ICE != nil):
			t.Errorf("of %q is kept %+v", frame, v.Bundle)
		}
	})
}
