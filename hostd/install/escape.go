package install

import (
	"fmt"
	"strings"
	"unicode"
)

// join writes the words of a command in one line.
func join(words []string, escape func(string) string) string {
	escaped := make([]string, len(words))
	for i, word := range words {
		escaped[i] = escape(word)
	}
	return strings.Join(escaped, " ")
}

// throughShell lets the shell start what a format does not allow as the name of a program. The
// words are the shell's arguments and no part of what it interprets.
func throughShell(words []string) []string {
	return append([]string{"/bin/sh", "-c", `exec "$0" "$@"`}, words...)
}

// systemdWord escapes a word of ExecStart= after a colon, which turns off "$", or of a list of paths
// (systemd.service, "Command lines"; systemd.unit, "Specifiers").
func systemdWord(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, `%`, `%%`).Replace(s) + `"`
}

// desktopWord escapes an argument of Exec=: first as the key's own quoting wants it, then, as all
// texts of the format, its backslashes (Desktop Entry Specification, "The Exec key").
func desktopWord(s string) string {
	quoted := `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "`", "\\`", `$`, `\$`, `%`, `%%`).Replace(s) + `"`
	return strings.ReplaceAll(quoted, `\`, `\\`)
}

// xmlText escapes text between tags.
func xmlText(s string) string {
	return strings.NewReplacer(`&`, `&amp;`, `<`, `&lt;`, `>`, `&gt;`).Replace(s)
}

// desktopPlain is a word of Exec= without quotes where it needs none: xdg-open, where no desktop runs, knows of no quotes.
func desktopPlain(s string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("/._-+,:@", r)
	}
	if s != "" && strings.IndexFunc(s, func(r rune) bool { return !plain(r) }) < 0 {
		return s
	}
	return desktopWord(s)
}

// windowsWord escapes a word of a command that a program on Windows takes apart itself. A backslash before the
// last quote would escape that.
func windowsWord(s string) string {
	for end := len(s); end > 0 && s[end-1] == '\\'; end-- {
		s += `\`
	}
	return `"` + s + `"`
}

// cmdWord escapes a word in a command file of Windows, which knows no quotes inside.
func cmdWord(s string) string { return windowsWord(strings.ReplaceAll(s, `%`, `%%`)) }

// slashed is a text in a file of the registry, and in AppleScript.
func slashed(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// appleText is a text in AppleScript, in ASCII alone, so that the encoding of the source does not matter.
func appleText(s string) string {
	var parts []string
	ascii := ""
	for _, r := range s {
		if r <= unicode.MaxASCII {
			ascii += string(r)
			continue
		}
		parts, ascii = append(parts, slashed(ascii), fmt.Sprintf("character id %d", r)), ""
	}
	return "(" + strings.Join(append(parts, slashed(ascii)), " & ") + ")"
}
