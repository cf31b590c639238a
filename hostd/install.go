package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"soul-jam/hostd/install"
	"soul-jam/shared/setting"
)

// installFlags is every flag of `hostd install`.
type installFlags struct {
	set          *flag.FlagSet
	data         string
	music        setting.List
	print, force bool
}

func newInstallFlags(p program) *installFlags {
	f := &installFlags{set: flag.NewFlagSet("hostd install", flag.ContinueOnError), music: setting.Paths()}
	f.set.SetOutput(p.err)
	f.set.StringVar(&f.data, "data", "", "`DIR` of the host's state; default is the user's data directory")
	f.set.Var(&f.music, "music", "music folder `DIR`, repeatable; default is the user's music directory")
	f.set.BoolVar(&f.print, "print", false, "only show what would be written, and where (`BOOL`)")
	f.set.BoolVar(&f.force, "force", false, "overwrite files that somebody else has written or changed (`BOOL`)")
	return f
}

// installation is what is to be written, and what the user may do then.
type installation struct {
	files       []install.File
	lines       []install.Line
	directories []string
	enable      string
	links       string // what lets links open in a terminal, where files alone cannot; "" = nothing else is needed
}

func installCommand(_ context.Context, p program, args []string) error {
	f := newInstallFlags(p)
	if err := parseFlagsOnly(f.set, args, p); err != nil {
		return err
	}
	binary, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program: %w", err)
	}
	places := placesOf(p)
	plan, err := places.installation(binary, f.data, f.music.Values)
	if err != nil {
		return err
	}
	if f.print {
		plan.show(p.out)
		return nil
	}
	ledger, err := places.ledger()
	if err != nil {
		return err
	}
	if foreign := ledger.Foreign(plan.files); len(foreign) > 0 && !f.force {
		return fmt.Errorf("somebody else has written or changed %s: nothing is written; --force overwrites", strings.Join(foreign, ", "))
	}
	if err := ledger.Write(plan.files, plan.directories); err != nil {
		return err
	}
	for _, file := range plan.files {
		fmt.Fprintln(p.out, "installed", file.Path)
	}
	for _, line := range plan.lines {
		switch ours, err := ledger.Add(line); {
		case err != nil:
			return fmt.Errorf("%s: links are opened by it when you add %s=%s: %w", line.Path, line.Key, line.Value, err)
		case ours:
			fmt.Fprintf(p.out, "added %s=%s to %s\n", line.Key, line.Value, line.Path)
		default:
			fmt.Fprintf(p.out, "left as it is, since %s is in it already: %s\n", line.Key, line.Path)
		}
	}
	if !places.hasServiceManager() {
		fmt.Fprintln(p.err, "note: systemd does not run here; where it does, the next command works")
	}
	fmt.Fprintf(p.out, "nothing has been started; to start it now and with every session: %s\n", plan.enable)
	plan.sayLinks(p.out)
	return nil
}

// show prints all that would be written.
func (i installation) show(out io.Writer) {
	for _, file := range i.files {
		fmt.Fprintf(out, "---- %s\n%s\n", file.Path, file.Text())
	}
	for _, line := range i.lines {
		fmt.Fprintf(out, "---- one more line in %s\n%s\n%s=%s\n\n", line.Path, line.Group, line.Key, line.Value)
	}
	fmt.Fprintf(out, "then, to start it now and with every session: %s\n", i.enable)
	i.sayLinks(out)
}

func (i installation) sayLinks(out io.Writer) {
	if i.links != "" {
		fmt.Fprintf(out, "to let links to a jam open in a terminal: %s\n", i.links)
	}
}

func uninstallCommand(_ context.Context, p program, args []string) error {
	set := flag.NewFlagSet("hostd uninstall", flag.ContinueOnError)
	set.SetOutput(p.err)
	force := set.Bool("force", false, "remove files that have been changed since, too (`BOOL`)")
	if err := parseFlagsOnly(set, args, p); err != nil {
		return err
	}
	places := placesOf(p)
	ledger, err := places.ledger()
	if err != nil {
		return err
	}
	edited, err := ledger.TakeOut()
	if err != nil {
		return err
	}
	for _, path := range edited {
		fmt.Fprintln(p.out, "took our line out of", path)
	}
	removed, left, err := ledger.Remove(*force)
	for _, path := range removed {
		fmt.Fprintln(p.out, "removed", path)
	}
	for _, path := range left {
		fmt.Fprintln(p.err, "left, since it has been changed:", path)
	}
	switch {
	case err != nil:
		return err
	case len(left) > 0:
		return errors.New("some files are left: --force removes them too")
	case len(removed) == 0:
		fmt.Fprintln(p.out, "nothing was installed")
	default:
		fmt.Fprintf(p.out, "if it has been started or enabled: %s\n", places.disable())
		if undo := places.forget(); undo != "" {
			fmt.Fprintf(p.out, "if links to a jam were let open in a terminal: %s\n", undo)
		}
	}
	return nil
}

// parseFlagsOnly is for commands that take no words.
func parseFlagsOnly(set *flag.FlagSet, args []string, p program) error {
	parsed, err := setting.Parse(set, args, p.getenv)
	if err != nil {
		return usageError(err)
	}
	if len(parsed.Words) > 0 {
		fmt.Fprintf(p.err, "%s: what is %q for?\n", set.Name(), parsed.Words[0])
		return errUsage
	}
	return nil
}

// ledger is what install has written for this user, wherever the jam's own data lies.
func (p places) ledger() (*install.Ledger, error) {
	data, err := p.data("")
	if err != nil {
		return nil, err
	}
	return install.OpenLedger(filepath.Join(data, "installed.json"))
}
