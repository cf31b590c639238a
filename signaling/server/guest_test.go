package server

import (
	"runtime"
	"strings"
	"testing"

	"github.com/coder/websocket"

	"soul-jam/shared/wire"
	"soul-jam/signaling"
)

func TestFramesAreCarriedBothWays(t *testing.T) {
	w := newWorld(t, nil)
	h, c := w.host()
	plain, page := w.guest(h.Code.String(), signaling.PlainProtocol), w.guest(strings.ToLower(h.Code.String()), signaling.SignalProtocol, signaling.PlainProtocol)
	first, second := w.next(c, signaling.Open), w.next(c, signaling.Open)
	if second.Plain {
		first, second = second, first
	}
	if !first.Plain || second.Plain || first.From != "somebody" || first.Guest == second.Guest || first.Guest == 0 {
		t.Fatalf("opened %+v and %+v", first, second)
	}
	meet := meetOf(t, page.text(`{"type":"host"`))
	if meet.Bundle != h.Bundle.Text || meet.ICE == nil || meet.Nonce != strings.Repeat("A", 22) {
		t.Errorf("the page met %+v", meet)
	}
	plain.write(websocket.MessageText, `{"type":"ping"}`)
	if got := w.frames(c, 1)[0]; got.Guest != first.Guest || !got.Text || string(got.Data) != `{"type":"ping"}` {
		t.Errorf("carried %+v", got)
	}
	page.write(websocket.MessageBinary, "\x01sealed")
	if got := w.frames(c, 1)[0]; got.Guest != second.Guest || got.Text || string(got.Data) != "\x01sealed" {
		t.Errorf("carried %+v", got)
	}
	w.send(c, signaling.Frame{Guest: second.Guest, Data: []byte{2}}, signaling.Frame{Guest: first.Guest, Text: true, Data: []byte("one")},
		signaling.Frame{Guest: 4_000_000, Data: []byte("nobody")}, signaling.Frame{Guest: first.Guest, Text: true, Data: []byte(strings.Repeat("x", 3<<20))})
	plain.text("one")
	if got := plain.text("xxx"); len(got) != 3<<20 {
		t.Errorf("a large frame came with %d bytes", len(got))
	}
	if kind, got, err := page.ws.Read(t.Context()); kind != websocket.MessageBinary || string(got) != "\x02" || err != nil {
		t.Errorf("read %v %q, %v", kind, got, err)
	}
	_ = page.ws.Close(1000, "")
	if gone := w.next(c, signaling.Closed); gone.Guest != second.Guest {
		t.Errorf("closed %+v", gone)
	}
	w.say(c, signaling.Control{Type: signaling.Close, Guest: first.Guest, CloseCode: 4500, Reason: "kicked"})
	plain.closed(wire.CloseKicked, "kicked")
}

func TestRefusals(t *testing.T) {
	w := newWorld(t, nil)
	gone, c := w.host()
	ended, c2 := w.host()
	w.say(c2, signaling.Control{Type: signaling.Release, Code: ended.Code.String(), Reason: "host"})
	_ = c.WS.Close(1000, "")
	_ = c2.WS.Close(1000, "")
	for w.Counts().Hosts.Load() > 0 { // closing has been answered, leaving follows
		runtime.Gosched()
	}
	for _, protocol := range []string{signaling.PlainProtocol, signaling.SignalProtocol} {
		for code, want := range map[string]wire.CloseCode{
			newCode(t).String(): wire.CloseNotFound, "ABCD-1234": wire.CloseNotFound, "x": wire.CloseNotFound,
			gone.Code.String(): wire.CloseHostAway, ended.Code.String(): wire.CloseEnded,
		} {
			v := w.guest(code, protocol)
			text := map[wire.CloseCode]string{wire.CloseNotFound: "session_not_found", wire.CloseHostAway: "host_offline", wire.CloseEnded: "session_ended"}[want]
			got := v.text(`{"type":"error","code":"` + text + `"`)
			if want == wire.CloseEnded && !strings.Contains(got, `"end_reason":"host"`) {
				t.Errorf("it ended with %s", got)
			}
			v.text(`{"type":"bye","code":` + map[wire.CloseCode]string{4503: "4503", 4003: "4003", 4501: "4501"}[want])
			v.closed(want, want.Reason())
		}
	}
	for code, want := range map[string]wire.Code{newCode(t).String(): "session_not_found", "ABCD-1234": "session_not_found", gone.Code.String(): "host_offline", ended.Code.String(): "session_ended"} {
		if _, refusal := w.Landing(code); refusal == nil || refusal.Code != want {
			t.Errorf("the landing of %s: %v, want %s", code, refusal, want)
		}
		if _, refusal := w.Ask(t.Context(), code, "art/current", ""); refusal == nil || refusal.Code != want {
			t.Errorf("a question to %s: %v, want %s", code, refusal, want)
		}
	}
}

func TestTooLongAFrame(t *testing.T) {
	w := newWorld(t, nil)
	h, c := w.host()
	for protocol, limit := range map[string]int{signaling.PlainProtocol: wire.MaxClientFrame, signaling.SignalProtocol: signaling.MaxGuestFrame} {
		v := w.guest(h.Code.String(), protocol)
		number := w.next(c, signaling.Open).Guest
		if protocol == signaling.SignalProtocol {
			v.text(`{"type":"host"`)
		}
		v.write(websocket.MessageText, strings.Repeat("x", limit))
		if got := w.frames(c, 1)[0]; len(got.Data) != limit {
			t.Errorf("%s: %d bytes came of %d", protocol, len(got.Data), limit)
		}
		v.write(websocket.MessageBinary, strings.Repeat("x", limit+1))
		v.text(`{"type":"error","code":"bad_request"`)
		v.text(`{"type":"bye","code":4505`)
		v.closed(wire.CloseBadProtocol, "bad_protocol")
		if gone := w.next(c, signaling.Closed); gone.Guest != number {
			t.Errorf("%s: closed %+v", protocol, gone)
		}
	}
}

