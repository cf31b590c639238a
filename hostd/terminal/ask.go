package terminal

import (
	"context"
	"fmt"
	"io"
	"slices"

	tea "charm.land/bubbletea/v2"

	"soul-jam/shared/wire"
)

// AskConfig is what Ask asks about.
type AskConfig struct {
	// Code of the jam; Server that it is looked for at, "" on the own network; Name to begin with, "" = a guest with a number.
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
		case name == "enter" && !d.fits():
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

// screen is the question. It shows all of the server's address, whose end says as much as its beginning: where
// there is no room for that, there is no question.
func (d *door) screen() screen {
	s := state{size: d.size}
	out := screen{cursor: &point{}}
	lines, at := d.lines()
	rows := filled(s.centred(lines...), d.size.y-1)
	if !d.fits() {
		rows = s.tooSmall()
	} else {
		label := "Your name  "
		w := lines[at].width()
		text, cursor := d.name.view(w - len(label))
		field := row{{label, faint}, {text, 0}}
		if text == "" {
			field = row{{label, faint}, {"a guest with a number", faint}}
		}
		top := max(0, (d.size.y-len(lines))/2) + at
		rows[top] = append(row{{blank((d.size.x - w) / 2), 0}}, field.fit(w)...)
		rows = append(rows, hints(d.size.x, [][2]string{{"enter", "join"}, {"esc", "not now"}}))
		out.cursor = &point{(d.size.x-w)/2 + len(label) + cursor, top}
	}
	for i := range max(1, d.size.y) {
		r := row{}
		if i < len(rows) {
			r = rows[i]
		}
		out.rows = append(out.rows, r.fit(d.size.x))
	}
	return out
}

// lines are the question's, all equally wide where they stand in a column; at is the field's.
func (d *door) lines() (lines []row, at int) {
	const leastField = 35
	most := max(2, d.size.x-2)
	where := d.where(most)
	w := min(most, leastField)
	for _, r := range where {
		w = max(w, r.width())
	}
	note := d.folded("A link asks for this. Nothing has been sent yet.")
	lines = []row{say("Soul Jam", bold), {}}
	for _, r := range where {
		lines = append(lines, r.fit(w))
	}
	lines = append(lines, row{}, row{}.fit(w))
	at = len(lines) - 1
	if long := len(lines) + 1 + len(note); long < d.size.y {
		lines = append(append(lines, row{}), note...)
	}
	return lines, at
}

// where is the jam, and where it is looked for.
func (d *door) where(most int) []row {
	join := row{{"Join ", 0}, {d.code, bold}}
	if d.server == "" {
		return append([]row{append(join, span{"?", 0})}, d.folded("It is looked for on this network, and where it was before.")...)
	}
	whole := append(join.fit(join.width()), span{" at ", 0}, span{d.server, bold}, span{"?", 0})
	if whole.width() <= most {
		return []row{whole}
	}
	rows := []row{append(join, span{" at", 0})}
	for _, line := range wrap(d.server+"?", most) {
		rows = append(rows, say(line, bold))
	}
	return rows
}

func (d *door) folded(text string) []row {
	s := state{size: d.size}
	return s.folded(text, faint)
}

// fits tells whether the whole question is to be seen.
func (d *door) fits() bool {
	lines, _ := d.lines()
	return d.size.x >= leastWide && len(lines) < d.size.y
}
