// Package install makes, writes and removes the files by which an operating system starts hostd
// with the user's session, shows it in its menu and lets links of the scheme soul-jam:
// open it: a systemd user unit and desktop entries, a launchd agent, command files of Windows
// and more. It starts and enables nothing.
//
// What it has written is in a ledger with a checksum each ([Ledger]), so that what the
// user has changed since is neither overwritten nor removed. In a file that is the user's it adds
// one line ([Line]) and takes that out again.
package install

import (
	"bytes"
	"embed"
	"fmt"
	"strings"
	"text/template"
	"unicode"
	"unicode/utf8"
)

//go:embed templates
var templates embed.FS

// Program is what is to be started. All paths are absolute.
type Program struct {
	// Path of the binary.
	Path string

	// Serve and Console are its arguments for the daemon and for opening the console, the
	// command's name first. No secret belongs into them: the files are for everybody to read.
	Serve, Console []string

	// Join are its arguments for a link, which follows as the last one. A web page can have any link opened:
	// they end with "--", so that whatever becomes of it is no flag.
	Join []string

	// Data is the only directory that it writes to.
	Data string
}

// File is one file to write.
type File struct {
	Path    string
	Content []byte
}

// SystemdUnit is the unit of a user's service manager, for …/systemd/user/soul-jam.service.
func SystemdUnit(p Program) ([]byte, error) {
	words := append([]string{p.Path}, p.Serve...)
	if strings.ContainsAny(p.Path, `"'\`) { // systemd takes no program with such a name
		words = throughShell(words)
	}
	return fill("soul-jam.service", append(words, p.Data), map[string]any{
		"Exec": join(words, systemdWord), "Data": systemdWord(p.Data),
	})
}

// DesktopEntry opens the console from a menu, for …/applications/soul-jam.desktop.
func DesktopEntry(p Program) ([]byte, error) {
	words := append([]string{p.Path}, p.Console...)
	// The format forbids "=" there, and GLib looks for the program before it undoes "%%".
	if strings.ContainsAny(p.Path, `=%`) {
		words = throughShell(words)
	}
	return fill("soul-jam.desktop", words, map[string]any{"Exec": join(words, desktopWord)})
}

// LaunchAgent is a user's agent of launchd, for ~/Library/LaunchAgents/soul-jam.plist; log is
// the file that its standard error goes to.
func LaunchAgent(p Program, log string) ([]byte, error) {
	words := append([]string{p.Path}, p.Serve...)
	escaped := make([]string, len(words))
	for i, word := range words {
		escaped[i] = xmlText(word)
	}
	return fill("soul-jam.plist", append(words, log), map[string]any{"Words": escaped, "Log": xmlText(log)})
}

// StartupScript starts the daemon without a window of its own in front, for the Startup folder of Windows.
func StartupScript(p Program) ([]byte, error) {
	return script(`start "Soul Jam" /min `, append([]string{p.Path}, p.Serve...))
}

// MenuScript opens the console, for the start menu of Windows.
func MenuScript(p Program) ([]byte, error) {
	return script("", append([]string{p.Path}, p.Console...))
}

func script(before string, words []string) ([]byte, error) {
	for _, word := range words {
		if strings.Contains(word, `"`) {
			return nil, fmt.Errorf("no path on Windows has a quote in it: %q", word)
		}
	}
	content, err := fill("soul-jam.cmd", words, map[string]any{"Exec": before + join(words, cmdWord)})
	return bytes.ReplaceAll(content, []byte("\n"), []byte("\r\n")), err
}

// fill puts values into a template; words are the values as they were before they were escaped.
func fill(name string, words []string, values map[string]any) ([]byte, error) {
	for _, word := range words {
		if !utf8.ValidString(word) || strings.ContainsFunc(word, unicode.IsControl) {
			return nil, fmt.Errorf("%q holds characters that %s cannot: choose another path", word, name)
		}
	}
	t, err := template.ParseFS(templates, "templates/"+name)
	if err != nil {
		return nil, fmt.Errorf("read the template: %w", err)
	}
	var filled bytes.Buffer
	if err := t.Execute(&filled, values); err != nil {
		return nil, fmt.Errorf("fill the template %s: %w", name, err)
	}
	return filled.Bytes(), nil
}
