package install

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func TestJoinEntry(t *testing.T) {
	for _, path := range odd() {
		content, err := JoinEntry(program(path, path+"-data"))
		if err != nil {
			t.Fatal(err)
		}
		exec, ok := strings.CutSuffix(valueOf(t, content, "Exec"), ` -- %u`) // the field code alone, after the end of flags
		if !ok {
			t.Fatalf("in\n%s", content)
		}
		var quoted []string // as they would all stand in quotes
		for _, word := range regexp.MustCompile(`"(?:\\\\.|[^"])*"|\S+`).FindAllString(exec, -1) {
			if word[0] != '"' {
				word = desktopWord(word)
			}
			quoted = append(quoted, word)
		}
		if got, want := direct(desktopWords(t, strings.Join(quoted, " "))), []string{path, "join", "--data", path + "-data"}; !slices.Equal(got, want) {
			t.Errorf("Exec=%s\nis read as %q, want %q", exec, got, want)
		}
		for key, want := range map[string]string{"Terminal": "true", "NoDisplay": "true", "MimeType": "x-scheme-handler/soul-jam;"} {
			if got := valueOf(t, content, key); got != want {
				t.Errorf("%s=%s", key, got)
			}
		}
	}
	plain, err := JoinEntry(program("/usr/bin/hostd", "/home/me/.local/share/soul-jam"))
	if want := "/usr/bin/hostd join --data /home/me/.local/share/soul-jam -- %u"; err != nil || valueOf(t, plain, "Exec") != want {
		t.Errorf("quotes, which xdg-open knows nothing of, in\n%s", plain)
	}
}

// registryText reads a value of a registry file.
func registryText(t *testing.T, value string) string {
	t.Helper()
	text := regexp.MustCompile(`^"((?:[^"\\]|\\["\\])*)"$`).FindStringSubmatch(value)
	if text == nil {
		t.Fatalf("%s is no text", value)
	}
	return regexp.MustCompile(`\\(.)`).ReplaceAllString(text[1], "$1")
}

func TestJoinRegistry(t *testing.T) {
	for _, path := range []string{`C:\Program Files\Soul Jam\hostd.exe`, `C:\a&b^c|d!\$x\hostd.exe`, `C:\Küche 🎵\hostd.exe`, `\\server\share\\`, `D:\`} {
		content, err := JoinRegistry(program(path, `C:\data\`))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.HasPrefix(content, []byte("\xff\xfeW\x00i\x00")) || !bytes.Contains(content, []byte("\r\x00\n\x00")) {
			t.Errorf("not as Windows writes such files: %q", content)
		}
		lines := strings.Split(File{Content: content}.Text(), "\n")
		if lines[0] != "Windows Registry Editor Version 5.00" || !slices.Contains(lines, `[HKEY_CURRENT_USER\Software\Classes\soul-jam]`) || !slices.Contains(lines, `"URL Protocol"=""`) {
			t.Errorf("it is %q", lines)
		}
		i := slices.Index(lines, `[HKEY_CURRENT_USER\Software\Classes\soul-jam\shell\open\command]`)
		if i < 0 {
			t.Fatalf("no command in %q", lines)
		}
		command := registryText(t, strings.TrimPrefix(lines[i+1], "@="))
		command, ok := strings.CutSuffix(command, ` "--" "%1"`)
		if got, want := cmdWords(t, command), []string{path, "join", "--data", `C:\data\`}; !ok || !slices.Equal(got, want) {
			t.Errorf("%s\nis read as %q, want %q", command, got, want)
		}
	}
	for _, path := range []string{`C:\"`, `C:\100%\hostd.exe`} {
		if content, err := JoinRegistry(program(path, "")); err == nil {
			t.Errorf("%s is written: %s", path, content)
		}
	}
}

