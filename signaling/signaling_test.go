package signaling

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

func TestBatchKeepsFrames(t *testing.T) {
	want := []Frame{{Guest: 1, Text: true, Data: []byte(`{"type":"ping"}`)}, {Guest: 1<<32 - 1, Data: []byte{}}, {Guest: 7, Data: bytes.Repeat([]byte{7}, 70_000)}}
	var batch []byte
	size := 0
	for _, f := range want {
		batch = AppendFrame(batch, f)
		size += f.Size()
	}
	if len(batch) != size {
		t.Errorf("a batch of %d bytes, reckoned %d", len(batch), size)
	}
	var got []Frame
	if err := Frames(batch, 70_000, func(f Frame) { got = append(got, f) }); err != nil || len(got) != len(want) {
		t.Fatalf("%d frames, %v", len(got), err)
	}
	for i := range want {
		if got[i].Guest != want[i].Guest || got[i].Text != want[i].Text || !bytes.Equal(got[i].Data, want[i].Data) {
			t.Errorf("frame %d differs", i)
		}
	}
	if err := Frames(batch, 69_999, func(Frame) {}); !errors.Is(err, ErrProtocol) {
		t.Errorf("a frame over the limit: %v", err)
	}
	for cut := 1; cut < entryHead+20; cut++ {
		if err := Frames(batch[:cut], 70_000, func(Frame) {}); (err == nil) != (cut == want[0].Size()) {
			t.Errorf("cut after %d bytes: %v", cut, err)
		}
	}
}

func TestControlLimits(t *testing.T) {
	for _, bad := range []string{"", "{}", "null", "[]", `{"type":1}`, `{"type":"`, `{"type":"x","a":"` + strings.Repeat("x", MaxControl) + `"}`} {
		if _, err := DecodeControl([]byte(bad)); !errors.Is(err, ErrProtocol) {
			t.Errorf("%.20q is read: %v", bad, err)
		}
	}
	c := Control{Type: Open, Guest: 9, Plain: true, From: "x"}
	got, err := DecodeControl(c.Encode())
	if err != nil || got.Guest != 9 || !got.Plain || got.From != "x" {
		t.Errorf("read back %+v, %v", got, err)
	}
}

func FuzzFrames(f *testing.F) {
	f.Add(AppendFrame(AppendFrame(nil, Frame{Guest: 1, Data: []byte("x")}), Frame{Guest: 2, Text: true}))
	f.Add([]byte{0, 0, 0, 1, 0, 255, 255, 255, 255})
	f.Add([]byte{0, 0, 0, 1, 2, 0, 0, 0, 0})
	f.Fuzz(func(t *testing.T, batch []byte) {
		var again []byte
		if err := Frames(batch, 1<<20, func(f Frame) { again = AppendFrame(again, f) }); err == nil && !bytes.Equal(again, batch) {
			t.Errorf("%x is read as %x", batch, again)
		}
	})
}

func FuzzControl(f *testing.F) {
	f.Add([]byte(`{"type":"open","guest":1,"plain":true}`))
	f.Add([]byte(`{"type":"response","id":1,"answer":{"status":200,"body":"AAAA"}}`))
	f.Fuzz(func(t *testing.T, frame []byte) {
		c, err := DecodeControl(frame)
		if err != nil {
			return
		}
		if _, err := DecodeControl(c.Encode()); err != nil {
			t.Errorf("%q cannot be read again: %v", frame, err)
		}
	})
}
