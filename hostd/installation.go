package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"soul-jam/hostd/install"
)

// unit is what service managers call the daemon.
const unit = "soul-jam"

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
	}
	for _, dir := range music {
		full, err := filepath.Abs(dir)
		if err != nil {
			return installation{}, fmt.Errorf("find the music folder %s: %w", dir, err)
		}
		program.Serve = append(program.Serve, "--music", full)
	}
	plan := installation{directories: []string{data}}
	add := func(path string, content []byte, err error) error {
		plan.files = append(plan.files, install.File{Path: path, Content: content})
		return err
	}
	switch p.os {
	case "darwin":
		logs := filepath.Join(p.home, "Library", "Logs")
		agent := filepath.Join(p.home, "Library", "LaunchAgents", unit+".plist")
		content, failed := install.LaunchAgent(program, filepath.Join(logs, unit+".log"))
		err = add(agent, content, failed)
		plan.directories = append(plan.directories, logs)
		plan.enable = `launchctl bootstrap gui/$(id -u) "$HOME/Library/LaunchAgents/` + unit + `.plist"`
	case "windows":
		menu := filepath.Join(p.roaming(), "Microsoft", "Windows", "Start Menu", "Programs")
		startup := filepath.Join(menu, "Startup", "Soul Jam.cmd")
		content, failed := install.StartupScript(program)
		err = add(startup, content, failed)
		content, failed = install.MenuScript(program)
		err = errors.Join(err, add(filepath.Join(menu, "Soul Jam console.cmd"), content, failed))
		plan.enable = `"` + startup + `"`
	default:
		content, failed := install.SystemdUnit(program)
		err = add(filepath.Join(p.config(), "systemd", "user", unit+".service"), content, failed)
		content, failed = install.DesktopEntry(program)
		err = errors.Join(err, add(filepath.Join(p.dataHome(), "applications", unit+".desktop"), content, failed))
		plan.enable = "systemctl --user enable --now " + unit + ".service"
	}
	return plan, err
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

// roaming is the folder of programs' settings on Windows, with the start menu in it.
func (p places) roaming() string {
	if dir := p.getenv("APPDATA"); dir != "" {
		return dir
	}
	return filepath.Join(p.home, "AppData", "Roaming")
}
