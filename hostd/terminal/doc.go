// Package terminal shows a jam in a terminal: what `hostd join` looks like.
//
// A message of the host's goes one way through the files:
//
//	room.go, queue.go, people.go  Room: what is known of the jam, folded from messages; no clock, no I/O
//	state.go, news.go, editor.go  state: the room and what the person is doing with it (page, selection, typed text)
//	view*.go                      state -> screen: rows of text of exactly one width; no clock, no I/O
//	row.go, paint.go              columns, and the screen as bytes for a terminal
//	model.go, press.go, keys.go,
//	act.go, run.go, ask.go        bubbletea's loop: updates, keys and time change the state, keys ask the host
//
// Texts of others come in through clean.go, which leaves nothing in them that a terminal could take for
// more than text, and no character of which terminals disagree how wide it is; paint.go lets no control character out, whatever happened before.
// Colours are two of the 16 that every terminal has a readable version of, on whatever background the person
// chose; everything is also told by words, signs, bold or reverse, so that nothing is lost without them.
package terminal
