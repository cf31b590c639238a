// Package server is the relay as a value. So far it is a web server that knows no
// jam: every code is one that nobody has.
package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/coder/websocket"

	"soul-jam/shared/wire"
	"soul-jam/webapp"
)

// Config is what the flags say.
type Config struct {
	// Listen is the address of HTTP; port 0 = any free one.
	Listen string
	// Out gets the line that people and scripts read.
	Out io.Writer
	Log *slog.Logger
}

// Run serves until ctx is over, which is no error.
func Run(ctx context.Context, cfg Config) error {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", cfg.Listen)
	if err != nil {
		return fmt.Errorf("listen on %s: %w", cfg.Listen, err)
	}
	srv := &http.Server{
		Handler: Handler(), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, IdleTimeout: time.Minute,
		MaxHeaderBytes: 16 << 10, ErrorLog: slog.NewLogLogger(cfg.Log.Handler(), slog.LevelDebug),
		BaseContext: func(net.Listener) context.Context { return ctx },
	}
	stopped := context.AfterFunc(ctx, func() { _ = srv.Close() })
	defer stopped()
	fmt.Fprintf(cfg.Out, "listening on http://%s\n", l.Addr())
	if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// Handler serves the web app and turns every code away.
func Handler() http.Handler {
	pages := webapp.Pages{Files: webapp.Files(), NotFound: notFound}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", pages.Document("index.html"))
	mux.HandleFunc("GET /jam/{code}", pages.Document("index.html"))
	mux.HandleFunc("GET /jam/{code}/session", pages.Document("index.html"))
	mux.HandleFunc("GET /jam/{code}/display", pages.Document("index.html"))
	mux.HandleFunc("GET /assets/", pages.Asset)
	mux.HandleFunc("GET /ws/jam/{code}", socket)
	mux.HandleFunc("/", notFound)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		webapp.SecurityHeaders(w.Header())
		mux.ServeHTTP(w, r)
	})
}

func notFound(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(http.StatusNotFound)
	_ = json.NewEncoder(w).Encode(wire.Refuse(wire.CodeSessionNotFound)) // a client that is gone needs no answer
}

// socket tells after the upgrade that there is no such jam, because browsers show
// a page nothing of a refused upgrade.
func socket(w http.ResponseWriter, r *http.Request) {
	c, err := websocket.Accept(w, r, nil)
	if err != nil {
		return // Accept has answered
	}
	ctx, cancel := context.WithTimeout(r.Context(), 10*time.Second)
	defer cancel()
	for _, m := range []wire.Message{wire.Refuse(wire.CodeSessionNotFound), wire.ByeFor(wire.CloseNotFound)} {
		frame, err := wire.Encode(m, 0)
		if err == nil {
			err = c.Write(ctx, websocket.MessageText, frame)
		}
		if err != nil {
			_ = c.CloseNow()
			return
		}
	}
	_ = c.Close(websocket.StatusCode(wire.CloseNotFound), wire.CloseNotFound.Reason())
}
