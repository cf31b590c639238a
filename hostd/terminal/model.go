package terminal

import (
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"soul-jam/hostd/visitor"
	"soul-jam/shared/wire"
)

const (
	// pause is how long one waits after a keystroke for the next one before searching.
	pause = 80 * time.Millisecond
	// wanted tracks are asked for.
	wanted = 30
	// mostAsked commands wait for an answer; older ones are forgotten.
	mostAsked = 256
	// pingEvery while connected; firstPings come at once, so that the clock is good soon.
	pingEvery = 10 * time.Second
)

func firstPings() []time.Duration {
	return []time.Duration{0, 150 * time.Millisecond, 400 * time.Millisecond}
}

// model is bubbletea's: the state, and the way to the host. Only the loop touches it.
type model struct {
	state
	jam  Jam
	time func() time.Time
	kit  kit
	// asked holds what to do when the host answers, by the command's id; order is that of asking.
	asked map[string]asked
	order []string
	// due is when the screen is drawn again by itself, zero when that is not planned.
	due time.Time
	// lives numbers the connections, so that the pings of an old one stop.
	lives   int
	leaving bool
	// morePeople were asked for.
	morePeople bool
}

type asked struct{ done, undone func(*model) }

// What comes from timers, and from the visitor.
type (
	wake    struct{ at time.Time }
	paused  struct{ keystroke int }
	pinging struct {
		life int
		on   bool // and again later
	}
	update  []visitor.Update
	updated struct{} // nothing comes any more
)

func newModel(jam Jam, clock func() time.Time, k kit) *model {
	m := &model{state: newState(), jam: jam, time: clock, kit: k, asked: map[string]asked{}}
	m.now = clock()
	return m
}

// Init does nothing: everything begins with an update.
func (m *model) Init() tea.Cmd { return nil }

// Update takes in what happened.
func (m *model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	m.now = m.time()
	m.pass()
	cmd := m.happened(msg)
	m.settle()
	return m, tea.Batch(cmd, m.later())
}

func (m *model) happened(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		if msg.Width > 0 && msg.Height > 0 {
			m.size = point{msg.Width, msg.Height}
		}
	case tea.KeyPressMsg:
		return m.press(msg)
	case tea.PasteMsg:
		return m.typed(msg.Content)
	case update:
		var all []tea.Cmd
		for _, u := range msg {
			all = append(all, m.updated(u))
		}
		return tea.Batch(all...)
	case updated:
		m.over = true
		if m.leaving {
			return tea.Quit
		}
	case wake:
		if msg.at.Equal(m.due) {
			m.due = time.Time{}
		}
	case paused:
		if msg.keystroke == m.search.keystroke {
			m.searchNow()
		}
	case pinging:
		return m.ping(msg)
	}
	return nil
}

// View draws.
func (m *model) View() tea.View {
	shown := m.screen()
	view := tea.NewView(shown.paint(m.kit))
	view.AltScreen = true
	view.WindowTitle = m.kit.spell(m.name())
	if shown.cursor != nil {
		view.Cursor = tea.NewCursor(shown.cursor.x, shown.cursor.y)
		view.Cursor.Shape, view.Cursor.Blink = tea.CursorBar, false
	}
	return view
}

// later plans to draw again when the screen changes by itself.
func (m *model) later() tea.Cmd {
	in, ok := m.next()
	at := m.now.Add(in)
	if !ok || !m.due.IsZero() && !at.Before(m.due) {
		return nil
	}
	m.due = at
	return tea.Tick(in, func(time.Time) tea.Msg { return wake{at} })
}

// updated takes in one thing of the visitor's.
func (m *model) updated(u visitor.Update) tea.Cmd {
	if u.Line != nil {
		before := m.line.State
		m.moved(*u.Line)
		switch {
		case m.over && m.leaving:
			return tea.Quit
		case m.line.State == visitor.Joined && before != visitor.Joined:
			m.lives++
			return m.pings()
		case m.line.State != visitor.Joined:
			m.lives++
		}
		return nil
	}
	seq, message := decode(u.Message)
	if message == nil {
		return nil
	}
	m.hear(seq, message)
	switch message := message.(type) {
	case wire.Ack:
		m.answered(message.ID, true)
	case *wire.Error:
		return m.refused(message)
	case wire.Joined, wire.Resumed:
		if m.page == pageAdd || m.search.answered != nil {
			return m.searchSoon(0) // what was asked before may never be answered
		}
	}
	return nil
}

// do asks the host for something. It gives the id, "" when nothing more can be asked now.
func (m *model) do(c wire.Command, done, undone func(*model)) string {
	id := m.jam.Do(c)
	if id == "" {
		if undone != nil {
			undone(m)
		}
		m.tell("You’re not connected, and too much is waiting already. Try again in a moment.", true)
		return ""
	}
	if len(m.order) >= mostAsked {
		delete(m.asked, m.order[0])
		m.order = m.order[1:]
	}
	m.asked[id], m.order = asked{done, undone}, append(m.order, id)
	return id
}

// answered: the host has done what was asked, or has not.
func (m *model) answered(id string, ok bool) {
	a := m.asked[id]
	delete(m.asked, id)
	then := a.done
	if !ok {
		then = a.undone
	}
	if then != nil {
		then(m)
	}
}

// refused shows the host's sentence. A refused search is asked again when the host says when.
func (m *model) refused(e *wire.Error) tea.Cmd {
	again := time.Duration(max(0, min(e.RetryAfterMS, 60_000))) * time.Millisecond
	if e.ID != "" && e.ID == m.search.newest {
		m.search.newest = ""
		if e.Code == wire.CodeRateLimited {
			return m.searchSoon(max(again, pause))
		}
	}
	if e.ID != "" {
		m.answered(e.ID, false)
	}
	if !m.room.Seated {
		return nil // the visitor says what a refusal at the door means
	}
	sentence := clean(e.Message)
	if seconds := int((again + time.Second - 1) / time.Second); e.Code == wire.CodeRateLimited && seconds > 0 {
		sentence = "Slow down! Try again in a second"
		if seconds > 1 {
			sentence = fmt.Sprintf("Slow down! Try again in %d seconds", seconds)
		}
	}
	if sentence == "" {
		sentence = e.Code.Sentence()
	}
	m.tell(sentence, true)
	return nil
}

// searchSoon searches after a pause, unless something else is typed before.
func (m *model) searchSoon(in time.Duration) tea.Cmd {
	m.search.keystroke++
	now := m.search.keystroke
	return tea.Tick(in, func(time.Time) tea.Msg { return paused{now} })
}

// searchNow asks for what stands in the field; without a connection it is asked when there is one.
func (m *model) searchNow() {
	if m.line.State == visitor.Joined && m.room.Seated && m.room.Rights.CanAddToQueue {
		m.search.newest = m.jam.Do(wire.Search{Q: strings.TrimSpace(m.search.editor.String()), Limit: wanted})
	}
}

// pings learns the host's clock: a few at once, then now and then.
func (m *model) pings() tea.Cmd {
	var all []tea.Cmd
	for i, in := range firstPings() {
		p := pinging{m.lives, i == 0}
		all = append(all, tea.Tick(in, func(time.Time) tea.Msg { return p }))
	}
	return tea.Batch(all...)
}

func (m *model) ping(p pinging) tea.Cmd {
	if p.life != m.lives || m.over {
		return nil
	}
	m.jam.Do(wire.Ping{T0: millis(m.now)})
	if !p.on {
		return nil
	}
	return tea.Tick(pingEvery, func(time.Time) tea.Msg { return p })
}
