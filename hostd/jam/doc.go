// Package jam is the rules of a jam and nothing else: a deterministic state
// machine without goroutine, channel, clock, randomness or I/O. Its owner
// (hostd/session) drives it in five steps:
//
//  1. Found gives a new jam and its first Entry; Replay gives back an old one from its entries.
//  2. Step(now, seat, id, command) gives an Entry, or a refusal that changed nothing.
//     The state has already moved on: the next Step sees it.
//  3. Append the entries of all waiting commands to disk in one transaction. If that fails,
//     throw this Jam away and Replay what the disk holds: nobody was told.
//  4. Only then send each Entry's events and notices to those who may see them.
//  5. Call Tick not later than NextDeadline; its Entry goes the same way.
//
// Time and randomness come in: now is the session's clock (steady; never earlier
// than before), the reader given to Found and Replay makes ids.
// A Jam belongs to one goroutine.
package jam
