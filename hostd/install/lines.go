package install

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Line is one line, key=value in a group, of a file that is the user's and that other programs write, too.
// All else in there stays as it is, byte for byte.
type Line struct {
	Path  string `json:"-"`     // absolute
	Group string `json:"group"` // with its brackets
	Key   string `json:"key"`
	Value string `json:"value"`
}

// added is what became of a Line in its file.
type added struct {
	Line
	Text string `json:"text"` // exactly what was put in, with the group where it was missing
	Made bool   `json:"made"` // there was no such file
}

// Add puts a line into its file. Where the key is there already, with whatever value, it does nothing and says false:
// that was somebody's choice.
func (l *Ledger) Add(line Line) (bool, error) {
	file, err := openShared(line.Path)
	if err != nil {
		return false, err
	}
	if value, there := line.find(file.content); there {
		return value == line.Value && l.Lines[line.Path].Value == line.Value, nil
	}
	at, text := line.place(file.content)
	if l.Lines == nil {
		l.Lines = map[string]added{}
	}
	l.Lines[line.Path] = added{Line: line, Text: text, Made: file.missing}
	for _, path := range []string{l.path, line.Path} {
		if err := l.makeDir(filepath.Dir(path)); err != nil {
			return false, err
		}
	}
	if err := l.save(); err != nil { // first the ledger, as in Write
		return false, err
	}
	return true, replace(file.target, []byte(file.content[:at]+text+file.content[at:]), file.mode)
}

// TakeOut takes out what Add has put in and gives the files that it changed. A line that somebody has changed since
// is theirs. Call it before Remove.
func (l *Ledger) TakeOut() (edited []string, err error) {
	for path, line := range l.Lines {
		file, err := openShared(path)
		if err != nil {
			return edited, err
		}
		line.Path = path
		rest := line.without(file.content)
		switch {
		case rest == file.content:
		case rest == "" && line.Made:
			err = os.Remove(file.target)
		default:
			err = replace(file.target, []byte(rest), file.mode)
		}
		if err != nil {
			return edited, fmt.Errorf("take a line out of %s: %w", path, err)
		}
		if rest != file.content {
			edited = append(edited, path)
		}
		delete(l.Lines, path)
	}
	return edited, nil
}

// find gives the value of the line's key in its group, without the end of a list.
func (l Line) find(content string) (value string, there bool) {
	l.each(content, func(_ int, line, key string) {
		if key == l.Key && !there {
			_, value, _ = strings.Cut(line, "=")
			value, there = strings.TrimSuffix(strings.TrimSpace(value), ";"), true
		}
	})
	return value, there
}

// place tells where the line goes, and as what: right behind the head of its group, else with that at the end.
func (l Line) place(content string) (at int, text string) {
	at, text = -1, l.Key+"="+l.Value+"\n"
	l.each(content, func(offset int, line, key string) {
		if key == "" && at < 0 && strings.TrimSpace(line) == l.Group {
			at = offset + len(line)
		}
	})
	switch {
	case at >= 0 && !strings.HasSuffix(content[:at], "\n"):
		return at, "\n" + strings.TrimSuffix(text, "\n")
	case at >= 0:
		return at, text
	case content == "":
		return 0, l.Group + "\n" + text
	case strings.HasSuffix(content, "\n"):
		return len(content), "\n" + l.Group + "\n" + text
	}
	return len(content), "\n\n" + l.Group + "\n" + text
}

// each calls f with each line of the group, its head included, and with the key in it, "" for none. offset is where
// the line starts.
func (l Line) each(content string, f func(offset int, line, key string)) {
	offset, inside := 0, false
	for line := range strings.Lines(content) {
		bare := strings.TrimSpace(line)
		if strings.HasPrefix(bare, "[") {
			inside = bare == l.Group
		}
		if inside {
			key, _, is := strings.Cut(bare, "=")
			if !is {
				key = ""
			}
			f(offset, line, strings.TrimSpace(key))
		}
		offset += len(line)
	}
}

// without is the content as it was before the line came: without all that was put in, or, where somebody has written
// in between, without the line alone.
func (a added) without(content string) string {
	if value, there := a.find(content); !there || value != a.Value {
		return content
	}
	for at := 0; ; at++ {
		next := strings.Index(content[at:], a.Text)
		if next < 0 {
			break
		}
		at += next
		before, after := content[:at], content[at+len(a.Text):]
		starts := before == "" || strings.HasSuffix(before, "\n") || strings.HasPrefix(a.Text, "\n")
		ends := after == "" || strings.HasPrefix(after, "\n") || strings.HasSuffix(a.Text, "\n")
		if starts && ends {
			return before + after
		}
	}
	rest := content
	a.each(content, func(offset int, line, key string) {
		if key == a.Key && rest == content {
			rest = content[:offset] + content[offset+len(line):]
		}
	})
	return rest
}

// shared is a file that others write, too.
type shared struct {
	target  string // where it really lies: people link such files into a repository of their own
	content string
	mode    fs.FileMode
	missing bool
}

func openShared(path string) (shared, error) {
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		return shared{target: path, mode: 0o644, missing: true}, nil
	}
	target, err := filepath.EvalSymlinks(path)
	var info fs.FileInfo
	if err == nil {
		info, err = os.Stat(target)
	}
	if err == nil && (!info.Mode().IsRegular() || info.Size() > maxLedger) {
		err = errors.New("it is no file that one would edit")
	}
	var content []byte
	if err == nil {
		content, err = os.ReadFile(target)
	}
	if err != nil {
		return shared{}, fmt.Errorf("read %s: %w", path, err)
	}
	return shared{target: target, content: string(content), mode: info.Mode().Perm()}, nil
}
