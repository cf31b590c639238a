package wire

import (
	"fmt"
	"net/http"
)

// Code is an error as programs know it; Sentence is the same for people.
type Code string

// Every code of the contract. Anything a person could not be told is CodeInternal.
const (
	CodeSessionNotFound    Code = "session_not_found"
	CodeSessionEnded       Code = "session_ended"
	CodeSessionFull        Code = "session_full"
	CodeNotAuthorized      Code = "not_authorized"
	CodeAlreadyJoined      Code = "already_joined"
	CodeTrackNotFound      Code = "track_not_found"
	CodeQueueFull          Code = "queue_full"
	CodeRateLimited        Code = "rate_limited"
	CodeBadRequest         Code = "bad_request"
	CodeInternal           Code = "internal"
	CodeAlreadyActive      Code = "already_active"
	CodeDuplicateTrack     Code = "duplicate_track"
	CodeTrackTooLong       Code = "track_too_long"
	CodeBanned             Code = "banned"
	CodeHostOffline        Code = "host_offline"
	CodeVersionUnsupported Code = "version_unsupported"
)

// ErrorRow is one line of the catalogue.
type ErrorRow struct {
	Code     Code
	Sentence string
	// Close is the code that a connection is closed with when it meets this error before joining; 0 keeps it open.
	Close CloseCode
}

// Errors is the one catalogue of errors, for Go and, generated, for the browser.
func Errors() []ErrorRow {
	return []ErrorRow{
		{CodeSessionNotFound, "This jam session doesn't exist", CloseNotFound},
		{CodeSessionEnded, "This jam session has ended", CloseEnded},
		{CodeSessionFull, "This jam is full", CloseFull},
		{CodeNotAuthorized, "You don't have permission to do that", 0},
		{CodeAlreadyJoined, "You're already in this jam", 0},
		{CodeTrackNotFound, "Song not found", 0},
		{CodeQueueFull, "You've reached your song limit", 0},
		{CodeRateLimited, "Slow down! Try again in a moment", 0},
		{CodeBadRequest, "That message could not be understood", 0},
		{CodeInternal, "Something went wrong on the host", 0},
		{CodeAlreadyActive, "A jam is already running", 0},
		{CodeDuplicateTrack, "That song is already in the queue", 0},
		{CodeTrackTooLong, "That song is too long for this jam", 0},
		{CodeBanned, "The host removed you from this jam", CloseKicked},
		{CodeHostOffline, "The host is away", CloseHostAway},
		{CodeVersionUnsupported, "Please reload the page", CloseBadProtocol},
	}
}

func row(c Code) ErrorRow {
	for _, r := range Errors() {
		if r.Code == c {
			return r
		}
	}
	return ErrorRow{Code: CodeInternal, Sentence: "Something went wrong on the host"}
}

// Sentence is what a person is told.
func (c Code) Sentence() string { return row(c).Sentence }

// Close is the code that a connection is closed with when it meets this error before joining; 0 keeps it open.
func (c Code) Close() CloseCode { return row(c).Close }

// Status is the HTTP status of a refusal with this code. A foreign Host or Origin is a 403 instead, which whoever refuses it says.
func (c Code) Status() int {
	switch c {
	case CodeSessionNotFound, CodeTrackNotFound:
		return http.StatusNotFound
	case CodeSessionEnded:
		return http.StatusGone
	case CodeHostOffline:
		return http.StatusServiceUnavailable
	case CodeAlreadyActive:
		return http.StatusConflict
	case CodeNotAuthorized:
		return http.StatusUnauthorized
	case CodeRateLimited:
		return http.StatusTooManyRequests
	case CodeInternal:
		return http.StatusInternalServerError
	}
	return http.StatusBadRequest
}

// Error is a refusal: the message that a client gets. It is a Go error too, so
// that a rule returns it and the edge sends it.
type Error struct {
	Code    Code   `json:"code"`
	Message string `json:"message"`
	ID      string `json:"id,omitempty"`
	// RetryAfterMS is set with rate_limited only.
	RetryAfterMS int64 `json:"retry_after_ms,omitempty"`
	// EndReason is set with session_ended when it is known.
	EndReason EndReason `json:"end_reason,omitempty"`
	// Limit is the one that was met, if one was: for this host's metrics.
	Limit Limit `json:"-"`
}

// Refuse makes the refusal with its sentence from the catalogue.
func Refuse(c Code) *Error { return &Error{Code: c, Message: c.Sentence()} }

// Refusef is Refuse with a sentence that says more than the catalogue does.
func Refusef(c Code, format string, args ...any) *Error {
	return &Error{Code: c, Message: fmt.Sprintf(format, args...)}
}

// RefuseEnded is session_ended with how it ended; "" = not known any more.
func RefuseEnded(why EndReason) *Error {
	e := Refuse(CodeSessionEnded)
	e.EndReason = why
	return e
}

func (e *Error) Error() string { return string(e.Code) + ": " + e.Message }

// MessageType names the message on the wire.
func (*Error) MessageType() string { return "error" }
