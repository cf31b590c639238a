package main

import (
	"bufio"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"runtime"
	"strings"
)

// places finds the user's folders: the XDG ones on Linux, their equals elsewhere.
type places struct {
	home, os string
	getenv   func(string) string
}

func placesOf(p program) places {
	home, _ := os.UserHomeDir() // without one, the folders must be named by flags
	return places{home: home, os: runtime.GOOS, getenv: p.getenv}
}

// data is the data directory: the one that was asked for, or the user's.
func (p places) data(asked string) (string, error) {
	if asked != "" {
		return filepath.Abs(asked)
	}
	// A relative one is to be ignored, says the XDG base directory specification.
	if dir := p.getenv("XDG_DATA_HOME"); filepath.IsAbs(dir) && p.os == "linux" {
		return filepath.Join(dir, "soul-jam"), nil
	}
	if dir := p.getenv("LOCALAPPDATA"); dir != "" && p.os == "windows" {
		return filepath.Join(dir, "soul-jam"), nil
	}
	switch {
	case p.home == "":
		return "", fmt.Errorf("there is no home directory: name a data directory with --data")
	case p.os == "darwin":
		return p.support(), nil
	case p.os == "windows":
		return filepath.Join(p.home, "AppData", "Local", "soul-jam"), nil
	}
	return filepath.Join(p.home, ".local", "share", "soul-jam"), nil
}

// music is the user's music directory; none without a home.
func (p places) music() []string {
	if p.home == "" {
		return nil
	}
	if dir := p.xdgMusic(); dir != "" {
		return []string{dir}
	}
	return []string{filepath.Join(p.home, "Music")}
}

// xdgMusic reads what the desktop calls the music directory, which may be in the user's language.
func (p places) xdgMusic() string {
	config := p.getenv("XDG_CONFIG_HOME")
	if !filepath.IsAbs(config) {
		config = filepath.Join(p.home, ".config")
	}
	f, err := os.Open(filepath.Join(config, "user-dirs.dirs"))
	if err != nil {
		return ""
	}
	defer func() { _ = f.Close() }()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if value, ok := strings.CutPrefix(strings.TrimSpace(lines.Text()), "XDG_MUSIC_DIR="); ok {
			dir := strings.ReplaceAll(strings.Trim(value, `"`), "$HOME", p.home)
			if filepath.IsAbs(dir) && filepath.Clean(dir) != filepath.Clean(p.home) {
				return dir
			}
		}
	}
	return ""
}

// userName is what the operating system calls the user.
func userName() string {
	u, err := user.Current()
	switch {
	case err != nil:
		return "Host"
	case u.Name != "":
		return u.Name
	}
	return u.Username
}
