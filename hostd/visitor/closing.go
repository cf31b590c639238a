package visitor

import (
	"errors"
	"math/rand/v2"
	"time"

	"soul-jam/hostd/link"
	"soul-jam/shared/wire"
)

const (
	// shortestPause and longestRest bound the wait before the next try; see rest.
	shortestPause, longestRest = 200 * time.Millisecond, 15 * time.Second
	// notFoundPatience: who holds a seat tries a code that nobody knows for this long: the host may be restarting.
	notFoundPatience = 30 * time.Minute
)

// rest is how long to wait after so many failures in a row: anywhere between the shortest pause and a limit
// that doubles with each failure, so that not everybody comes back at once.
func rest(failures int) time.Duration {
	limit := min(longestRest, 2*shortestPause<<min(failures, 10))
	return shortestPause + rand.N(limit-shortestPause)
}

// ending is how an attempt, or the whole visit, is over.
type ending struct {
	over bool
	// good: nothing is wrong: the jam has ended, or the person has left.
	good bool
	said string // for the person
	// code is the close code; 0 = cut.
	code wire.CloseCode
	// pause before the next try at least; 0 = as rest says.
	pause time.Duration
	// hearsay: it was not the host who said so; the seat stays.
	hearsay bool
}

// forgets: the seat is given up, or not known any more.
func (e ending) forgets() bool {
	return e.over && !e.hearsay && (e.code == wire.CloseLeft || e.code == wire.CloseDenied || e.code == wire.CloseNotFound)
}

// Ended is the error of a visit that is over otherwise than by leaving or by the jam's end.
type Ended struct {
	// Said is a sentence for the person.
	Said string
	// Code is the close code of the contract, 0 when no host was met.
	Code wire.CloseCode
}

func (e *Ended) Error() string { return e.Said }

// err is what Run gives for it.
func (e ending) err() error {
	if e.good {
		return nil
	}
	return &Ended{Said: e.said, Code: e.code}
}

// lastWords are what the host said on a connection that decides how it is over.
type lastWords struct {
	bye     wire.CloseCode
	refusal *wire.Error // of the join or resume
	reason  string      // of a kick or denial
}

// ending tells what becomes of a connection that ended with err. The bye tells more than the close: something between may have closed.
func (w lastWords) ending(err error) ending {
	code := w.bye
	var closed *link.Closed
	if code == 0 && errors.As(err, &closed) {
		code = wire.CloseCode(closed.Code)
	}
	var heard *hearsayError
	if code == 0 && errors.As(err, &heard) {
		code = wire.CloseCode(heard.Code)
	}
	e := closing(code)
	e.hearsay = heard != nil
	if !e.over {
		return e
	}
	switch {
	case w.reason != "":
		e.said = w.reason
	case w.refusal != nil:
		e.said = w.refusal.Message
	}
	return e
}

// closing is what a close code asks for.
func closing(code wire.CloseCode) ending {
	e := ending{code: code, over: true}
	switch code {
	case wire.CloseReplaced:
		e.said = "This seat was opened elsewhere"
	case wire.CloseKicked:
		e.said = wire.CodeBanned.Sentence()
	case wire.CloseEnded:
		e.said, e.good = wire.CodeSessionEnded.Sentence(), true
	case wire.CloseDenied:
		e.said = "The host did not let you in"
	case wire.CloseNotFound:
		e.said = wire.CodeSessionNotFound.Sentence()
	case wire.CloseFull:
		e.said = wire.CodeSessionFull.Sentence()
	case wire.CloseBadProtocol:
		e.said = "The host speaks another version than this program"
	case wire.CloseLeft:
		e.said, e.good = "You have left the jam", true
	case wire.CloseHostAway:
		e.over, e.said = false, wire.CodeHostOffline.Sentence()
	default:
		e.over, e.said = code >= 4500 && code <= 4999, "The connection is lost"
		if e.over {
			e.said = "The host has closed the connection"
		}
	}
	return e
}
