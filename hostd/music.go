package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/charmbracelet/x/term"

	"soul-jam/hostd/config"
	"soul-jam/hostd/subsonic"
	"soul-jam/shared/identity"
	"soul-jam/shared/setting"
)

// musicFlags is every flag of `hostd music`.
type musicFlags struct {
	set        *flag.FlagSet
	data, user string
	withKey    bool
}

func newMusicFlags(p program) *musicFlags {
	f := &musicFlags{set: flag.NewFlagSet("hostd music [add URL --user NAME | remove URL]", flag.ContinueOnError)}
	f.set.SetOutput(p.err)
	f.set.StringVar(&f.data, "data", "", "`DIR` of the host's state; default is the user's data directory")
	f.set.StringVar(&f.user, "user", "", "`NAME` of the user on the music server")
	f.set.BoolVar(&f.withKey, "with-key", false, "ask for an API key of the server instead of a password (`BOOL`)")
	return f
}

// nextStart is said after each change: a running daemon has read the file already.
const nextStart = "it takes effect at the next start of `hostd serve`"

// musicCommand lists, adds or removes music servers that speak OpenSubsonic. It needs no running daemon.
func musicCommand(ctx context.Context, p program, args []string) error {
	f := newMusicFlags(p)
	parsed, err := setting.Parse(f.set, args, p.getenv)
	if err != nil {
		return usageError(err)
	}
	if f.data, err = placesOf(p).data(f.data); err != nil {
		return err
	}
	words := parsed.Words
	switch {
	case len(words) == 0:
		return f.list(p)
	case len(words) == 2 && words[0] == "add":
		return f.add(ctx, p, words[1])
	case len(words) == 2 && words[0] == "remove":
		return f.remove(p, words[1])
	}
	// Not quoted: what somebody typed here may be a password.
	fmt.Fprintln(p.err, "hostd music: it is `hostd music`, `hostd music add URL --user NAME` or `hostd music remove URL`")
	return errUsage
}

func (f *musicFlags) list(p program) error {
	c, err := config.Load(f.data)
	if err != nil {
		return err
	}
	if len(c.Servers) == 0 {
		fmt.Fprintln(p.out, "no music server; add one with `hostd music add URL --user NAME`")
		return nil
	}
	w := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "SERVER\tUSER\tOPENED BY")
	for _, s := range c.Servers {
		by, user := "password", s.User
		if !s.APIKey.IsZero() {
			by = "API key"
		}
		if user == "" {
			user = "-"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\n", s.URL, user, by)
	}
	return w.Flush()
}

// tryWithin bounds the question whether the server lets us in, answered by hand once it is started.
const tryWithin = 30 * time.Second

func (f *musicFlags) add(ctx context.Context, p program, address string) error {
	c, err := config.Load(f.data)
	if err != nil {
		return err
	}
	server := config.Server{User: f.user}
	if server.URL, err = config.ServerURL(address); err != nil {
		return err
	}
	if f.user == "" && !f.withKey {
		return errors.New("which user? Name it with --user NAME; for an API key there is --with-key")
	}
	if c, err = c.With(server); err != nil { // before somebody types a password for nothing
		return err
	}
	what := "password of " + f.user
	if f.withKey {
		what = "API key"
	}
	secret, err := askSecret(ctx, p, what+" at "+server.URL)
	if err != nil {
		return err
	}
	if f.withKey {
		server.APIKey = secret
	} else {
		server.Password = secret
	}
	client, err := subsonic.New(subsonic.Config{URL: server.URL, User: server.User, Password: server.Password, APIKey: server.APIKey})
	if err != nil {
		return err
	}
	soon, cancel := context.WithTimeout(ctx, tryWithin)
	defer cancel()
	about, err := client.Ping(soon)
	if err != nil {
		return fmt.Errorf("%w; nothing was changed", err)
	}
	if c, err = c.With(server); err != nil {
		return err
	}
	if err := config.Save(f.data, c); err != nil {
		return err
	}
	if about.Type == "" {
		about.Type = "music server"
	}
	fmt.Fprintf(p.out, "added %s, a %s; %s\n", client.Name(), strings.TrimSpace(about.Type+" "+about.Version), nextStart)
	if !client.Private() {
		fmt.Fprintln(p.err, "its address begins with http://: whoever is on the way there can listen, and use what opens it; https:// is better")
	}
	return nil
}

func (f *musicFlags) remove(p program, address string) error {
	c, err := config.Load(f.data)
	if err != nil {
		return err
	}
	url, err := config.ServerURL(address)
	if err != nil {
		return err
	}
	c, gone := c.Without(url, f.user)
	if gone == 0 {
		return fmt.Errorf("there is no such music server: `hostd music` lists them")
	}
	if err := config.Save(f.data, c); err != nil {
		return err
	}
	fmt.Fprintf(p.out, "removed %s; %s\n", url, nextStart)
	return nil
}

// maxSecret bounds what is typed, in bytes.
const maxSecret = 2048

// askSecret reads a line that is not shown, from the terminal; where there is none, from standard input.
func askSecret(ctx context.Context, p program, what string) (identity.Secret, error) {
	var read func() ([]byte, error)
	restore := func() {}
	switch in, isFile := p.in.(*os.File); {
	case p.in == nil:
		return identity.Secret{}, fmt.Errorf("nobody gives the %s", what)
	case isFile && isTerminal(p.in):
		before, err := term.GetState(in.Fd())
		if err != nil {
			return identity.Secret{}, fmt.Errorf("ask for the %s: %w", what, err)
		}
		fmt.Fprintf(p.err, "%s: ", what)
		restore = func() {
			_ = term.Restore(in.Fd(), before) // an echo that stays off would be noticed only by its lack
			fmt.Fprintln(p.err)
		}
		read = func() ([]byte, error) { return term.ReadPassword(in.Fd()) }
	default:
		read = func() ([]byte, error) { return firstLine(p.in) }
	}
	type line struct {
		text []byte
		err  error
	}
	typed := make(chan line, 1)
	go func() {
		text, err := read()
		typed <- line{text, err}
	}()
	defer restore()
	select {
	case <-ctx.Done(): // the other one waits until the process ends
		return identity.Secret{}, errors.New("interrupted; nothing was changed")
	case l := <-typed:
		text := strings.TrimSuffix(string(l.text), "\r")
		switch {
		case l.err != nil && !errors.Is(l.err, io.EOF):
			return identity.Secret{}, fmt.Errorf("read the %s: %w", what, l.err)
		case text == "":
			return identity.Secret{}, fmt.Errorf("the %s is empty; nothing was changed", what)
		case len(text) > maxSecret:
			return identity.Secret{}, fmt.Errorf("the %s is longer than %d bytes", what, maxSecret)
		}
		return identity.Keep(text), nil
	}
}

// firstLine reads a line, without its end; an error with what there was when it has none.
func firstLine(in io.Reader) ([]byte, error) {
	text, err := bufio.NewReader(io.LimitReader(in, maxSecret+2)).ReadBytes('\n')
	return []byte(strings.TrimSuffix(string(text), "\n")), err
}
