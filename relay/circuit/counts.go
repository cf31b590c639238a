package circuit

import (
	"sync/atomic"
	"time"

	"github.com/libp2p/go-libp2p/p2p/protocol/circuitv2/pb"
)

// Counts are for the operator. Gauges: Reservations, Circuits; the others only grow.
type Counts struct {
	Reservations, Circuits    atomic.Int64
	Opened, Bytes             atomic.Int64 // circuits, and bytes carried either way
	NotReserved, NotConnected atomic.Int64 // requests refused
}

// tracer is how the library tells.
type tracer struct{ counts *Counts }

// RelayStatus implements relay.MetricsTracer, as do the others.
func (tracer) RelayStatus(bool) {}

func (t tracer) ConnectionOpened() {
	t.counts.Opened.Add(1)
	t.counts.Circuits.Add(1)
}

func (t tracer) ConnectionClosed(time.Duration) { t.counts.Circuits.Add(-1) }

func (t tracer) ConnectionRequestHandled(status pb.Status) {
	if status != pb.Status_OK {
		t.counts.NotConnected.Add(1)
	}
}

func (t tracer) ReservationAllowed(isRenewal bool) {
	if !isRenewal {
		t.counts.Reservations.Add(1)
	}
}

func (t tracer) ReservationClosed(n int) { t.counts.Reservations.Add(int64(-n)) }

func (t tracer) ReservationRequestHandled(status pb.Status) {
	if status != pb.Status_OK {
		t.counts.NotReserved.Add(1)
	}
}

func (t tracer) BytesTransferred(n int) { t.counts.Bytes.Add(int64(n)) }
