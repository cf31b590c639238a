package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"soul-jam/hostd/install"
)

// unit is what service managers call the daemon, and joiner what opens links to a jam is called.
const (
	unit   = "soul-jam"
	joiner = "soul-jam-join"
)

// installation says what install writes for a binary on this operating system. The directories are named in
// full, since the session that starts it may have another environment than this terminal.
func (p places) installation(binary, data string, music []string) (installation, error) {
	if p.home == "" {
		return installation{}, errors.New("there is no home directory to install into")
	}
	data, err := p.data(data)
	if err != nil {
		return installation{}, err
	}
	program := install.Program{
		Path: binary, Data: data, Serve: []string{"serve", "--data", data}, Console: []string{"console", "--data", data},
		Join: []string{"join", "--data", data, "--"},
	}
	for _, dir := range music {
		full, err := filepath.Abs(dir)
		if err != nil {
			return installation{}, fmt.Errorf("find the music folder %s: %w", dir, err)
		}
		program.Serve = append(program.Serve, "--music", full)
	}
	plan := installation{directories: []string{data}}
	switch p.os {
	case "darwin":
		err = p.onMac(&plan, program)
	case "windows":
		err = p.onWindows(&plan, program)
	default:
		err = p.onLinux(&plan, program)
	}
	return plan, err
}

// add takes what made a file, with its error.
func (i *installation) add(path string, content []byte, err error) error {
	i.files = append(i.files, install.File{Path: path, Content: content})
	return err
}

func (p places) onLinux(plan *installation, program install.Program) error {
	applications := filepath.Join(p.dataHome(), "applications")
	content, err := install.SystemdUnit(program)
	err = plan.add(filepath.Join(p.config(), "systemd", "user", unit+".service"), content, err)
	content, failed := install.DesktopEntry(program)
	err = errors.Join(err, plan.add(filepath.Join(applications, unit+".desktop"), content, failed))
	content, failed = install.JoinEntry(program)
	err = errors.Join(err, plan.add(filepath.Join(applications, joiner+".desktop"), content, failed))
	plan.lines = []install.Line{install.JoinLine(filepath.Join(p.config(), "mimeapps.list"), joiner+".desktop")}
	plan.enable = "systemctl --user enable --now " + unit + ".service"
	return err
}

func (p places) onMac(plan *installation, program install.Program) error {
	logs := filepath.Join(p.home, "Library", "Logs")
	content, err := install.LaunchAgent(program, filepath.Join(logs, unit+".log"))
	err = plan.add(filepath.Join(p.home, "Library", "LaunchAgents", unit+".plist"), content, err)
	content, failed := install.JoinScript(program)
	err = errors.Join(err, plan.add(filepath.Join(p.support(), joiner+".applescript"), content, failed))
	content, failed = install.JoinBuild()
	err = errors.Join(err, plan.add(filepath.Join(p.support(), joiner+".sh"), content, failed))
	plan.directories = append(plan.directories, logs)
	plan.enable = `launchctl bootstrap gui/$(id -u) "$HOME/Library/LaunchAgents/` + unit + `.plist"`
	plan.links = `sh "$HOME/Library/Application Support/soul-jam/` + joiner + `.sh"`
	return err
}

func (p places) onWindows(plan *installation, program install.Program) error {
	menu := filepath.Join(p.roaming(), "Microsoft", "Windows", "Start Menu", "Programs")
	startup := filepath.Join(menu, "Startup", "Soul Jam.cmd")
	content, err := install.StartupScript(program)
	err = plan.add(startup, content, err)
	content, failed := install.MenuScript(program)
	err = errors.Join(err, plan.add(filepath.Join(menu, "Soul Jam console.cmd"), content, failed))
	registry := filepath.Join(program.Data, joiner+".reg")
	content, failed = install.JoinRegistry(program)
	err = errors.Join(err, plan.add(registry, content, failed))
	plan.enable = `"` + startup + `"`
	plan.links = `reg import "` + registry + `"`
	return err
}

// disable undoes what enable of an installation did.
func (p places) disable() string {
	switch p.os {
	case "darwin":
		return "launchctl bootout gui/$(id -u)/" + unit
	case "windows":
		return "end it with Ctrl+C in its window"
	}
	return "systemctl --user disable --now " + unit + ".service"
}

// forget undoes what links of an installation did; "" where uninstall does that by itself.
func (p places) forget() string {
	switch p.os {
	case "darwin":
		return `rm -r "$HOME/Applications/Soul Jam.app"`
	case "windows":
		return `reg delete HKCU\Software\Classes\` + install.Scheme + ` /f`
	}
	return ""
}

// hasServiceManager tells whether what enable says can work now, as sd_booted(3) looks for it.
func (p places) hasServiceManager() bool {
	if p.os != "linux" {
		return true
	}
	_, err := os.Stat("/run/systemd/system")
	return err == nil
}

// config is where the user's configuration lies on Linux.
func (p places) config() string { return p.xdg("XDG_CONFIG_HOME", ".config") }

// dataHome is where all programs' data of the user lie on Linux.
func (p places) dataHome() string { return p.xdg("XDG_DATA_HOME", filepath.Join(".local", "share")) }

// xdg is a place of the XDG base directory specification, which ignores relative paths.
func (p places) xdg(variable, below string) string {
	if dir := p.getenv(variable); filepath.IsAbs(dir) {
		return dir
	}
	return filepath.Join(p.home, below)
}

// support is where programs' data of the user lie on a Mac.
func (p places) support() string {
	return filepath.Join(p.home, "Library", "Application Support", "soul-jam")
}

// roaming is the folder of programs' settings on Windows, with the start menu in it.
func (p places) roaming() string {
	if dir := p.getenv("APPDATA"); dir != "" {
		return dir
	}
	return filepath.Join(p.home, "AppData", "Roaming")
}
