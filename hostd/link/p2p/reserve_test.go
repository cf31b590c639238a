package p2p

import (
	"testing"
	"time"
)

// The clocks of host and relay may differ by any amount.
func TestReservationIsRenewedWhateverTheClock(t *testing.T) {
	for said, latest := range map[time.Duration]time.Duration{
		time.Hour: 45 * time.Minute, 50 * 365 * 24 * time.Hour: 45 * time.Minute, 20 * time.Minute: 15 * time.Minute,
		time.Millisecond: 2 * time.Second, -time.Hour: 2 * time.Second,
	} {
		if after := renewAfter(said); after < firstRetry || after > latest {
			t.Errorf("one of %v is renewed after %v", said, after)
		}
	}
}
