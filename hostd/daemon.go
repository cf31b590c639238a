package main

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"net/http"
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
	if err := d.isOurs(ctx); err != nil {
		return nil, err
	}
	content, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	status, answer, err := d.send(ctx, method, path, content, http.Header{"Authorization": {"Bearer " + d.token.Reveal()}})
	if err != nil {
		return nil, err
	}
	if status >= http.StatusMultipleChoices {
		var refusal wire.Error
		if json.Unmarshal(answer, &refusal) != nil || refusal.Code == "" {
			return nil, fmt.Errorf("the running hostd answered with status %d", status)
		}
		return nil, &refusal
	}
	if out == nil || len(answer) == 0 {
		return answer, nil
	}
	return answer, json.Unmarshal(answer, out)
}

// errNotRunning: nobody listens, or somebody else does.
var errNotRunning = errors.New("no hostd is running: start one with `hostd serve`")

// isOurs makes sure, before the token is shown, that it is our daemon who listens:
// the file that led here may be left over from one that was killed, and its port be
// another program's by now.
func (d daemon) isOurs(ctx context.Context) error {
	challenge, err := identity.New(rand.Reader)
	if err != nil {
		return err
	}
	_, answer, err := d.send(ctx, http.MethodGet, "/api/console/proof?challenge="+challenge.Reveal(), nil, nil)
	if err != nil {
		return err
	}
	var shown wire.Proof
	if json.Unmarshal(answer, &shown) != nil || !hmac.Equal([]byte(shown.Proof), []byte(d.token.Prove(challenge.Reveal()))) {
		return errNotRunning
	}
	return nil
}

// send makes one request and reads the answer with its status.
func (d daemon) send(ctx context.Context, method, path string, body []byte, header http.Header) (status int, answer []byte, err error) {
	req, err := http.NewRequestWithContext(ctx, method, d.console+path, bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	maps.Copy(req.Header, header)
	res, err := http.DefaultClient.Do(req)
	if errors.Is(err, syscall.ECONNREFUSED) {
		return 0, nil, errNotRunning
	}
	if err != nil {
		return 0, nil, fmt.Errorf("ask the running hostd: %w", err)
	}
	defer func() { _ = res.Body.Close() }()
	answer, err = io.ReadAll(io.LimitReader(res.Body, wire.MaxHostFrame))
	if err != nil {
		return 0, nil, fmt.Errorf("ask the running hostd: %w", err)
	}
	return res.StatusCode, answer, nil
}
