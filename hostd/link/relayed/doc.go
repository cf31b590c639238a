// Package relayed carries frames between guest and host through a soul-server, over whatever
// carries them there (a Carrier): sealed, so that soul-server sees sizes and times alone, or
// plain, for programs that speak the jam's messages without our page.
//
// # The sealed pipe
//
// The host's bundle (shared/identity) holds a P-256 key of the jam. A guest makes a key of its own
// for each pipe. The first byte of a binary frame tells its kind:
//
//	1 hello  guest → host  1 | mode | guest's key (65) | sealed(k1, 0, first piece)
//	2 reply  host → guest  2 | host's key (65) | sealed(k of the host, 0, nothing)
//	0 frame  both          0 | sealed(k of the direction, counter, piece)
//
// sealed is AES-256-GCM with the bytes before it as additional data, and 4 zero bytes and the
// counter (8, big endian) as nonce. Counters are not sent: both sides count, so that a frame which is
// lost, doubled, out of order or changed does not open, and the pipe is over. The host counts from 1 after
// its reply, the guest from 0 after its hello.
//
//	es  = ECDH(guest's key, bundle's key)     ee = ECDH(guest's key, host's key)
//	psk = the link's join secret in mode 1, 16 zero bytes in mode 0 (a typed code)
//	k1                     = HKDF-SHA256(es | psk,      salt, "soul-jam pipe v1 hello"  | nonce | guest's key)
//	k of guest | k of host = HKDF-SHA256(es | ee | psk, salt, "soul-jam pipe v1 frames" | nonce | guest's key | host's key)
//	salt = SHA-256(the bundle's text)          nonce = what the host gave soul-server for this run
//
// This is Noise's NKpsk0 in the algorithms that WebCrypto of 2021 has. Who has the link knows the
// bundle's hash, so nobody can take the host's place; who has not believes soul-server, and is told so. The host
// takes each guest's key once per nonce: a hello that soul-server sends again opens nothing.
//
// # Pieces
//
// A piece is what a frame seals. Its first byte: 0 the last piece of a frame of the jam, 1 more follow;
// 2 close: code (2 bytes, big endian), reason; 3 ping: 8 bytes; 4 pong: the same 8 bytes.
// Closing the pipe leaves the carrier, on which another hello may begin another pipe.
package relayed
