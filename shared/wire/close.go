package wire

// CloseCode is the code of a close and of its bye. 4000-4499: come back;
// 4500-4999: do not.
type CloseCode int

// The close codes of the contract, spelled out because they leave the process.
const (
	CloseRestarting  CloseCode = 4000 // hostd stops or restarts
	CloseTooSlow     CloseCode = 4001 // could not keep up: come back and resync
	CloseReplaced    CloseCode = 4002 // a newer connection of the same seat; back only if the person asks
	CloseHostAway    CloseCode = 4003
	CloseKicked      CloseCode = 4500
	CloseEnded       CloseCode = 4501
	CloseDenied      CloseCode = 4502
	CloseNotFound    CloseCode = 4503
	CloseFull        CloseCode = 4504
	CloseBadProtocol CloseCode = 4505
	CloseLeft        CloseCode = 4506
)

// Retry tells whether a client should come back by itself.
func (c CloseCode) Retry() bool { return c < 4500 && c != CloseReplaced }

// Reason is the short text that stands beside the code in bye and in the close frame.
func (c CloseCode) Reason() string {
	switch c {
	case CloseRestarting:
		return "restarting"
	case CloseTooSlow:
		return "too_slow"
	case CloseReplaced:
		return "replaced"
	case CloseHostAway:
		return "host_away"
	case CloseKicked:
		return "kicked"
	case CloseEnded:
		return "ended"
	case CloseDenied:
		return "denied"
	case CloseNotFound:
		return "not_found"
	case CloseFull:
		return "full"
	case CloseBadProtocol:
		return "bad_protocol"
	case CloseLeft:
		return "left"
	}
	return "closed"
}

// ByeFor is the bye that goes before a close with this code.
func ByeFor(c CloseCode) Bye { return Bye{Code: c, Reason: c.Reason(), Retry: c.Retry()} }
