package terminal

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"soul-jam/shared/wire"
)

// AskConfig is what Ask asks about.
type AskConfig struct {
	// Code of the jam; Server that it is at, "" on the own network; Name to begin with, "" = a guest with a number.
	Code, Server, Name string
	// In, Out and Env as in Config.
	In  io.Reader
	Out io.Writer
	Env []string
}

// Ask asks whether to join a jam, and as whom. A link that somebody clicked opens a program: nothing goes out before the
// person has seen where to. ok is false when they would rather not, or ctx ends.
func Ask(ctx context.Context, c AskConfig) (name string, ok bool, err error) {
	full := Config{In: c.In, Out: c.Out, Env: c.Env}.filled()
	m := newDoor(c, kitOf(full.Env))
	if _, err := full.program(ctx, m).Run(); err != nil {
		if ctx.Err() != nil {
			return "", false, nil
		}
		return "", false, fmt.Errorf("ask whether to join: %w", err)
	}
	return clean(m.name.String()), m.yes, nil
}

// door is the model of that one question.
type door struct {
	code, server string
	name         editor
	size         point
	kit          kit
	yes          bool
}

func newDoor(c AskConfig, k kit) *door {
	d := &door{code: clean(c.Code), server: clean(c.Server), name: editor{most: wire.MaxDisplayName}, size: point{80, 24}, kit: k}
	d.name.set(c.Name)
	return d
}

// Init does nothing.
func (d *door) Init() tea.Cmd { return nil }

// Update takes in keys.
func (d *door) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		if msg.Width > 0 && msg.Height > 0 {
			d.size = point{msg.Width, msg.Height}
		}
	case tea.PasteMsg:
		d.name.insert(msg.Content)
	case tea.KeyPressMsg:
		switch name := msg.String(); {
		case name == "enter":
			d.yes = true
			return d, tea.Quit
		case slices.Contains([]string{"esc", "ctrl+c"}, name):
			return d, tea.Quit
		case !d.name.key(name):
			d.name.insert(msg.Text)
		}
	}
	return d, nil
}

// View draws.
func (d *door) View() tea.View {
	shown := d.screen()
	view := tea.NewView(shown.paint(d.kit))
	view.AltScreen = true
	view.WindowTitle = "Soul Jam"
	view.Cursor = tea.NewCursor(shown.cursor.x, shown.cursor.y)
	view.Cursor.Shape, view.Cursor.Blink = tea.CursorBar, false
	return view
}

func (d *door) screen() screen {
	s := state{size: d.size, now: time.Time{}}
	where := row{{"Join ", 0}, {d.code, bold}}
	if d.server != "" {
		where = append(where, span{" at ", 0}, span{cut(d.server, d.size.x-24), bold})
	}
	where = append(where, span{"?", 0})
	const label = "Your name  "
	w := min(d.size.x-2, max(len(label)+24, where.width()))
	text, cursor := d.name.view(w - len(label))
	field := row{{label, faint}, {text, 0}}
	if text == "" {
		field = row{{label, faint}, {"a guest with a number", faint}}
	}
	lines := []row{say("Soul Jam", bold), {}, where.fit(w), {}, field.fit(w)}
	rows := filled(s.centred(lines...), d.size.y-1)
	rows = append(rows, hints(d.size.x, [][2]string{{"enter", "join"}, {"esc", "not now"}}))
	x, y := (d.size.x-w)/2+len(label)+cursor, max(0, (d.size.y-len(lines))/2)+4
	out := screen{cursor: &point{max(0, min(x, d.size.x-1)), max(0, min(y, d.size.y-1))}}
	for _, r := range rows[:max(1, d.size.y)] {
		out.rows = append(out.rows, r.fit(d.size.x))
	}
	return out
}
