// Package session owns the running jam: one goroutine (House.Run) takes the
// waiting commands from its mailbox, steps each through the rules (hostd/jam),
// writes them all in one transaction, and only then tells people: on disk before
// anyone is told. It never waits for a guest: each has an Outbox that is bounded.
//
//	house.go     the goroutine: mailbox, timers, the player's reports
//	batch.go     one round: step, commit, tell
//	refused.go   when the disk refuses: what goes on, and what is done later
//	admission.go join and resume
//	life.go      create, end, and the return after a restart
//	outbox.go    what waits to be written to one connection
//	peer.go      one connection as the house sees it
//	crowd.go     who sees what, and the count of a crowd
//	pace.go      how often a seat may do what
//	sound.go     bringing the player to what the jam says
//	music.go     what the house needs of the library
//	solo.go      the host alone, media keys, whole playlists, what is blocked
//	sounding.go  what plays, for the desktop
//	output.go    where it is heard
//	view.go      what anyone may read without asking the goroutine
package session