// appleWords evaluates what the script makes a command of: texts, as the shell is to see them.
func appleWords(t *testing.T, expression string) (words []string) {
	t.Helper()
	for _, quoted := range strings.Split(expression, ` & " " & `) {
		parts, starts := strings.CutPrefix(quoted, "quoted form of (")
		parts, ends := strings.CutSuffix(parts, ")")
		if !starts || !ends {
			t.Fatalf("%s in %s", quoted, expression)
		}
		word := ""
		for i, part := range regexp.MustCompile(`"(?:[^"\\]|\\["\\])*"|character id \d+| & `).FindAllString(parts, -1) {
			parts = strings.TrimPrefix(parts, part)
			switch number, isID := strings.CutPrefix(part, "character id "); {
			case part == " & " != (i%2 == 1):
				t.Fatalf("%s in %s", part, expression)
			case isID:
				n, err := strconv.Atoi(number)
				if err != nil {
					t.Fatal(err)
				}
				word += string(rune(n))
			case part != " & ":
				word += regexp.MustCompile(`\\(.)`).ReplaceAllString(part[1:len(part)-1], "$1")
			}
		}
		if parts != "" {
			t.Fatalf("%q is no part of a text in %s", parts, expression)
		}
		words = append(words, word)
	}
	return words
}

func TestJoinScript(t *testing.T) {
	for _, path := range odd() {
		content, err := JoinScript(program(path, path+"-data"))
		if err != nil {
			t.Fatal(err)
		}
		if strings.ContainsFunc(string(content), func(r rune) bool { return r > 127 }) {
			t.Error("more than ASCII, of which nobody knows the encoding")
		}
		found := regexp.MustCompile(`(?m)^\tset theCommand to (.*) & " " & quoted form of theLink$`).FindStringSubmatch(string(content))
		if found == nil {
			t.Fatalf("no command in\n%s", content)
		}
		if got, want := appleWords(t, found[1]), []string{path, "join", "--data", path + "-data", "--"}; !slices.Equal(got, want) {
			t.Errorf("%s\nis read as %q, want %q", found[1], got, want)
		}
	}
	content, err := JoinScript(program("/hostd", "/data"))
	allowed := regexp.MustCompile(`property allowed : id of "(.*)"`).FindSubmatch(content)
	if err != nil || allowed == nil || !regexp.MustCompile(`^[\w.~:/?#&=%-]+$`).Match(allowed[1]) {
		t.Errorf("what a link may hold: %q, %v", allowed, err)
	}
}

// TestJoinBuild runs the script that makes the Mac's application, with programs that only say how they were called.
func TestJoinBuild(t *testing.T) {
	content, err := JoinBuild()
	if err != nil {
		t.Fatal(err)
	}
	home, bin := filepath.Join(t.TempDir(), "my $HOME"), t.TempDir()
	dir := filepath.Join(home, "Application Support")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	script := filepath.Join(dir, "soul-jam-join.sh")
	if err := os.WriteFile(script, content, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tool := range []string{"osacompile", "plutil", "codesign", "open"} {
		said := "#!/bin/sh\necho \"${0##*/}\" \"$#\" \"$@\"\n"
		if err := os.WriteFile(filepath.Join(bin, tool), []byte(said), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	build := exec.Command("/bin/sh", script)
	build.Env = []string{"HOME=" + home, "PATH=" + bin + ":" + os.Getenv("PATH")}
	out, err := build.CombinedOutput()
	app := home + "/Applications/Soul Jam.app"
	want := "osacompile 3 -o " + app + " " + dir + "/soul-jam-join.applescript\n" +
		"plutil 5 -replace CFBundleIdentifier -string soul-jam.join " + app + "/Contents/Info.plist\n" +
		`plutil 5 -replace CFBundleURLTypes -json [{"CFBundleURLName":"Soul Jam","CFBundleURLSchemes":["soul-jam"]}] ` + app + "/Contents/Info.plist\n" +
		"codesign 4 --force --sign - " + app + "\nopen 1 " + app + "\n"
	if err != nil || string(out) != want {
		t.Errorf("%v; it called\n%s, want\n%s", err, out, want)
	}
}
