// Package wire holds the messages of a jam: what a client may ask (a Command),
// what the host tells (a Message), the objects in them, the error codes with
// their sentences, the close codes and the limits.
//
// One file is one noun, with its commands, its messages and its objects. The
// browser's types are generated from here (go generate), so that a field has
// one name from the button to the disk:
//
//	DecodeCommand   a frame from a client    -> a Command and its id
//	Encode          a Message and its seq    -> the bytes that every path carries
//
// What is on the wire only grows: fields and messages are added, never renamed.
package wire

//go:generate go run soul-jam/shared/wire/typescript -out ../../webapp/src/session/wire.gen.ts
