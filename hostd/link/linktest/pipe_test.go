package linktest

import (
	"testing"

	"soul-jam/hostd/link"
)

func TestPipe(t *testing.T) {
	Run(t, func(t *testing.T, limit int64) Pair {
		host, guest := Pipe(limit)
		t.Cleanup(func() {
			_ = host.Close(4000, "")
			_ = guest.Close(4000, "")
		})
		return Pair{Host: host, Guest: guest, Cut: func() { cutPipe(host, guest) }}
	})
}

// cutPipe breaks both ends, loudly.
func cutPipe(ends ...link.Conn) {
	for _, c := range ends {
		if e, ok := c.(*end); ok {
			e.end(link.Closed{})
		}
	}
}
