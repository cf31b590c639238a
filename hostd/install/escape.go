package install

import "strings"

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

// cmdWord escapes a word in a command file of Windows, which knows no quotes inside. A
// backslash before the last quote would escape that for the program.
func cmdWord(s string) string {
	s = strings.ReplaceAll(s, `%`, `%%`)
	for end := len(s); end > 0 && s[end-1] == '\\'; end-- {
		s += `\`
	}
	return `"` + s + `"`
}
