package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// env is an environment made for a test.
type env map[string]string

func (e env) get(name string) string { return e[name] }

func TestDataDirectory(t *testing.T) {
	for _, c := range []struct {
		os, home, asked string
		env             env
		want            string // "" = an error
	}{
		{os: "linux", home: "/home/a", want: "/home/a/.local/share/soul-jam"},
		{os: "linux", home: "/home/a", env: env{"XDG_DATA_HOME": "/data"}, want: "/data/soul-jam"},
		{os: "linux", home: "/home/a", env: env{"XDG_DATA_HOME": "relative"}, want: "/home/a/.local/share/soul-jam"}, // the XDG rule: to be ignored
		{os: "linux", env: env{"XDG_DATA_HOME": "/data"}, want: "/data/soul-jam"},
		{os: "linux"},
		{os: "linux", asked: "/asked", env: env{"XDG_DATA_HOME": "/data"}, want: "/asked"},
		{os: "darwin", home: "/Users/a", env: env{"XDG_DATA_HOME": "/data"}, want: "/Users/a/Library/Application Support/soul-jam"},
		{os: "windows", home: "/Users/a", want: "/Users/a/AppData/Local/soul-jam"},
		{os: "windows", env: env{"LOCALAPPDATA": "/local"}, want: "/local/soul-jam"},
	} {
		got, err := places{home: c.home, os: c.os, getenv: c.env.get}.data(c.asked)
		if got != c.want || (err != nil) != (c.want == "") {
			t.Errorf("%+v: %q, %v", c, got, err)
		}
		if err != nil && !strings.Contains(err.Error(), "--data") {
			t.Errorf("the error does not name the remedy: %v", err)
		}
	}
	if got, err := (places{getenv: env{}.get}).data("jam"); err != nil || !filepath.IsAbs(got) {
		t.Errorf("a relative --data is %q (%v), want it absolute", got, err)
	}
}

func TestMusicDirectory(t *testing.T) {
	home := t.TempDir()
	music := filepath.Join(home, "Music")
	for what, c := range map[string]struct {
		file string // user-dirs.dirs; "-" = none
		want string
	}{
		"no file":                          {"-", music},
		"no such line":                     {"XDG_DESKTOP_DIR=\"$HOME/Desktop\"\n", music},
		"in the user's language":           {"# XDG_MUSIC_DIR=\"$HOME/No\"\nXDG_DESKTOP_DIR=\"$HOME/D\"\nXDG_MUSIC_DIR=\"$HOME/Musik und Töne\"\n", filepath.Join(home, "Musik und Töne")},
		"elsewhere":                        {`XDG_MUSIC_DIR="/srv/music"`, "/srv/music"},
		"relative: to be ignored":          {`XDG_MUSIC_DIR="music"`, music},
		"home itself: means there is none": {`XDG_MUSIC_DIR="$HOME/"`, music},
		"empty":                            {"XDG_MUSIC_DIR=\n", music},
		"a line without end":               {strings.Repeat("x", 1<<20), music},
	} {
		for _, variable := range []bool{false, true} {
			config := filepath.Join(home, ".config")
			e := env{}
			if variable {
				config = t.TempDir()
				e["XDG_CONFIG_HOME"] = config
			}
			path := filepath.Join(config, "user-dirs.dirs")
			if err := os.MkdirAll(config, 0o755); err != nil {
				t.Fatal(err)
			}
			_ = os.Remove(path)
			if c.file != "-" {
				if err := os.WriteFile(path, []byte(c.file), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			got := places{home: home, os: "linux", getenv: e.get}.music()
			if !slices.Equal(got, []string{c.want}) {
				t.Errorf("%s (XDG_CONFIG_HOME %v): %v, want %s", what, variable, got, c.want)
			}
		}
	}
	if got := (places{os: "linux", getenv: env{}.get}).music(); got != nil {
		t.Errorf("without a home: %v", got)
	}
}

func TestUserHasAName(t *testing.T) {
	if userName() == "" {
		t.Error("the host has no name")
	}
}
