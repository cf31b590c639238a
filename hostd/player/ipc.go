package player

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"time"
)

const (
	// maxLine bounds one line from mpv, in bytes. What is asked for here fits
	// in 300; mpv is given up when it says more than this at a time.
	maxLine = 64 << 10
	// callLimit is how long mpv may take to answer a command. Opening an audio
	// device can hold it up for a second or two.
	callLimit = 5 * time.Second
	// glanceLimit is how long a question may take whose answer is only good
	// to have. It is more than an mpv needs that is not held up by its output;
	// one that writes to a FIFO (--ao=pcm) is, for a second and more at a time.
	glanceLimit = 50 * time.Millisecond
)

var (
	errGone    = errors.New("mpv has ended")
	errNoReply = errors.New("mpv did not answer in time")
	errClosing = errors.New("the player is being closed")
	errTooLong = fmt.Errorf("mpv sent a line over %d bytes", maxLine)
)

// refusedError is mpv's own word for a command that it did not carry out. It
// says nothing against mpv: the connection stays.
type refusedError struct{ word string }

func (e *refusedError) Error() string { return "mpv: " + e.word }

// message is a line from mpv: a reply, then RequestID is not 0, or an event.
type message struct {
	RequestID int64           `json:"request_id"`
	Error     string          `json:"error"`
	Data      json.RawMessage `json:"data"`

	Event     string `json:"event"`
	Name      string `json:"name"`              // of the property that changed
	EntryID   int64  `json:"playlist_entry_id"` // of start-file and end-file
	Reason    string `json:"reason"`            // of end-file
	FileError string `json:"file_error"`        // of end-file
}

// decodeMessage parses one line of at most maxLine bytes.
func decodeMessage(line []byte) (message, error) {
	if len(line) > maxLine {
		return message{}, errTooLong
	}
	var m message
	if err := json.Unmarshal(line, &m); err != nil {
		return message{}, fmt.Errorf("read mpv's line: %w", err)
	}
	return m, nil
}

// ipc speaks mpv's line protocol (mpv(1), "JSON IPC"). Replies and events come
// in one order on one connection; call keeps that order by putting aside the
// events that arrive before its reply. All methods belong to one goroutine.
type ipc struct {
	conn   net.Conn
	closed <-chan struct{} // ends a call that waits
	lines  chan message    // closed when nothing can be read any more
	stop   chan struct{}   // ends the reader
	aside  []message
	lastID int64
}

func newIPC(conn net.Conn, closed <-chan struct{}) *ipc {
	c := &ipc{conn: conn, closed: closed, lines: make(chan message, 16), stop: make(chan struct{})}
	go c.read()
	return c
}

func (c *ipc) read() {
	defer close(c.lines)
	r := bufio.NewReaderSize(c.conn, maxLine)
	for {
		line, err := r.ReadSlice('\n')
		if err != nil { // the end, or a line over maxLine
			return
		}
		m, err := decodeMessage(line)
		if err != nil {
			return
		}
		select {
		case c.lines <- m:
		case <-c.stop:
			return
		}
	}
}

// close ends the reader and waits for it.
func (c *ipc) close() {
	close(c.stop)
	c.conn.Close()
	for range c.lines {
	}
}

// next gives an event that a call has put aside.
func (c *ipc) next() (message, bool) {
	if len(c.aside) == 0 {
		return message{}, false
	}
	m := c.aside[0]
	c.aside = c.aside[1:]
	return m, true
}

// call sends one command, the JSON of an array or an object, and waits for the
// reply. A *refusedError leaves all as it was; any other error means that this
// mpv is of no use any more.
func (c *ipc) call(command []byte) (json.RawMessage, error) {
	return c.callWithin(callLimit, command)
}

// glance asks for a property; errNoReply only means that mpv is busy.
func (c *ipc) glance(property string) (json.RawMessage, error) {
	return c.callWithin(glanceLimit, listCommand("get_property", property))
}

func (c *ipc) callWithin(patience time.Duration, command []byte) (json.RawMessage, error) {
	c.lastID++
	id := c.lastID
	line := append([]byte(`{"command":`), command...)
	line = append(line, `,"request_id":`...)
	line = strconv.AppendInt(line, id, 10)
	line = append(line, '}', '\n')
	if err := c.conn.SetWriteDeadline(time.Now().Add(callLimit)); err != nil {
		return nil, errGone
	}
	if _, err := c.conn.Write(line); err != nil {
		if errors.Is(err, os.ErrDeadlineExceeded) {
			return nil, errNoReply
		}
		return nil, errGone
	}
	limit := time.NewTimer(patience)
	defer limit.Stop()
	for {
		select {
		case m, ok := <-c.lines:
			switch {
			case !ok:
				return nil, errGone
			case m.Event != "":
				c.aside = append(c.aside, m)
			case m.RequestID != id: // the late answer to a glance
			case m.Error != "success":
				return nil, &refusedError{m.Error}
			default:
				return m.Data, nil
			}
		case <-limit.C:
			return nil, errNoReply
		case <-c.closed:
			return nil, errClosing
		}
	}
}

// appendQuoted appends s as a JSON string and leaves bytes from 0x80 on as
// they are: a file name need not be UTF-8, mpv takes its bytes raw, and
// encoding/json would put U+FFFD in their place and name another file.
func appendQuoted(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	for i := range len(s) {
		switch ch := s[i]; {
		case ch == '"' || ch == '\\':
			b = append(b, '\\', ch)
		case ch < 0x20:
			b = append(b, '\\', 'u', '0', '0', hex[ch>>4], hex[ch&15])
		default:
			b = append(b, ch)
		}
	}
	return append(b, '"')
}

// listCommand is a command of which each word is plain ASCII.
func listCommand(words ...any) []byte {
	b, err := json.Marshal(words)
	if err != nil {
		panic(err) // only strings, numbers and truth values are passed here
	}
	return b
}

// loadCommand is loadfile with named arguments, because mpv 0.38 put a new one
// among the positional ones. flags is mpv's: replace or append-play.
func loadCommand(url, flags string, options []option) []byte {
	b := append([]byte(nil), `{"name":"loadfile","url":`...)
	b = appendQuoted(b, url)
	b = append(b, `,"flags":`...)
	b = appendQuoted(b, flags)
	between := `,"options":{`
	for _, o := range options {
		b = append(b, between...)
		b = appendQuoted(b, o.name)
		b = append(b, ':')
		b = appendQuoted(b, o.value)
		between = ","
	}
	if len(options) > 0 {
		b = append(b, '}')
	}
	return append(b, '}')
}

// option is one of mpv's that holds for one file.
type option struct{ name, value string }