func TestBytesTakenAreTold(t *testing.T) {
	w := newWorld(t, nil)
	h, c := w.host()
	v := w.guest(h.Code.String())
	number := w.next(c, signaling.Open).Guest
	for _, size := range []int{100 << 10, 10} { // many at once, few after a while
		w.send(c, signaling.Frame{Guest: number, Data: make([]byte, size)})
		if _, _, err := v.ws.Read(t.Context()); err != nil {
			t.Fatal(err)
		}
		if told := w.next(c, signaling.Taken); told.Guest != number || told.Bytes != size {
			t.Errorf("told %+v of %d bytes", told, size)
		}
	}
}

func TestHostAwayAndBack(t *testing.T) {
	w := newWorld(t, nil)
	h, c := w.host()
	plain, page := w.guest(h.Code.String()), w.guest(h.Code.String(), signaling.SignalProtocol)
	before := []uint32{w.next(c, signaling.Open).Guest, w.next(c, signaling.Open).Guest}
	page.text(`{"type":"host"`)
	_ = c.WS.CloseNow()
	plain.text(`{"type":"host_status","status":"offline"`)
	page.text(`{"type":"host_status","status":"offline"`)
	late := w.guest(h.Code.String())
	late.text(`{"type":"error","code":"host_offline"`)
	late.text(`{"type":"bye","code":4003`)
	page.write(websocket.MessageBinary, "lost")
	c = w.attach(h)
	for range 2 {
		if now := w.next(c, signaling.Open); now.Guest == before[0] || now.Guest == before[1] {
			t.Errorf("a guest is opened with a number of before: %d", now.Guest)
		}
	}
	plain.text(`{"type":"host_status","status":"online"`)
	page.text(`{"type":"host_status","status":"online"`)
	page.text(`{"type":"host","bundle"`)
	nonce := make([]byte, signaling.NonceSize)
	nonce[0] = 255
	w.say(c, signaling.Control{Type: signaling.Publish, Nonce: nonce})
	if m := meetOf(t, page.text(`{"type":"host"`)); !strings.HasPrefix(m.Nonce, "_w") {
		t.Errorf("the nonce now is %q", m.Nonce)
	}
	page.write(websocket.MessageBinary, "found")
	got := w.frames(c, 1)
	if string(got[0].Data) == "lost" && len(got) == 1 { // it was read only when the host was back
		got = w.frames(c, 1)
	}
	if last := got[len(got)-1]; string(last.Data) != "found" {
		t.Errorf("carried %q", last.Data)
	}
	w.say(c, signaling.Control{Type: signaling.Release, Code: h.Code.String(), Reason: "idle"})
	for _, v := range []visitor{plain, page} {
		v.text(`{"type":"error","code":"session_ended"`)
		v.text(`{"type":"bye","code":4501`)
		v.closed(wire.CloseEnded, "ended")
	}
}

func TestCommandsWhileTheHostIsAway(t *testing.T) {
	w := newWorld(t, nil)
	h, c := w.host()
	plain, page := w.guest(h.Code.String()), w.guest(h.Code.String(), signaling.SignalProtocol)
	page.text(`{"type":"host"`)
	w.next(c, signaling.Open)
	w.next(c, signaling.Open)
	_ = c.WS.CloseNow()
	plain.text(`{"type":"host_status"`)
	page.text(`{"type":"host_status"`)
	long := strings.Repeat("x", wire.MaxCommandID)
	for command, id := range map[string]string{
		`{"type":"chat","message":"x","id":"a\"b"}`: `a\"b`, `{"type":"ping"}`: "", `nonsense`: "", `{"id":7}`: "", `{"id":"` + long + `"}`: long, `{"id":"` + long + `y"}`: "",
	} {
		for _, kind := range []websocket.MessageType{websocket.MessageText, websocket.MessageBinary} {
			plain.write(kind, command)
			want := `{"type":"error","code":"host_offline","message":"The host is away"`
			if id != "" {
				want += `,"id":"` + id + `"`
			}
			if got := plain.text(want + "}"); got != want+"}" {
				t.Errorf("%s: told %s", command, got)
			}
		}
	}
	page.write(websocket.MessageBinary, "sealed")
	page.write(websocket.MessageText, `{"type":"offer"}`)
	c = w.attach(h)
	w.next(c, signaling.Open)
	w.next(c, signaling.Open)
	page.text(`{"type":"host_status","status":"online"`)
	plain.text(`{"type":"host_status","status":"online"`)
	plain.write(websocket.MessageText, "x")
	if got := w.frames(c, 1)[0]; string(got.Data) != "x" {
		t.Errorf("carried %q", got.Data)
	}
}

func TestABinaryFrameOfAPlainClientIsAMessage(t *testing.T) {
	w := newWorld(t, nil)
	h, c := w.host()
	v := w.guest(h.Code.String())
	w.next(c, signaling.Open)
	v.write(websocket.MessageBinary, "\xff\xfe")
	v.text(`{"type":"error","code":"bad_request"`)
	v.write(websocket.MessageBinary, `{"type":"chat","message":"grüße"}`)
	if got := w.frames(c, 1)[0]; !got.Text || string(got.Data) != `{"type":"chat","message":"grüße"}` {
		t.Errorf("carried %v %q", got.Text, got.Data)
	}
}
