package terminal

import (
	"slices"
	"unicode"
)

// editor is one line of text that the person types.
type editor struct {
	text []rune
	at   int // the cursor stands before text[at]
	most int // characters
}

func (e *editor) String() string { return string(e.text) }

// set puts a text in the place of what is there.
func (e *editor) set(s string) {
	e.text, e.at = nil, 0
	e.insert(s)
}

// insert types or pastes a text; what does not fit is left away.
func (e *editor) insert(s string) {
	before := cleanTo(string(e.text[:e.at])+s, e.most) // together: a mark may belong to the letter before it
	after := []rune(string(e.text[e.at:]))
	e.text = append([]rune(before), after...)
	e.at = len([]rune(before))
	if len(e.text) > e.most {
		e.text = e.text[:e.most]
		e.at = min(e.at, e.most)
	}
}

// key does what a key means in a line of text, and tells whether it means something.
func (e *editor) key(name string) bool {
	switch name {
	case "left", "ctrl+b":
		e.at = e.before()
	case "right", "ctrl+f":
		e.at = e.after()
	case "home", "ctrl+a":
		e.at = 0
	case "end", "ctrl+e":
		e.at = len(e.text)
	case "backspace", "ctrl+h", "shift+backspace":
		from := e.before()
		e.text, e.at = slices.Delete(e.text, from, e.at), from
	case "delete", "ctrl+d":
		e.text = slices.Delete(e.text, e.at, e.after())
	case "ctrl+u":
		e.text, e.at = slices.Clone(e.text[e.at:]), 0
	case "ctrl+k":
		e.text = e.text[:e.at]
	case "ctrl+w", "alt+backspace":
		from := e.at
		for from > 0 && e.text[from-1] == ' ' {
			from--
		}
		for from > 0 && e.text[from-1] != ' ' {
			from--
		}
		e.text, e.at = slices.Delete(e.text, from, e.at), from
	default:
		return false
	}
	return true
}

// before and after are the places beside the cursor; a letter and its marks are one step.
func (e *editor) before() int {
	at := e.at
	for at > 0 {
		if at--; !unicode.IsMark(e.text[at]) {
			break
		}
	}
	return at
}

func (e *editor) after() int {
	at := e.at
	for at < len(e.text) {
		if at++; at == len(e.text) || !unicode.IsMark(e.text[at]) {
			break
		}
	}
	return at
}

// view is the part of the text around the cursor that fits into n columns, and the cursor's column in it.
func (e *editor) view(n int) (shown string, cursor int) {
	n = max(1, n-1) // the cursor may stand behind the text
	from := 0
	for width(string(e.text[from:e.at])) > n {
		from++
	}
	for from < e.at && unicode.IsMark(e.text[from]) { // not a mark alone
		from++
	}
	to := e.at
	for to < len(e.text) && width(string(e.text[from:to+1])) <= n {
		to++
	}
	return string(e.text[from:to]), width(string(e.text[from:e.at]))
}
