// Package rtc carries frames over a WebRTC data channel: the direct path between a
// guest anywhere and the host, found by ICE, with no open port and nothing between.
//
// A Host listens on one UDP port and one TCP port for all its guests and answers
// their offers; a Guest makes an offer, for tests, simulations and native members.
// Both end in a Conn, which passes the one suite of all links.
//
// The channel is labelled `jam`, ordered and reliable. A frame travels as binary
// messages of at most 16 KiB whose first byte is 1 = more follows, 0 = last (the
// contract). Between our own ends there is one more: first byte 2 = close, a code
// (uint16, big endian) and a reason. Who does not know it learns nothing new from it,
// because the jam's own `bye` came before.
//
// Everything that an offer holds is hostile: its size and the number of candidates
// are limited before anything is parsed, media is refused, candidates that aim at
// addresses no guest can have are dropped, and what the library would do on its own
// to such an address (dialling it by TCP, asking the local net for its name) is off.
package rtc
