package relayed

import (
	"context"
	"errors"
	"io"
	"testing"

	"soul-jam/hostd/link"
)

// nobody is a carrier that takes everything and keeps nothing.
type nobody struct{}

func (nobody) Read(context.Context) ([]byte, bool, error) { return nil, false, io.EOF }
func (nobody) Write(context.Context, []byte, bool) error  { return nil }
func (nobody) Close(int, string) error                    { return nil }

// FuzzSealed: a frame that soul-server made up, changed, doubled or moved never opens.
func FuzzSealed(f *testing.F) {
	key := make([]byte, keySize)
	first, second := newBox(key), newBox(key)
	genuine := [][]byte{first.seal([]byte{kindFrame}, []byte("\x00one")), first.seal([]byte{kindFrame}, []byte("\x00two"))}
	f.Add(genuine[0])
	f.Add(genuine[1])
	f.Add(second.seal([]byte{kindHello}, []byte("\x00one")))
	f.Add(genuine[0][:len(genuine[0])-1])
	f.Add([]byte{kindFrame})
	f.Add([]byte(nil))
	f.Fuzz(func(t *testing.T, frame []byte) {
		in, at := newBox(key), 0
		c := &Conn{pipe: newPipe(guestPiece), carrier: nobody{}, limit: 64, next: func(context.Context) ([]byte, error) {
			if at++; at > 3 {
				return nil, io.EOF
			}
			return frame, nil // the same three times over
		}}
		c.in, c.out = in, newBox(key)
		got, err := c.Read(t.Context())
		if is := string(frame) == string(genuine[0]); is != (err == nil) || is && string(got) != "one" {
			t.Fatalf("%x is read as %q, %v", frame, got, err)
		}
		if got, err := c.Read(t.Context()); err == nil {
			t.Errorf("a second time it is read as %q", got)
		}
	})
}

// FuzzPieces: what a guest seals itself may be anything: no frame is over the limit, no goodbye is one that cannot be, and after
// an error nothing comes any more.
func FuzzPieces(f *testing.F) {
	f.Add([]byte("\x04\x01abc\x03\x00de"))
	f.Add([]byte("\x05\x02\x11\x94by\x03\x00no"))
	f.Add([]byte("\x09\x0312345678\x01\x00"))
	f.Add([]byte("\x0a\x03123456789"))
	f.Add([]byte("\x02\x02\x11\x00\x01\x09"))
	f.Add([]byte("\xff\x01more than there is"))
	f.Fuzz(func(t *testing.T, stream []byte) {
		const limit = 32
		key := make([]byte, keySize)
		guest := newBox(key)
		c := &Conn{pipe: newPipe(guestPiece), carrier: nobody{}, limit: limit, next: func(context.Context) ([]byte, error) {
			if len(stream) == 0 {
				return nil, io.EOF
			}
			n := min(int(stream[0]), len(stream)-1) // each piece: length, bytes
			piece := stream[1 : 1+n]
			stream = stream[1+n:]
			return guest.seal([]byte{kindFrame}, piece), nil
		}}
		c.in, c.out = newBox(key), newBox(key)
		for {
			frame, err := c.Read(t.Context())
			if err == nil {
				if len(frame) > limit {
					t.Fatalf("a frame of %d bytes", len(frame))
				}
				continue
			}
			var bye *link.Closed
			if errors.As(err, &bye) && (bye.Code < 0 || bye.Code > 65535 || len(bye.Reason) > maxReason) {
				t.Fatalf("goodbye %v", bye)
			}
			if again, err := c.Read(t.Context()); err == nil {
				t.Fatalf("after the end comes %q", again)
			}
			return
		}
	})
}
