package terminal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	tea "charm.land/bubbletea/v2"

	"soul-jam/hostd/visitor"
	"soul-jam/shared/wire"
)

// Jam is what the terminal shows: a visit (hostd/visitor), or a story in tests.
type Jam interface {
	// Updates come in their order; closed when nothing comes any more.
	Updates() <-chan visitor.Update
	// Do sends a command and gives the id that its ack or error will have, "" when too many wait already. It does not block.
	Do(wire.Command) (id string)
	// Leave gives the seat up. It does not block; what follows is told by Updates.
	Leave()
}

// Config is what Run needs.
type Config struct {
	Jam Jam
	// Sought is the name that the person gave, "" for a code or a link: shown until the jam is found.
	Sought string
	// In and Out are the terminal; nil means the program's own.
	In  io.Reader
	Out io.Writer
	// Env is the environment, as os.Environ gives it, which is what nil means. TERM, NO_COLOR, LC_ALL, LC_CTYPE and LANG are read here.
	Env []string
	// Now is the clock, and Zone the time zone that the chat is shown in; nil means the system's.
	Now  func() time.Time
	Zone *time.Location
}

// Run shows the jam until the person quits, the jam is over for them, or ctx ends. Quitting keeps the seat: the caller
// ends the visit. What there is to say afterwards is left as a line on the terminal.
func Run(ctx context.Context, c Config) error {
	c = c.filled()
	m := newModel(c.Jam, c.Now, kitOf(c.Env))
	m.zone, m.sought = c.Zone, cleanTo(c.Sought, wire.MaxJamName)
	program := c.program(ctx, m)
	reading, done := context.WithCancel(ctx)
	defer done()
	go func() {
		for {
			batch, open := next(reading, c.Jam.Updates())
			if len(batch) > 0 {
				program.Send(batch)
			}
			if !open {
				program.Send(updated{})
				return
			}
		}
	}()
	if _, err := program.Run(); err != nil && ctx.Err() == nil && !errors.Is(err, tea.ErrInterrupted) {
		return fmt.Errorf("show the jam: %w", err)
	}
	if last := m.lastWord(); last != "" {
		if _, err := fmt.Fprintln(c.Out, m.kit.spell(last)); err != nil {
			return fmt.Errorf("show the jam: %w", err)
		}
	}
	return nil
}

// mostAtOnce updates are shown with one drawing.
const mostAtOnce = 256

// next waits for updates and takes what is there. open is false when nothing comes any more, or ctx is over.
func next(ctx context.Context, updates <-chan visitor.Update) (batch update, open bool) {
	select {
	case u, open := <-updates:
		if !open {
			return nil, false
		}
		batch = append(batch, u)
	case <-ctx.Done():
		return nil, false
	}
	for len(batch) < mostAtOnce {
		select {
		case u, open := <-updates:
			if !open {
				return batch, false
			}
			batch = append(batch, u)
		default:
			return batch, true
		}
	}
	return batch, true
}

func (c Config) filled() Config {
	if c.In == nil {
		c.In = os.Stdin
	}
	if c.Out == nil {
		c.Out = os.Stdout
	}
	if c.Env == nil {
		c.Env = os.Environ()
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Zone == nil {
		c.Zone = time.Local
	}
	return c
}

// framesPerSecond at most: nothing here moves faster than seconds, and ssh is thankful.
const framesPerSecond = 30

func (c Config) program(ctx context.Context, m tea.Model) *tea.Program {
	return tea.NewProgram(m, tea.WithContext(ctx), tea.WithInput(c.In), tea.WithOutput(c.Out), tea.WithEnvironment(c.Env), tea.WithFPS(framesPerSecond))
}

// lastWord is what stays on the terminal.
func (m *model) lastWord() string {
	switch {
	case m.room.Ended != "":
		return "This jam has ended. " + endedSentence(m.room.Ended)
	case m.leaving:
		return "You left the jam."
	case m.line.Said != "" && m.over:
		return m.line.Said
	case m.room.Seated && !m.over:
		return "Your seat is kept. Come back with: hostd join " + m.room.Code
	}
	return ""
}
