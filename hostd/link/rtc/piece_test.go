package rtc

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"soul-jam/hostd/link"
)

func TestFramesAreCutAndPutTogether(t *testing.T) {
	for _, size := range []int{0, 1, maxPiece - 2, maxPiece - 1, maxPiece, 2 * (maxPiece - 1), 100_000} {
		frame := bytes.Repeat([]byte("abc"), size)[:size]
		a := assembler{limit: int64(size)}
		var got []byte
		wholes := 0
		err := pieces(frame, func(p []byte) error {
			if len(p) > maxPiece || len(p) == 0 || (p[0] != last && p[0] != more) {
				t.Errorf("a piece of %d bytes that begins with %v", len(p), p[:1])
			}
			f, whole, err := a.push(p, false)
			if whole {
				wholes++
				got = f
			}
			return err
		})
		if err != nil || wholes != 1 || !bytes.Equal(got, frame) {
			t.Errorf("%d bytes became %d frames, the last of %d bytes (%v)", size, wholes, len(got), err)
		}
	}
}

func TestMalformedPieces(t *testing.T) {
	long := strings.Repeat("x", maxReason)
	for name, c := range map[string]struct {
		piece []byte
		text  bool
		want  error
	}{
		"empty":              {nil, false, errPiece},
		"text":               {[]byte("\x00[]"), true, errPiece},
		"unknown kind":       {[]byte{3, 1}, false, errPiece},
		"over the limit":     {append([]byte{0}, make([]byte, 101)...), false, link.ErrTooLong},
		"close without code": {[]byte{2, 1}, false, errPiece},
		"close 3999":         {closePiece(3999, ""), false, errPiece},
		"close 5000":         {closePiece(5000, ""), false, errPiece},
		"reason too long":    {append(closePiece(4000, long), 'x'), false, errPiece},
	} {
		a := assembler{limit: 100}
		if _, whole, err := a.push(c.piece, c.text); whole || !errors.Is(err, c.want) {
			t.Errorf("%s: %v, %v; want %v", name, whole, err, c.want)
		}
	}
	var bye *link.Closed
	a := assembler{limit: 100}
	if _, _, err := a.push(closePiece(4501, long+"ü"), false); !errors.As(err, &bye) || bye.Code != 4501 || bye.Reason != long {
		t.Errorf("goodbye is %v", err)
	}
}

// A stranger's pieces make no frame over the limit and never more memory than it.
func FuzzPieces(f *testing.F) {
	f.Add([]byte("\x01\x00\x01a\x02\x00b"))
	f.Add(append([]byte{4}, closePiece(4501, "x")...))
	f.Fuzz(func(t *testing.T, stream []byte) {
		const limit = 64
		a := assembler{limit: limit}
		for len(stream) > 0 { // each message: length, bytes
			n := min(int(stream[0]), len(stream)-1)
			message := stream[1 : 1+n]
			stream = stream[1+n:]
			frame, whole, err := a.push(message, n%7 == 6)
			if len(frame) > limit || len(a.part) > limit || (whole && err != nil) || (!whole && frame != nil) {
				t.Fatalf("frame of %d, part of %d, %v %v", len(frame), len(a.part), whole, err)
			}
			var bye *link.Closed
			if errors.As(err, &bye) && (bye.Code < lowestCode || bye.Code > highestCode || len(bye.Reason) > maxReason) {
				t.Fatalf("goodbye %v", bye)
			}
			if err != nil {
				return
			}
		}
	})
}

func FuzzDescription(f *testing.F) {
	for _, sdp := range hostileOffers(f) {
		f.Add(sdp)
	}
	f.Fuzz(func(t *testing.T, sdp string) {
		d, err := readDescription(sdp)
		if err != nil {
			return
		}
		for line := range strings.SplitSeq(strings.ReplaceAll(d.text, "\r", "\n"), "\n") {
			if strings.HasPrefix(line, "a=candidate:") {
				t.Errorf("kept %q", line)
			}
		}
		again, err := readDescription(d.text)
		if err != nil || again.text != d.text || !again.by(d) {
			t.Errorf("read again it is another (%v)", err)
		}
		for _, c := range d.candidates {
			if _, name, ok := (gate{}).admit(c); ok && name != "" && !plainName(name) {
				t.Errorf("asks for the name %q", name)
			}
		}
	})
}

// hostileOffers are kept in testdata, one to a file.
func hostileOffers(t testing.TB) map[string]string {
	t.Helper()
	files, err := filepath.Glob("testdata/offers/*.sdp")
	if err != nil || len(files) == 0 {
		t.Fatalf("no offers in testdata: %v", err)
	}
	found := map[string]string{}
	for _, file := range files {
		b, err := os.ReadFile(file) //nolint:gosec // testdata
		if err != nil {
			t.Fatal(err)
		}
		found[filepath.Base(file)] = string(b)
	}
	return found
}
