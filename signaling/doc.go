// Package signaling is how hosts and guests meet at a soul-server: the messages and the
// limits, for both ends. The ends themselves are signaling/server and signaling/client.
// A soul-server introduces people and carries bytes; it keeps no jam and reads none that
// our own page sends.
//
// # The host's socket: GET /ws/host, subprotocol jam.host.v1
//
// hostd dials out and keeps one WebSocket. Text frames are JSON, told apart by type:
//
//	soul-server                          host
//	challenge {v, nonce}             →
//	                                 ←   prove {key, signature}
//	welcome {public_url, ice, p2p?}  →
//	                                 ←   claim {code, summary, bundle, signature, nonce}
//	claimed {code} | refused {…}     →
//	                                 ←   publish {summary?, nonce?}   whenever they change
//	open {guest, plain, from, seat?} →
//	                                 ←   seated {guest, seat?}        it counts as a stranger no more
//	   batches of guests' frames     ↔   batches of guests' frames
//	taken {guest, bytes}             →                                flow control, below
//	closed {guest}                   →
//	                                 ←   close {guest, code, reason}
//	request {id, path, token}        →                                what a page asks over HTTP
//	                                 ←   response {id, status, header, body}
//	                                 ←   release {code, reason}       the jam has ended
//
// The signature of prove is over "soul-jam host v1\n" + the Host header that hostd dialled +
// "\n" + nonce, so that one soul-server cannot use it at another.
//
// p2p are the multiaddrs of soul-server's libp2p circuit relay, as strings with /p2p/ and its peer id. It takes
// reservations of hosts whose claim is live on this socket, and connects to those alone: the right is the key's,
// whose peer id the host has there, and ends with the claim. GET /api/jam/sessions/{code}/introduction gives visitors
// the claim's bundle and signature, and the host's addresses behind that relay.
//
// A claim gives the code to the key: while the jam lives, and [CodeKept] after its release or
// after its host was last seen, nobody else gets it. One code per key is live at a time; a newer
// socket of the same key replaces the older one, which is closed with 4002.
//
// Binary frames hold guests' frames, see [Frame] and [AppendFrame]: both ends put all that waits into one message.
// The host may have [Window] bytes under way to one guest; taken gives room back.
//
// When the host's socket is gone the guests' sockets stay, and are opened anew to the host when it is back, each
// with the seat that the host has named at seated: a text of its own, which soul-server does not understand.
//
// # The guest's socket: GET /ws/jam/{code}
//
// Subprotocol jam.v1 or none is for programs that speak the jam's messages in plain text:
// each text frame is carried to the host and back as it is. jam.signal.v1 is our own page's:
//
//	soul-server → page   host {bundle, signature, nonce, ice}      at once, and when the host is back
//	                     host_status {status, since}               the host has gone or come
//	                     error {…}, bye {…}                        then the close, as in the contract
//	page ↔ host          offer, answer, candidate, refused         WebRTC, carried untouched
//
// and its binary frames are the sealed pipe of hostd/link/relayed, of which soul-server sees sizes and times alone.
package signaling
