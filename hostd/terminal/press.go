package terminal

import (
	"math"
	"slices"

	tea "charm.land/bubbletea/v2"

	"soul-jam/shared/wire"
)

// press is one key: for a question, a cover, a field, or the table of keys.
func (m *model) press(k tea.KeyPressMsg) tea.Cmd {
	name := k.String()
	switch {
	case name == "ctrl+c":
		return tea.Quit
	case m.over:
		if slices.Contains([]string{"q", "enter", "esc", "space"}, name) {
			return tea.Quit
		}
		return nil
	case !m.room.Seated:
		if name == "q" {
			return tea.Quit
		}
		return nil
	case m.ask != nil:
		m.reply(name)
		return nil
	case m.cover != coverNone:
		m.uncover(name)
		return nil
	case name == "f1", name == "?" && !m.typing():
		m.cover, m.scroll = coverHelp, 0
		return nil
	case m.typing():
		return m.type1(k, name)
	}
	if m.walk(name) {
		return m.walked()
	}
	switch name {
	case "tab":
		return m.open(m.page + 1)
	case "shift+tab":
		return m.open(m.page - 1)
	case "1", "2", "3", "4":
		return m.open(page(name[0] - '1'))
	case "esc":
		return m.open(pageQueue)
	}
	return m.command(name)
}

// command is a key of the table; what one may not do says why.
func (m *model) command(name string) tea.Cmd {
	for _, k := range keys() {
		if k.do == nil || !slices.Contains(k.names, name) || !k.here(&m.state) {
			continue
		}
		if why := k.refusal(&m.state); why != "" {
			m.tell(why, true)
			return nil
		}
		return k.do(m)
	}
	return nil
}

// reply to a question.
func (m *model) reply(name string) {
	asked := m.ask
	for _, a := range asked.answers {
		if a.key == name {
			m.ask = nil
			a.do(m)
			return
		}
	}
	if slices.Contains([]string{"esc", "n", "q"}, name) {
		m.ask = nil
	}
}

// uncover reads in what covers the pages, or takes it away.
func (m *model) uncover(name string) {
	switch {
	case m.cover == coverReact:
		m.cover = coverNone
		if len(name) == 1 && name >= "1" && name <= "9" {
			m.react(int(name[0] - '1'))
		}
	case name == "down" || name == "j" || name == "pgdown":
		m.scroll = min(m.scroll+1, max(0, len(m.helpRows())-(m.size.y-2)))
	case name == "up" || name == "k" || name == "pgup":
		m.scroll = max(0, m.scroll-1)
	case slices.Contains([]string{"esc", "q", "?", "i", "f1", "enter", "space"}, name):
		m.cover = coverNone
	}
}

// type1 is a key while one types.
func (m *model) type1(k tea.KeyPressMsg, name string) tea.Cmd {
	switch name {
	case "esc":
		return m.open(pageQueue)
	case "tab":
		return m.open(m.page + 1)
	case "shift+tab":
		return m.open(m.page - 1)
	case "enter":
		if m.page == pageAdd {
			return m.add()
		}
		return m.send()
	case "up", "down", "pgup", "pgdown":
		m.walk(name)
		return m.walked()
	}
	before := m.field().String()
	if m.field().key(name) {
		if m.page == pageAdd && m.field().String() != before {
			return m.searchSoon(pause)
		}
		return nil
	}
	return m.typed(k.Text)
}

// typed puts a text into the field, if there is one.
func (m *model) typed(s string) tea.Cmd {
	field := m.field()
	if field == nil || s == "" {
		return nil
	}
	field.insert(s)
	if m.page == pageAdd {
		return m.searchSoon(pause)
	}
	return nil
}

// walk goes through the list that is open, and tells whether the key means that.
func (m *model) walk(name string) bool {
	body := m.bodyRows()
	by, known := map[string]int{
		"up": -1, "k": -1, "down": 1, "j": 1, "pgup": 1 - body, "pgdown": body - 1, "home": -1 << 20, "g": -1 << 20, "end": 1 << 20, "G": 1 << 20,
	}[name]
	if !known {
		return false
	}
	switch m.page {
	case pageQueue:
		m.queue.move(by)
	case pageAdd:
		m.found.move(by)
	case pagePeople:
		m.folk.move(by)
	case pageChat:
		w := m.size.x
		if _, right := m.columns(); right > 0 {
			w = right
		}
		m.chat.back = max(0, min(m.chat.back-by, len(m.chatLines(w-2, math.MaxInt))-(body-1)))
	}
	return true
}

// walked asks for more people when the end of the list is reached.
func (m *model) walked() tea.Cmd {
	p := &m.room.People
	if m.page != pagePeople || !p.more() || m.folk.at < len(m.everyone())-1 || m.morePeople {
		return nil
	}
	offset := max(0, p.listed)
	m.morePeople = true
	done := func(m *model) { m.morePeople = false }
	m.do(wire.ListParticipants{Offset: offset}, done, done)
	return nil
}
