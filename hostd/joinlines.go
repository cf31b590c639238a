package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"soul-jam/hostd/visitor"
	"soul-jam/shared/wire"
)

// answersWithin: who interrupts a script does not wait for answers longer than this.
const answersWithin = 2 * time.Second

// joinLines prints the jam as lines of JSON and takes commands from standard input. At its end it waits until all are
// answered, and goes; the seat is kept.
func joinLines(ctx context.Context, p program, v *visitor.Visit) error {
	visiting, end := context.WithCancel(context.WithoutCancel(ctx))
	defer end()
	out := &lineWriter{to: p.out}
	done, printed, asked := make(chan error, 1), make(chan struct{}), make(chan struct{})
	go func() { done <- v.Run(visiting) }()
	go func() {
		defer close(printed)
		for u := range v.Updates() {
			if out.update(u) != nil {
				end() // nobody reads: the rest is for nobody
			}
		}
	}()
	go func() {
		defer close(asked)
		takeCommands(ctx, p.in, v, out)
	}()
	var over error
	select {
	case over = <-done:
	case <-asked:
		if v.Answered(ctx) != nil {
			answeredSoon(v)
		}
		end()
		over = ended(done)
	case <-ctx.Done():
		answeredSoon(v)
		end()
		over = ended(done)
	}
	select {
	case <-printed:
	case <-time.After(goodbyeWithin):
		return errors.New("standard output takes nothing")
	}
	return errors.Join(over, out.failed())
}

func answeredSoon(v *visitor.Visit) {
	soon, cancel := context.WithTimeout(context.Background(), answersWithin)
	defer cancel()
	_ = v.Answered(soon) // or not
}

// takeCommands reads a command from each line until there are no more, or ctx ends.
func takeCommands(ctx context.Context, in io.Reader, v *visitor.Visit, out *lineWriter) {
	if in == nil {
		return
	}
	lines := bufio.NewReaderSize(in, wire.MaxClientFrame+len("\r\n"))
	for {
		line, err := lines.ReadSlice('\n')
		tooLong := false
		for errors.Is(err, bufio.ErrBufferFull) {
			tooLong = true
			_, err = lines.ReadSlice('\n')
		}
		if line = bytes.TrimSpace(line); tooLong {
			out.refuse(nil, fmt.Errorf("a command has at most %d bytes", wire.MaxClientFrame))
		} else if len(line) > 0 {
			line = bytes.Clone(line) // it is kept until it is answered
			if _, refusal := v.Submit(ctx, line); refusal != nil && ctx.Err() == nil {
				out.refuse(line, refusal)
			}
		}
		if err != nil || ctx.Err() != nil {
			return
		}
	}
}

// lineWriter writes whole lines.
type lineWriter struct {
	mu  sync.Mutex // guards to and err
	to  io.Writer
	err error
}

func (w *lineWriter) line(text []byte) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err == nil {
		_, w.err = w.to.Write(append(text, '\n'))
	}
	return w.err
}

func (w *lineWriter) failed() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err != nil {
		return fmt.Errorf("write to standard output: %w", w.err)
	}
	return nil
}

// visitLine is what the visit says itself.
type visitLine struct {
	Type string `json:"type"` // "visit"
	visitor.Line
}

// update prints a message of the host's as it came, or how the visit stands.
func (w *lineWriter) update(u visitor.Update) error {
	if u.Line != nil {
		text, err := json.Marshal(visitLine{Type: "visit", Line: *u.Line})
		if err != nil {
			return err
		}
		return w.line(text)
	}
	var text bytes.Buffer
	if err := json.Compact(&text, u.Message); err != nil { // a host may write in several lines
		return nil // the visit passes on nothing that is no JSON
	}
	return w.line(text.Bytes())
}

// refuse answers a command that is not sent, in the contract's form.
func (w *lineWriter) refuse(command []byte, why error) {
	var asked struct {
		ID json.RawMessage `json:"id"`
	}
	refusal := wire.Refusef(wire.CodeBadRequest, "%s", why)
	if json.Unmarshal(command, &asked) == nil {
		_ = json.Unmarshal(asked.ID, &refusal.ID) // an id that is no text is none
	}
	if text, err := wire.Encode(refusal, 0); err == nil {
		_ = w.line(text) // kept in failed
	}
}
