package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"strings"
	"syscall"
	"time"

	"soul-jam/hostd/server"
	"soul-jam/shared/identity"
	"soul-jam/shared/setting"
	"soul-jam/shared/wire"
)

// daemon is the running hostd of a data directory, seen from another process of the same user.
type daemon struct {
	data    string
	console string // http://127.0.0.1:7421
	token   identity.Secret
}

// answerWithin: a console on this machine that says nothing for this long is not there.
const answerWithin = 5 * time.Second

// find parses --data and whatever flags define adds, and finds the daemon. It gives the words that are no flags.
func find(p program, name string, args []string, define func(*flag.FlagSet)) (daemon, []string, error) {
	set := flag.NewFlagSet("hostd "+name, flag.ContinueOnError)
	set.SetOutput(p.err)
	asked := set.String("data", "", "`DIR` of the running daemon's state; default is the user's data directory")
	if define != nil {
		define(set)
	}
	parsed, err := setting.Parse(set, args, p.getenv)
	if err != nil {
		return daemon{}, nil, usageError(err)
	}
	data, err := placesOf(p).data(*asked)
	if err != nil {
		return daemon{}, nil, err
	}
	running, err := server.FindRunning(data)
	if err != nil {
		return daemon{}, nil, err
	}
	token, err := identity.LoadOrCreateFile(data, server.TokenFile)
	if err != nil {
		return daemon{}, nil, err
	}
	return daemon{data: data, console: running.Console, token: token}, parsed.Words, nil
}

// ask sends one request to the console and reads the answer into out, unless that is nil.
func (d daemon) ask(ctx context.Context, method, path string, body, out any) error {
	_, err := d.fetch(ctx, method, path, body, out)
	return err
}

// fetch is ask that gives the answer as it came, too.
func (d daemon) fetch(ctx context.Context, method, path string, body, out any) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	content, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, method, d.console+path, bytes.NewReader(content))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+d.token.Reveal())
	res, err := http.DefaultClient.Do(req)
	if errors.Is(err, syscall.ECONNREFUSED) {
		return nil, errors.New("no hostd is running: start one with `hostd serve`")
	}
	if err != nil {
		return nil, fmt.Errorf("ask the running hostd: %w", err)
	}
	defer func() { _ = res.Body.Close() }()
	answer, err := io.ReadAll(io.LimitReader(res.Body, wire.MaxHostFrame))
	if err != nil {
		return nil, fmt.Errorf("ask the running hostd: %w", err)
	}
	if res.StatusCode >= 300 {
		var refusal wire.Error
		if json.Unmarshal(answer, &refusal) != nil || refusal.Code == "" {
			return nil, fmt.Errorf("the running hostd answered %s", res.Status)
		}
		if refusal.Code == wire.CodeAlreadyActive && out != nil {
			_ = json.Unmarshal(answer, out) // it names the jam that runs
		}
		return nil, &refusal
	}
	if out == nil || len(answer) == 0 {
		return answer, nil
	}
	return answer, json.Unmarshal(answer, out)
}

func start(ctx context.Context, p program, args []string) error {
	d, words, err := find(p, "start", args, nil)
	if err != nil {
		return err
	}
	body := wire.CreateSession{}
	if len(words) > 0 {
		if body.Settings, err = json.Marshal(map[string]string{"name": strings.Join(words, " ")}); err != nil {
			return err
		}
	}
	var created wire.SessionCreated
	err = d.ask(ctx, http.MethodPost, "/api/jam/sessions", body, &created)
	var refusal *wire.Error
	if errors.As(err, &refusal) && refusal.Code == wire.CodeAlreadyActive {
		fmt.Fprintln(p.err, refusal.Message)
		server.PrintJam(p.out, created)
		return fmt.Errorf("end it first with `hostd end`")
	}
	if err != nil {
		return sentence(err)
	}
	server.PrintJam(p.out, created)
	return nil
}

// sentence shows a refusal as people read it.
func sentence(err error) error {
	var refusal *wire.Error
	if errors.As(err, &refusal) {
		return errors.New(refusal.Message)
	}
	return err
}

func (d daemon) status(ctx context.Context) (wire.ConsoleStatus, error) {
	var st wire.ConsoleStatus
	return st, sentence(d.ask(ctx, http.MethodGet, "/api/console/status", nil, &st))
}

func status(ctx context.Context, p program, args []string) error {
	d, _, err := find(p, "status", args, nil)
	if err != nil {
		return err
	}
	st, err := d.status(ctx)
	if err != nil {
		return err
	}
	for _, w := range st.Warnings {
		fmt.Fprintln(p.err, "note:", w)
	}
	printLibrary(p, st)
	if st.Jam == nil {
		fmt.Fprintln(p.out, "no jam is running: start one with `hostd start`")
		return nil
	}
	fmt.Fprintf(p.out, "%d in the jam\n", st.Jam.ParticipantCount)
	server.PrintJam(p.out, wire.SessionCreated{ShareCode: st.Jam.ShareCode, URL: st.Jam.URL})
	return nil
}

func end(ctx context.Context, p program, args []string) error {
	d, _, err := find(p, "end", args, nil)
	if err != nil {
		return err
	}
	st, err := d.status(ctx)
	if err != nil {
		return err
	}
	if st.Jam == nil {
		return errors.New("no jam is running")
	}
	if err := d.ask(ctx, http.MethodDelete, "/api/jam/sessions/"+st.Jam.ShareCode, nil, nil); err != nil {
		return sentence(err)
	}
	fmt.Fprintln(p.out, "the jam has ended")
	return nil
}

func printLibrary(p program, st wire.ConsoleStatus) {
	fmt.Fprintf(p.out, "%d songs in the library, player %s\n", st.Library.Tracks, st.Player.Name)
	if st.Library.Scanning {
		fmt.Fprintf(p.out, "reading the music: %d of %d files, %.0f a second", st.Library.Files, st.Library.Total, st.Library.PerSecond)
		if st.Library.SecondsLeft != nil {
			fmt.Fprintf(p.out, ", about %s left", time.Duration(*st.Library.SecondsLeft)*time.Second)
		}
		fmt.Fprintln(p.out)
	}
	if st.Library.Broken > 0 {
		fmt.Fprintf(p.out, "%d files cannot be played: the console lists them\n", st.Library.Broken)
	}
}
