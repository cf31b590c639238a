package main

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"soul-jam/hostd/install"
)

// desk is a user's home, with the XDG places wherever the test says.
type desk struct {
	home string
	env  map[string]string
}

func newDesk(t *testing.T, env map[string]string) desk {
	t.Helper()
	home := filepath.Join(t.TempDir(), "ho me")
	if err := os.Mkdir(home, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("HOME", home)
	t.Setenv("USERPROFILE", home)
	return desk{home, env}
}

// run runs a command and wants a status; it gives what was said, to both outputs.
func (d desk) run(t *testing.T, status int, args ...string) string {
	t.Helper()
	var said bytes.Buffer
	got := run(t.Context(), args, program{getenv: func(name string) string { return d.env[name] }, out: &said, err: &said})
	if got != status {
		t.Errorf("hostd %q ends with %d, want %d: %s", args, got, status, said.String())
	}
	return said.String()
}

// files are all paths below the home.
func (d desk) files(t *testing.T) (paths []string) {
	t.Helper()
	err := filepath.WalkDir(d.home, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			rel, _ := filepath.Rel(d.home, path)
			paths = append(paths, filepath.ToSlash(rel))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

func TestInstallAndUninstallOnLinux(t *testing.T) {
	d := newDesk(t, nil)
	printed := d.run(t, 0, "install", "--print")
	if left, err := os.ReadDir(d.home); err != nil || len(left) != 0 {
		t.Fatalf("--print wrote %v, %v", left, err)
	}
	said := d.run(t, 0, "install")
	if !strings.Contains(said, "nothing has been started") || !strings.Contains(said, "systemctl --user enable --now soul-jam.service") {
		t.Errorf("it said %s", said)
	}
	want := []string{
		".config/mimeapps.list", ".config/systemd/user/soul-jam.service",
		".local/share/applications/soul-jam-join.desktop", ".local/share/applications/soul-jam.desktop", ".local/share/soul-jam/installed.json",
	}
	if got := d.files(t); !slices.Equal(got, want) {
		t.Fatalf("installed %q", got)
	}
	self, _ := os.Executable()
	for _, path := range want[1:4] {
		content, err := os.ReadFile(filepath.Join(d.home, path))
		if err != nil || !strings.Contains(printed, filepath.Join(d.home, path)+"\n"+string(content)) || !strings.Contains(string(content), self) {
			t.Errorf("%s: %v, not as printed, or not with this program's path:\n%s", path, err, content)
		}
	}
	d.run(t, 0, "install")
	if got := d.files(t); !slices.Equal(got, want) {
		t.Errorf("installed twice: %q", got)
	}
	line := "[Default Applications]\nx-scheme-handler/soul-jam=soul-jam-join.desktop\n"
	list := filepath.Join(d.home, want[0])
	if content, err := os.ReadFile(list); err != nil || string(content) != line || !strings.Contains(printed, list+"\n"+line) {
		t.Errorf("%q, %v, or not as printed", content, err)
	}
	said = d.run(t, 0, "install") + d.run(t, 0, "uninstall")
	for _, word := range []string{
		"added x-scheme-handler/soul-jam=soul-jam-join.desktop to " + list, "took our line out of " + list,
		"removed " + filepath.Join(d.home, want[1]), "removed " + filepath.Join(d.home, want[2]), "systemctl --user disable",
	} {
		if !strings.Contains(said, word) {
			t.Errorf("install and uninstall do not say %s, but %s", word, said)
		}
	}
	if left, err := os.ReadDir(d.home); err != nil || len(left) != 0 {
		t.Errorf("left over: %v, %v", left, err)
	}
	if said := d.run(t, 0, "uninstall"); !strings.Contains(said, "nothing was installed") {
		t.Errorf("again it said %s", said)
	}
}

func TestInstallKeepsWhatTheUserWrote(t *testing.T) {
	d := newDesk(t, nil)
	unit := filepath.Join(d.home, ".config", "systemd", "user", "soul-jam.service")
	if err := os.MkdirAll(filepath.Dir(unit), 0o700); err != nil {
		t.Fatal(err)
	}
	mine := []byte("[Service]\nExecStart=/bin/true\n")
	if err := os.WriteFile(unit, mine, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"install"}, {"install", "--music", d.home}} {
		if said := d.run(t, 1, args...); !strings.Contains(said, unit) || !strings.Contains(said, "--force") {
			t.Errorf("it said %s", said)
		}
		if got := d.files(t); len(got) != 1 {
			t.Fatalf("written: %q", got)
		}
	}
	d.run(t, 0, "install", "--force")
	if err := os.WriteFile(unit, mine, 0o600); err != nil { // changed anew, after we wrote it
		t.Fatal(err)
	}
	if said := d.run(t, 1, "uninstall"); !strings.Contains(said, "left, since it has been changed: "+unit) {
		t.Errorf("it said %s", said)
	}
	if content, err := os.ReadFile(unit); err != nil || !bytes.Equal(content, mine) {
		t.Errorf("it is %q, %v", content, err)
	}
	d.run(t, 0, "uninstall", "--force")
	if got := d.files(t); len(got) != 0 {
		t.Errorf("left over: %q", got)
	}
	if _, err := os.Stat(filepath.Dir(unit)); err != nil {
		t.Errorf("a directory that was there is gone: %v", err)
	}
}

// TestLinksAreTheUsersChoice: in a list that others write, too, one line comes and goes, and only where none is.
func TestLinksAreTheUsersChoice(t *testing.T) {
	d := newDesk(t, nil)
	list := filepath.Join(d.home, ".config", "mimeapps.list")
	if err := os.MkdirAll(filepath.Dir(list), 0o700); err != nil {
		t.Fatal(err)
	}
	for before, said := range map[string]string{
		"[Default Applications]\ntext/html=lynx.desktop;":                  "added x-scheme-handler/soul-jam",
		"[Default Applications]\nx-scheme-handler/soul-jam=mine.desktop\n": "left as it is, since x-scheme-handler/soul-jam is in it already: " + list,
	} {
		if err := os.WriteFile(list, []byte(before), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := d.run(t, 0, "install"); !strings.Contains(got, said) {
			t.Errorf("it said %s", got)
		}
		d.run(t, 0, "uninstall")
		if got := d.files(t); !slices.Equal(got, []string{".config/mimeapps.list"}) {
			t.Errorf("left over: %q", got)
		}
		if content, err := os.ReadFile(list); err != nil || string(content) != before {
			t.Errorf("%q became %q, %v", before, content, err)
		}
	}
	if err := os.Remove(list); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(list, 0o700); err != nil {
		t.Fatal(err)
	}
	if got := d.run(t, 1, "install"); !strings.Contains(got, "when you add x-scheme-handler/soul-jam=soul-jam-join.desktop") {
		t.Errorf("of a list that is none it said %s", got)
	}
}

func TestInstallHonoursTheXDGPlacesAndFlags(t *testing.T) {
	d := newDesk(t, map[string]string{})
	d.env["XDG_CONFIG_HOME"], d.env["XDG_DATA_HOME"] = filepath.Join(d.home, "c f"), filepath.Join(d.home, "d$t")
	data, songs := filepath.Join(d.home, "state 100%"), filepath.Join(d.home, "my songs")
	d.run(t, 0, "install", "--data", data, "--music", songs, "--music", "/mnt/more")
	want := []string{
		"c f/mimeapps.list", "c f/systemd/user/soul-jam.service",
		"d$t/applications/soul-jam-join.desktop", "d$t/applications/soul-jam.desktop", "d$t/soul-jam/installed.json",
	}
	if got := d.files(t); !slices.Equal(got, want) {
		t.Errorf("installed %q", got)
	}
	content, err := os.ReadFile(filepath.Join(d.home, want[1]))
	escaped := strings.ReplaceAll(data, "%", "%%")
	line := `"serve" "--data" "` + escaped + `" "--music" "` + songs + `" "--music" "/mnt/more"` + "\n"
	if err != nil || !strings.Contains(string(content), line) || !strings.Contains(string(content), `ReadWritePaths=-"`+escaped+`"`) {
		t.Errorf("%v, not %s in\n%s", err, line, content)
	}
	if info, err := os.Stat(data); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the data directory: %v, %v", info, err)
	}
	d.run(t, 0, "uninstall") // needs no flag
	if got := d.files(t); len(got) != 0 {
		t.Errorf("left over: %q", got)
	}
	d.env["XDG_CONFIG_HOME"], d.env["XDG_DATA_HOME"] = "relative", "." // to be ignored, says the specification
	if printed := d.run(t, 0, "install", "--print"); !strings.Contains(printed, filepath.Join(d.home, ".config", "systemd")) {
		t.Errorf("printed %s", printed)
	}
	d.run(t, 2, "install", "now")
	d.run(t, 2, "uninstall", "now")
}

func TestInstallationOnOtherSystems(t *testing.T) {
	env := map[string]string{"APPDATA": "/u/Roaming", "LOCALAPPDATA": "/u/Local"}
	support := "/u/Library/Application Support/soul-jam"
	for system, want := range map[string]struct {
		paths, words []string // each word is in the file of its number
		links, undo  string
	}{
		"darwin": {
			[]string{"/u/Library/LaunchAgents/soul-jam.plist", support + "/soul-jam-join.applescript", support + "/soul-jam-join.sh"},
			[]string{"<string>/u/Library/Logs/soul-jam.log</string>", `quoted form of ("` + support + `")`, "osacompile"},
			"sh ", "Soul Jam.app",
		},
		"windows": {
			[]string{
				"/u/Roaming/Microsoft/Windows/Start Menu/Programs/Startup/Soul Jam.cmd", "/u/Roaming/Microsoft/Windows/Start Menu/Programs/Soul Jam console.cmd",
				"/u/Local/soul-jam/soul-jam-join.reg",
			},
			[]string{
				`start "Soul Jam" /min "/bin/hostd" "serve"`, `"/bin/hostd" "console" "--data" "/u/Local/soul-jam"`,
				`@="\"/bin/hostd\" \"join\" \"--data\" \"/u/Local/soul-jam\" \"--\" \"%1\""`,
			},
			`reg import "/u/Local/soul-jam/soul-jam-join.reg"`, `reg delete HKCU\Software\Classes\soul-jam`,
		},
	} {
		p := places{home: "/u", os: system, getenv: func(name string) string { return env[name] }}
		plan, err := p.installation("/bin/hostd", "", nil)
		if err != nil {
			t.Fatal(err)
		}
		var paths []string
		for _, f := range plan.files {
			paths = append(paths, filepath.ToSlash(f.Path))
		}
		if !slices.Equal(paths, want.paths) || plan.enable == "" || p.disable() == "" {
			t.Errorf("%s: %q, %q", system, paths, plan.enable)
		}
		if !strings.HasPrefix(plan.links, want.links) || !strings.Contains(p.forget(), want.undo) {
			t.Errorf("%s: links are let open by %s, no more by %s", system, plan.links, p.forget())
		}
		for i, word := range want.words {
			if !strings.Contains(plan.files[i].Text(), word) {
				t.Errorf("%s: no %s in what is written", system, word)
			}
		}
	}
	homeless := places{os: "linux", getenv: func(string) string { return "" }}
	if _, err := homeless.installation("/bin/hostd", "/data", nil); err == nil {
		t.Error("without a home it is installed somewhere")
	}
}

// TestNothingSecretIsInstalled: the host's token is nowhere in what install writes.
func TestNothingSecretIsInstalled(t *testing.T) {
	d := newDesk(t, nil)
	data := filepath.Join(d.home, ".local", "share", "soul-jam")
	if err := os.MkdirAll(data, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(data, "host.token"), []byte("the-hosts-secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	d.run(t, 0, "install")
	for _, path := range d.files(t) {
		content, err := os.ReadFile(filepath.Join(d.home, path))
		if err != nil || bytes.Contains(content, []byte("the-hosts-secret")) && !strings.HasSuffix(path, "host.token") {
			t.Errorf("%s: %v: %s", path, err, content)
		}
	}
	plan, err := places{home: d.home, os: "linux", getenv: func(string) string { return "" }}.installation("/x", "", nil)
	if err != nil || len(plan.files) != 3 || slices.ContainsFunc(plan.files, func(f install.File) bool { return bytes.Contains(f.Content, []byte("print-console")) }) {
		t.Errorf("%v, %v", plan, err)
	}
}
