package install

import (
	"encoding/xml"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// odd are paths that mean something else to one format or another when they are not escaped.
func odd() []string {
	return []string{
		"/usr/bin/hostd", "/opt/my programs/hostd", "/a%h/%%/hostd", "/a$HOME/${X}/$$/$(id)/hostd", `/a"b"/hostd`, `/it's/hostd`,
		`/back\slash\\two\n\x41/hostd`, `/a=b/hostd`, "/a`id`b/hostd", "/a;b|c&d<e>f/hostd", "/#a/hostd", "/a,b:c/hostd", "/Küche 🎵/hostd",
		"/end\\", "/end ", "/-x/hostd", "/a  b/hostd", "/%f%u/{}[]*?!~/hostd", `/'"'"/hostd`,
	}
}

func program(path, data string) Program {
	return Program{Path: path, Data: data, Serve: []string{"serve", "--data", data}, Console: []string{"console", "--data", data}, Join: []string{"join", "--data", data, "--"}}
}

// direct takes away the detour through the shell.
func direct(words []string) []string {
	if len(words) > 3 && words[0] == "/bin/sh" {
		if words[1] != "-c" || words[2] != `exec "$0" "$@"` {
			return nil
		}
		return words[3:]
	}
	return words
}

// valueOf gives what follows key= in a line of its own; there has to be one.
func valueOf(t *testing.T, content []byte, key string) string {
	t.Helper()
	var found []string
	for line := range strings.Lines(string(content)) {
		if value, ok := strings.CutPrefix(strings.TrimRight(line, "\r\n"), key+"="); ok {
			found = append(found, value)
		}
	}
	if len(found) != 1 {
		t.Fatalf("%d lines with %s in\n%s", len(found), key, content)
	}
	return found[0]
}

// systemdWords reads a command or list as systemd does: words with either quotes, C escapes,
// then "%%".
func systemdWords(t *testing.T, s string) (words []string) {
	t.Helper()
	word, quote, open := "", rune(0), false
	escaped := false
	for _, r := range s {
		switch {
		case escaped:
			if !strings.ContainsRune(`\"'`, r) {
				t.Fatalf(`\%c has a meaning of its own in %s`, r, s)
			}
			word, escaped = word+string(r), false
		case r == '\\':
			escaped = true
		case quote != 0 && r == quote:
			quote = 0
		case quote == 0 && (r == '"' || r == '\''):
			quote, open = r, true
		case quote == 0 && r == ' ':
			if open {
				words = append(words, word)
			}
			word, open = "", false
		default:
			word, open = word+string(r), true
		}
	}
	if quote != 0 || escaped {
		t.Fatalf("something is not closed in %s", s)
	}
	if open {
		words = append(words, word)
	}
	for i, w := range words {
		if strings.Contains(strings.ReplaceAll(w, "%%", ""), "%") {
			t.Fatalf("a specifier in %s", w)
		}
		words[i] = strings.ReplaceAll(w, "%%", "%")
	}
	return words
}

func TestSystemdUnit(t *testing.T) {
	for _, path := range odd() {
		data := path + "-data"
		content, err := SystemdUnit(program(path, data))
		if err != nil {
			t.Fatal(err)
		}
		exec := valueOf(t, content, "ExecStart")
		// The colon turns off variables, and systemd takes no quote or backslash in the program's own name.
		words := systemdWords(t, strings.TrimPrefix(exec, ":"))
		if exec[0] != ':' || strings.ContainsAny(words[0], `"'\`) || words[0][0] != '/' {
			t.Errorf("ExecStart=%s", exec)
		}
		if got, want := direct(words), []string{path, "serve", "--data", data}; !slices.Equal(got, want) {
			t.Errorf("ExecStart=%s\nis read as %q, want %q", exec, got, want)
		}
		if got := systemdWords(t, valueOf(t, content, "ReadWritePaths")); !slices.Equal(got, []string{"-" + data}) {
			t.Errorf("ReadWritePaths is read as %q, want %q", got, data)
		}
		for _, line := range []string{"Restart=on-failure", "NoNewPrivileges=yes", "ProtectHome=read-only", "WantedBy=default.target"} {
			if !strings.Contains(string(content), "\n"+line+"\n") {
				t.Errorf("no line %s", line)
			}
		}
	}
}

// desktopWords reads Exec= as the specification says: the escapes of a text, then words in double quotes, then "%%".
func desktopWords(t *testing.T, s string) (words []string) {
	t.Helper()
	if strings.Contains(strings.ReplaceAll(s, `\\`, ""), `\`) {
		t.Fatalf("a single backslash in %s", s)
	}
	s = strings.ReplaceAll(s, `\\`, `\`)
	for s != "" {
		if s[0] != '"' {
			t.Fatalf("a word without quotes: %s", s)
		}
		word, i := "", 1
		for ; s[i] != '"'; i++ {
			if strings.IndexByte("`$", s[i]) >= 0 {
				t.Fatalf("%c is not escaped in %s", s[i], s)
			}
			if s[i] == '\\' {
				i++
			}
			word += string(s[i : i+1])
		}
		words = append(words, word)
		s = strings.TrimPrefix(s[i+1:], " ")
	}
	for i, w := range words {
		if strings.Contains(strings.ReplaceAll(w, "%%", ""), "%") || i == 0 && strings.ContainsAny(w, "=%") {
			t.Fatalf("a field code or something that no program's name may hold in %q", w)
		}
		words[i] = strings.ReplaceAll(w, "%%", "%")
	}
	return words
}

