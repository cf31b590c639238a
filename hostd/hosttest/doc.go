// Package hosttest is a whole world in one process: a hostd on loopback ports of
// its own with a real store, a silent player and a folder of real music, and
// people who talk with it over real WebSockets and HTTP.
//
//	w := hosttest.New(t, hosttest.Options{Music: folder, Start: "Friday"})
//	host, alice := w.Host(), w.Join("Alice")
//	alice.Must(wire.AddTrack{TrackID: w.Track("Song 03")})
//	host.Expect("track_added")
//
// People read only when asked to (Expect, Must, Refused, …), so one who is not
// asked is a slow one. Everything waits for a message with a deadline, nothing for a time.
//
//	world.go   starting, stopping and starting again   music.go  the folder of songs
//	client.go  one person on a WebSocket               rest.go   one request
package hosttest
