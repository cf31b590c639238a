package main

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"soul-jam/hostd/config"
	"soul-jam/hostd/subsonic/subsonictest"
	"soul-jam/hostd/terminal/tmuxtest"
)

const sesame = "open sesame, please"

// typing runs a command in this process, with something on standard input that is no terminal.
func typing(t *testing.T, text string, args ...string) asked {
	t.Helper()
	var out, errs bytes.Buffer
	status := run(t.Context(), args, program{getenv: env{}.get, in: strings.NewReader(text), out: &out, err: &errs})
	a := asked{status, out.String(), errs.String()}
	if strings.Contains(a.out+a.err, sesame) || strings.Contains(a.out+a.err, "the-key") {
		t.Errorf("it shows a secret: %q and %q", a.out, a.err)
	}
	return a
}

func TestMusicServersAreAddedAndRemoved(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	server := subsonictest.New(t, subsonictest.Config{User: "alex", Password: sesame, Key: "the-key"})
	typing(t, "", "music", "--data", data).want(t, 0, "no music server", "hostd music add")
	typing(t, sesame+"\r\nmore", "music", "add", server.URL+"/", "--user", "alex", "--data", data).want(t, 0, "added alex at 127.0.0.1", "a fake 1.0", "next start of `hostd serve`")
	typing(t, "the-key", "music", "add", server.URL, "--with-key", "--data", data).want(t, 0, "added 127.0.0.1")
	typing(t, "", "music", "--data", data).want(t, 0, "SERVER", server.URL, "alex  password", "-     API key")
	c, err := config.Load(data)
	if err != nil || len(c.Servers) != 2 || c.Servers[0].Password.Reveal() != sesame || c.Servers[1].APIKey.Reveal() != "the-key" {
		t.Errorf("the file holds %+v, %v", c, err)
	}
	typing(t, "", "music", "remove", server.URL, "--user", "alex", "--data", data).want(t, 0, "removed", "next start")
	typing(t, "", "music", "remove", server.URL, "--data", data).want(t, 0, "removed")
	typing(t, "", "music", "remove", server.URL, "--data", data).want(t, 1, "no such music server")
	for _, r := range server.Asked("") {
		if r.Name != "ping" && r.Name != "getOpenSubsonicExtensions" {
			t.Errorf("the server was asked for %s", r.Name)
		}
	}
}

func TestMusicServersThatAreNotAdded(t *testing.T) {
	server := subsonictest.New(t, subsonictest.Config{User: "alex", Password: sesame})
	selfSigned := subsonictest.New(t, subsonictest.Config{User: "alex", Password: sesame}, true)
	data := t.TempDir()
	for name, c := range map[string]struct {
		typed, args string
		status      int
		text        string
	}{
		"wrong password":  {"sesame", "add " + server.URL + " --user alex", 1, "does not know this user"},
		"empty password":  {"\n", "add " + server.URL + " --user alex", 1, "is empty"},
		"nothing typed":   {"", "add " + server.URL + " --user alex", 1, "is empty"},
		"no end":          {strings.Repeat("x", 3000), "add " + server.URL + " --user alex", 1, "longer than"},
		"no user":         {sesame, "add " + server.URL, 1, "--user NAME"},
		"self-signed":     {sesame, "add " + selfSigned.URL + " --user alex", 1, "self-signed"},
		"no address":      {sesame, "add music.example --user alex", 1, "https://"},
		"secret in there": {sesame, "add http://alex:" + strings.ReplaceAll(sesame, " ", "") + "@music.example --user alex", 1, "leave them out"},
		"other words":     {"", "subtract " + server.URL, 2, "hostd music remove URL"},
		"no word":         {"", "add", 2, "hostd music add URL"},
	} {
		t.Run(name, func(t *testing.T) {
			typing(t, c.typed, append([]string{"music", "--data", data}, strings.Fields(c.args)...)...).want(t, c.status, c.text)
			if _, err := os.Stat(filepath.Join(data, config.File)); err == nil {
				t.Error("something was written")
			}
		})
	}
	if runtime.GOOS != "windows" {
		if err := os.WriteFile(filepath.Join(data, config.File), []byte(`{"servers":[]}`), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(filepath.Join(data, config.File), 0o644); err != nil {
			t.Fatal(err)
		}
		typing(t, sesame, "music", "add", server.URL, "--user", "alex", "--data", data).want(t, 1, "others on this machine can read it")
	}
}

// At a real terminal the password is not shown, and an interrupted question leaves the terminal as it was.
func TestPasswordIsNotShown(t *testing.T) {
	me, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	server := subsonictest.New(t, subsonictest.Config{User: "alex", Password: sesame})
	add := []string{me, "music", "add", server.URL, "--user", "alex", "--data", filepath.Join(t.TempDir(), "data")}
	environment := []string{asProgram + "=1", "GORACE=atexit_sleep_ms=0", "HOME=" + t.TempDir()}
	term := tmuxtest.Start(t, tmuxtest.Size{Columns: 120, Rows: 24}, add, environment)
	term.Until("password of alex at")
	term.Type(sesame)
	term.Keys("Enter")
	if screen := term.Until("added alex at"); strings.Contains(screen, "sesame") {
		t.Errorf("the password is on the screen:\n%s", screen)
	}
	echo := append([]string{"/bin/sh", "-c", `set -m; "$@"; stty -a`, "sh"}, add...)
	term = tmuxtest.Start(t, tmuxtest.Size{Columns: 120, Rows: 24}, echo, environment)
	term.Until("password of alex at")
	term.Keys("C-c")
	if screen := term.Until("echoe"); !strings.Contains(screen, " echo ") || !strings.Contains(screen, "interrupted") {
		t.Errorf("after an interruption:\n%s", screen)
	}
}
