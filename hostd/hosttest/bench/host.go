package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"soul-jam/shared/wire"
)

// host is a process that people connect to: the real one, or a baseline.
type host struct {
	*child
	name         string
	bare         bool
	lan, console string // http://127.0.0.1:PORT
	token, code  string // of the real one
}

// startHost starts hostd on a data directory and gives the time until it listened.
func (b *bench) startHost(ctx context.Context, data, music string) (*host, time.Duration, error) {
	began := time.Now()
	c, err := startChild(b.hostd, "serve", "--listen=127.0.0.1:0", "--console=127.0.0.1:0", "--data="+data, "--music="+music, "--name=Hanna",
		"--player=silent", "--mdns=false", "--max-per-address=5000", "--print-console", "--log-level=error")
	if err != nil {
		return nil, 0, err
	}
	h := &host{child: c, name: "hostd"}
	listened := time.Duration(0)
	for _, said := range []struct {
		prefix string
		into   *string
	}{{"listening on ", &h.lan}, {"console on ", &h.console}, {"open the console: ", &h.token}} {
		if *said.into, err = c.await(ctx, said.prefix); err != nil {
			c.stop()
			return nil, 0, err
		}
		if listened == 0 {
			listened = time.Since(began)
		}
	}
	_, h.token, _ = strings.Cut(h.token, "#token=")
	return h, listened, nil
}

// startJam starts hostd on an empty directory, with a jam that lets everyone in.
func (b *bench) startJam(ctx context.Context, music string) (*host, error) {
	data, err := os.MkdirTemp(b.work, "data-")
	if err != nil {
		return nil, err
	}
	h, _, err := b.startHost(ctx, filepath.Join(data, "jam"), music)
	if err != nil {
		return nil, err
	}
	if err := h.beginJam(ctx); err != nil {
		h.stop()
		return nil, err
	}
	return h, nil
}

func (h *host) beginJam(ctx context.Context) error {
	var created wire.SessionCreated
	settings := fmt.Sprintf(`{"settings":{"name":"Bench","allow_duplicates":true,"max_participants":%d}}`, wire.MaxParticipants)
	if err := h.ask(ctx, http.MethodPost, "/api/jam/sessions", settings, &created); err != nil {
		return err
	}
	h.code = created.ShareCode
	return nil
}

// ask sends a request to the console.
func (h *host) ask(ctx context.Context, method, path, body string, into any) error {
	req, err := http.NewRequestWithContext(ctx, method, h.console+path, strings.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+h.token)
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: patience}
	res, err := client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	content, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	if res.StatusCode >= http.StatusMultipleChoices {
		return fmt.Errorf("%s %s: %s %s", method, path, res.Status, bytes.TrimSpace(content))
	}
	return json.Unmarshal(content, into)
}

// library waits until the scan is over and gives what it found.
func (h *host) library(ctx context.Context) (wire.LibraryStatus, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*patience)
	defer cancel()
	look := time.NewTicker(100 * time.Millisecond)
	defer look.Stop()
	for quiet := 0; ; {
		var st wire.ConsoleStatus
		if err := h.ask(ctx, http.MethodGet, "/api/console/status", "", &st); err != nil {
			return wire.LibraryStatus{}, err
		}
		// Idle twice: once it may not have begun.
		if quiet++; st.Library.Scanning {
			quiet = 0
		}
		if quiet > 2 {
			return st.Library, nil
		}
		select {
		case <-look.C:
		case <-ctx.Done():
			return wire.LibraryStatus{}, ctx.Err()
		}
	}
}

// trackID gives any track of the library.
func (h *host) trackID(ctx context.Context) (string, error) {
	var found wire.TrackList
	if err := h.ask(ctx, http.MethodGet, "/api/jam/sessions/"+h.code+"/search?limit=1", "", &found); err != nil {
		return "", err
	}
	if len(found.Tracks) == 0 {
		return "", fmt.Errorf("the library is empty")
	}
	return found.Tracks[0].TrackID, nil
}
