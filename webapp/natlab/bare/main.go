// Command bare is the baseline of the NAT lab: the same page, and behind it the least that can bring it into a jam.
// One WebSocket, whose first message is answered with a snapshot that is ready: nothing is looked up, kept or sealed.
//
//	bare -listen 203.0.113.2:8443 -cert FILE -key FILE
//
// Without a certificate it speaks plain HTTP. What it says comes from standard input, a line each, and holds until the
// next one of its kind: `landing JSON`, `joined JSON`. Each line is answered with one on standard output.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/coder/websocket"

	"soul-jam/webapp"
)

const (
	// subprotocol is the contract's plain one: a page takes it where nothing better is spoken.
	subprotocol = "jam.v1"
	// maxLine is how long a line of standard input may be, in bytes: the contract's longest frame of a host.
	maxLine = 4 << 20
	// maxCommand is how long a page's message may be, in bytes: the contract's.
	maxCommand = 16 << 10
	// headersWithin is how long a page has for the headers of a request.
	headersWithin = 10 * time.Second
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "bare:", err)
		os.Exit(1)
	}
}

// run prints where it listens, and ends with ctx.
func run(ctx context.Context, args []string, in io.Reader, out io.Writer) error {
	set := flag.NewFlagSet("bare", flag.ContinueOnError)
	listen := set.String("listen", "127.0.0.1:0", "`ADDRESS` to listen at")
	cert := set.String("cert", "", "certificate `FILE`")
	key := set.String("key", "", "`FILE` of its key")
	if err := set.Parse(args); err != nil {
		return err
	}
	l, err := net.Listen("tcp", *listen)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	b := &bare{}
	srv := &http.Server{Handler: b.handler(), ReadHeaderTimeout: headersWithin}
	stopped := context.AfterFunc(ctx, func() { _ = srv.Close() })
	defer stopped()
	fmt.Fprintf(out, "listening on %s\n", l.Addr())
	go b.take(in, out)
	if *cert == "" {
		err = srv.Serve(l)
	} else {
		err = srv.ServeTLS(l, *cert, *key)
	}
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// bare says what it was told to.
type bare struct{ landing, joined atomic.Pointer[string] }

// take reads what is to be said from now on.
func (b *bare) take(in io.Reader, out io.Writer) {
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, maxLine)
	for lines.Scan() {
		kind, text, _ := strings.Cut(lines.Text(), " ")
		switch {
		case !json.Valid([]byte(text)):
			fmt.Fprintf(out, "this %q is no JSON\n", kind)
			continue
		case kind == "landing":
			b.landing.Store(&text)
		case kind == "joined":
			b.joined.Store(&text)
		default:
			fmt.Fprintf(out, "%q is not known\n", kind)
			continue
		}
		fmt.Fprintf(out, "has %s\n", kind)
	}
}

// handler serves the app as hostd and relay do, and its one jam under any code.
func (b *bare) handler() http.Handler {
	pages := webapp.Pages{Files: webapp.Files(), NotFound: http.NotFound}
	mux := http.NewServeMux()
	for _, page := range []string{"GET /jam/{code}", "GET /jam/{code}/session"} {
		mux.HandleFunc(page, pages.Document("index.html"))
	}
	mux.HandleFunc("GET /assets/", pages.Asset)
	mux.HandleFunc("GET /api/jam/sessions/{code}", func(w http.ResponseWriter, _ *http.Request) {
		landing := b.landing.Load()
		if landing == nil {
			http.Error(w, "no landing yet", http.StatusServiceUnavailable)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, *landing)
	})
	mux.HandleFunc("GET /ws/jam/{code}", b.jam)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		webapp.SecurityHeaders(w.Header(), r.Host)
		mux.ServeHTTP(w, r)
	})
}

// jam lets everybody in, and then tells everybody what time it is.
func (b *bare) jam(w http.ResponseWriter, r *http.Request) {
	c, err := websocket.Accept(w, r, &websocket.AcceptOptions{
		Subprotocols: []string{subprotocol}, CompressionMode: websocket.CompressionDisabled,
	})
	if err != nil {
		return // Accept has answered
	}
	defer func() { _ = c.CloseNow() }()
	c.SetReadLimit(maxCommand)
	joined := b.joined.Load()
	if joined == nil {
		return
	}
	if _, _, err := c.Read(r.Context()); err != nil {
		return
	}
	for answer := []byte(*joined); ; {
		if answer != nil && c.Write(r.Context(), websocket.MessageText, answer) != nil {
			return
		}
		_, text, err := c.Read(r.Context())
		if err != nil {
			return
		}
		answer = pong(text)
	}
}

// pong answers a ping; anything else gets no answer.
func pong(text []byte) []byte {
	var command struct {
		Type string  `json:"type"`
		T0   float64 `json:"t0"`
	}
	if json.Unmarshal(text, &command) != nil || command.Type != "ping" {
		return nil
	}
	answer, _ := json.Marshal(map[string]any{"type": "pong", "t0": command.T0, "t1": time.Now().UnixMilli()}) // plain values: cannot fail
	return answer
}
