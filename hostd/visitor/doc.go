// Package visitor is a guest's end for programs: it finds the host of a jam by code, link or name, calls it,
// takes a seat and keeps it through lost connections, better paths and restarts of either side. What
// the host says comes out as it is, in order and nothing twice; what the person asks is sent until it is answered.
//
//	target.go        what a person types      nearby.go   jams on the LAN
//	introduction.go  who answers for a code   finding.go  all that answer, and which one it is
//	known.go         hosts visited before     acquaintance.go  what is known of this one
//	native.go, pipe.go, reach.go  the ways to a host
//	visit.go         the whole visit          call.go     one connection at work
//	talk.go          the seat on it           arrive.go   what the host says about the seat
//	handover.go      to a better path         closing.go  how it is over
//	outbox.go        commands and answers     improve.go  looking for a better path
package visitor
