// Package p2p carries frames over libp2p: how native programs reach a host by its peer id, on
// the LAN, straight through the internet, or through the circuit relay at a soul-server.
//
// A [Host] listens on one port, for QUIC and TCP alike, and serves whoever opens a stream of
// [JamProtocol]; a [Visitor] calls a host by its peer id. Both ends of a connection have proven
// their peer ids by Noise or TLS, so whoever relays it can neither read nor change it.
//
// # On the wire
//
// One stream of /soul/jam/1 is one connection to the jam: frames in both directions, each
// prefixed with its length as an unsigned varint. The last one is the goodbye, a JSON object of the type
// "goodbye" with a code and a reason; then the stream ends. Other programs send none, and pass it over
// behind the host's bye like every message whose type they do not know.
//
// Before it a visitor may open /soul/knock/1, once a connection, to say which jam is meant and
// prove that it has the link: one JSON object with a varint's length each way.
//
// A Ping is libp2p's own (/ipfs/ping/1.0.0) on the same connection.
//
// # Who learns addresses
//
// A host tells its addresses to nobody but the callers that [Host.Punch] names, and dials
// nobody but these and its relay: who merely knows the code learns no IP address. With
// these it exchanges addresses over the circuit (DCUtR) so that both dial each other at once.
//
// # Limits
//
// They are in limits.go. What is over them is refused at once, before any cryptography where
// that is possible.
package p2p
