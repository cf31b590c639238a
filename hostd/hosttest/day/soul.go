package day

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"time"

	"soul-jam/signaling"
	"soul-jam/signaling/server"
)

// Where soul-server is.
const (
	soulName = "soul.example"
	soulIP   = "203.0.113.1"
)

// soul is a soul-server without pages, STUN or circuits: those are elsewhere. What it remembers of codes outlives it, unless its disk is lost.
type soul struct {
	network *network
	dir     server.Directory
	log     *slog.Logger

	now  *server.Server // nil = it is down
	http *http.Server
}

func newSoul(n *network, log *slog.Logger) *soul {
	s := &soul{network: n, dir: server.NewMemory(), log: log}
	s.start()
	return s
}

func (s *soul) start() {
	s.now = server.New(server.Config{
		Directory: s.dir, Log: s.log,
		ICE: func(*http.Request) []signaling.ICE {
			return []signaling.ICE{{URLs: []string{"stun:" + stunAddress + ":3478"}}}
		},
	})
	mux, now := http.NewServeMux(), s.now
	mux.HandleFunc("GET /ws/host", func(w http.ResponseWriter, r *http.Request) { now.Host(w, r, server.Visitor{From: "host"}) })
	mux.HandleFunc("GET /ws/jam/{code}", func(w http.ResponseWriter, r *http.Request) {
		now.Guest(w, r, r.PathValue("code"), server.Visitor{From: r.RemoteAddr[:len(r.RemoteAddr)-6]})
	})
	mux.HandleFunc("GET /api/jam/sessions/{code}/introduction", func(w http.ResponseWriter, r *http.Request) {
		introduction, refusal := now.Introduction(r.PathValue("code"))
		if refusal != nil {
			w.WriteHeader(refusal.Code.Status())
			_ = json.NewEncoder(w).Encode(refusal)
			return
		}
		introduction.P2P = []string{"/dns/" + soulName + "/p2p-circuit"} // here a data channel takes libp2p's place
		_ = json.NewEncoder(w).Encode(introduction)                      // who is gone needs no answer
	})
	s.http = &http.Server{Handler: mux, ReadHeaderTimeout: time.Minute}
	l := s.network.listen(soulName+":80", soulIP)
	go func() { _ = s.http.Serve(l) }() // until stop
}

// stop says goodbye to everybody, as on SIGTERM; killed says nothing.
func (s *soul) stop(killed bool) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if killed {
		s.network.reset(soulIP)
		cancel()
	}
	s.now.Close(ctx)
	_ = s.http.Close() // nobody is left who cares
	s.network.heal(soulIP)
	s.now = nil
}

// forget loses the directory.
func (s *soul) forget() { s.dir = server.NewMemory() }
