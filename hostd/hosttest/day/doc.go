// Package day is a whole day of a jam in less than a minute: the host's parts, a soul-server and a dozen people in
// one bubble of testing/synctest, whose clock runs as fast as everybody is done. What crosses a network goes over one in memory:
// streams that can be cut, stalled and refused (net.go), and for the data channels the simulated internet of
// pion/transport (internet.go). Everything else is the product's own: hostd's House on a real bbolt file, its HTTP, the signaling of a
// soul-server, the guests' end of hostd/visitor, and what hostd/terminal makes of what they hear.
//
//	day.go       the plan of a day: who does what when, from a seed
//	world.go     the clock, the dice, what is counted     host.go     hostd, started and stopped
//	soul.go      a soul-server, which comes and goes      shelf.go    the music
//	person.go    somebody who takes part                  acts.go     what people do
//	troubles.go  what networks and machines do            ways.go     how people reach the host
//	ledger.go    what the host has written down           check.go    what must hold at every moment
//
// A seed decides what happens and when. Goroutines that are woken at the same moment of the bubble still run in any order, so
// a failing seed fails again most of the time, not always.
package day
