package main

import (
	"context"
	"flag"
	"fmt"
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"

	"soul-jam/hostd/server"
)

// console prints the console's address with the host's token in its fragment, and
// opens it where there is a desktop.
func console(ctx context.Context, p program, args []string) error {
	var open bool
	d, _, err := find(p, "console", args, func(set *flag.FlagSet) {
		set.BoolVar(&open, "open", true, "open it in the browser too (`BOOL`)")
	})
	if err != nil {
		return err
	}
	if _, err := d.status(ctx); err != nil {
		return err
	}
	link := server.ConsoleLink(d.console, d.token.Reveal())
	fmt.Fprintln(p.out, link)
	if open && p.hasDesktop() {
		if err := openInBrowser(d.data, link); err != nil {
			fmt.Fprintln(p.err, "note: open that address in a browser:", err)
		}
	}
	return nil
}

// hasDesktop tells whether a browser window could appear.
func (p program) hasDesktop() bool {
	return runtime.GOOS != "linux" || p.getenv("DISPLAY") != "" || p.getenv("WAYLAND_DISPLAY") != ""
}

// openInBrowser opens a page of the user's own that leads to the console: the
// arguments of a program are for everyone on the machine to see, so the token is
// not put into them.
func openInBrowser(data, link string) error {
	page := filepath.Join(data, "open-console.html")
	content := fmt.Sprintf("<!doctype html><meta http-equiv=\"refresh\" content=\"0; url=%s\">", html.EscapeString(link))
	if err := os.WriteFile(page, []byte(content), 0o600); err != nil {
		return err
	}
	name, args := "xdg-open", []string{page}
	switch runtime.GOOS {
	case "darwin":
		name = "open"
	case "windows":
		name, args = "rundll32", []string{"url.dll,FileProtocolHandler", page}
	}
	return exec.Command(name, args...).Start()
}
