package linktest

import (
	"testing"

	"soul-jam/hostd/link"
)

func TestPipe(t *testing.T) {
	Run(t, func(t *testing.T, limit int64) (host, guest link.Conn) {
		host, guest = Pipe(limit)
		t.Cleanup(func() {
			_ = host.Close(4000, "")
			_ = guest.Close(4000, "")
		})
		return host, guest
	})
}
