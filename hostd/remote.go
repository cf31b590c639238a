package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"soul-jam/hostd/server"
	"soul-jam/shared/wire"
)

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
	failed := d.ask(ctx, http.MethodPost, "/api/jam/sessions", body, nil)
	var refusal *wire.Error
	running := errors.As(failed, &refusal) && refusal.Code == wire.CodeAlreadyActive
	if failed != nil && !running {
		return sentence(failed)
	}
	if running {
		fmt.Fprintln(p.err, refusal.Message)
	}
	st, err := d.status(ctx)
	if err != nil {
		return err
	}
	if st.Jam != nil {
		server.PrintJam(p.out, *st.Jam)
	}
	if running {
		return fmt.Errorf("end it first with `hostd end`")
	}
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
	server.PrintJam(p.out, *st.Jam)
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