func TestDesktopEntry(t *testing.T) {
	for _, path := range odd() {
		content, err := DesktopEntry(program(path, path+"-data"))
		if err != nil {
			t.Fatal(err)
		}
		exec := valueOf(t, content, "Exec")
		if got, want := direct(desktopWords(t, exec)), []string{path, "console", "--data", path + "-data"}; !slices.Equal(got, want) {
			t.Errorf("Exec=%s\nis read as %q, want %q", exec, got, want)
		}
	}
}

func TestLaunchAgent(t *testing.T) {
	for _, path := range odd() {
		content, err := LaunchAgent(program(path, path+"-data"), path+".log")
		if err != nil {
			t.Fatal(err)
		}
		var agent struct {
			Keys    []string `xml:"dict>key"`
			Strings []string `xml:"dict>string"`
			Words   []string `xml:"dict>array>string"`
		}
		if err := xml.Unmarshal(content, &agent); err != nil {
			t.Fatalf("%v in\n%s", err, content)
		}
		if want := []string{path, "serve", "--data", path + "-data"}; !slices.Equal(agent.Words, want) {
			t.Errorf("arguments %q, want %q", agent.Words, want)
		}
		if !slices.Equal(agent.Strings, []string{"soul-jam", "Interactive", path + ".log"}) || agent.Keys[0] != "Label" {
			t.Errorf("keys %q, strings %q", agent.Keys, agent.Strings)
		}
	}
}

// cmdWords reads a line of a command file as cmd and then a C program on Windows does.
func cmdWords(t *testing.T, line string) (words []string) {
	t.Helper()
	if strings.Contains(strings.ReplaceAll(line, "%%", ""), "%") {
		t.Fatalf("a variable in %s", line)
	}
	line = strings.ReplaceAll(line, "%%", "%")
	for line != "" {
		if line[0] != '"' {
			t.Fatalf("a word without quotes: %s", line)
		}
		word, i := "", 1
		for ; ; i++ {
			slashes := len(line[i:]) - len(strings.TrimLeft(line[i:], `\`))
			i += slashes
			if line[i] == '"' {
				if slashes%2 == 1 {
					t.Fatalf("the last quote is escaped in %s", line)
				}
				word += strings.Repeat(`\`, slashes/2)
				break
			}
			word += strings.Repeat(`\`, slashes) + line[i:i+1]
		}
		words = append(words, word)
		line = strings.TrimPrefix(line[i+1:], " ")
	}
	return words
}

func TestWindowsScripts(t *testing.T) {
	for _, path := range []string{
		`C:\Program Files\Soul Jam\hostd.exe`, `C:\100%\%PATH%\hostd.exe`, `C:\a&b^c|d!\hostd.exe`, `C:\it's $x\hostd.exe`, `C:\Küche\hostd.exe`, `D:\`, `\\server\share\\`,
	} {
		p := program(path, `C:\data\`)
		for start, make := range map[string]func(Program) ([]byte, error){`start "Soul Jam" /min `: StartupScript, "": MenuScript} {
			content, err := make(p)
			if err != nil {
				t.Fatal(err)
			}
			lines := strings.Split(string(content), "\r\n")
			if len(lines) != 5 || strings.Contains(strings.Join(lines, ""), "\n") || lines[0] != "@echo off" {
				t.Fatalf("lines %q", lines)
			}
			want := append([]string{path}, p.Console...)
			if start != "" {
				want = append([]string{path}, p.Serve...)
			}
			if got := cmdWords(t, strings.TrimPrefix(lines[3], start)); !slices.Equal(got, want) {
				t.Errorf("%s\nis read as %q, want %q", lines[3], got, want)
			}
		}
	}
	if _, err := MenuScript(program(`C:\"`, "")); err == nil || !strings.Contains(err.Error(), "quote") {
		t.Errorf("a quote: %v", err)
	}
}

func TestPathsThatNoFormatCanHold(t *testing.T) {
	agent := func(p Program) ([]byte, error) { return LaunchAgent(p, p.Data) }
	for _, bad := range []string{"/a\nExecStart=/bin/rm", "/a\x00", "/a\rb", "/a\x1b[2J", "/a\xff", "/a\u0085b"} {
		if utf8.ValidString(bad) == strings.Contains(bad, "\xff") {
			t.Fatal("not the text that was meant")
		}
		for _, make := range []func(Program) ([]byte, error){SystemdUnit, DesktopEntry, JoinEntry, agent, JoinScript, StartupScript, MenuScript, JoinRegistry} {
			for _, p := range []Program{program(bad, "/data"), program("/hostd", bad)} {
				if content, err := make(p); err == nil {
					t.Errorf("%q is written:\n%s", bad, content)
				}
			}
		}
	}
}
