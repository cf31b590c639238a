package visitor_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"
	"time"

	"soul-jam/hostd/hosttest"
	"soul-jam/hostd/visitor"
	"soul-jam/shared/wire"
	"soul-jam/signaling/client"
)

// patience is a bound for a loaded machine, never a duration that a test takes.
const patience = 30 * time.Second

// introduced is a soul-server that introduces its hosts, without libp2p.
func introduced(t *testing.T, s *hosttest.Soul) string {
	t.Helper()
	behind, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/", httputil.NewSingleHostReverseProxy(behind))
	mux.HandleFunc("GET /api/jam/sessions/{code}/introduction", func(w http.ResponseWriter, r *http.Request) {
		meeting, err := client.Join(r.Context(), behind, r.PathValue("code"), http.DefaultClient)
		if err != nil {
			w.WriteHeader(http.StatusServiceUnavailable)
			_ = json.NewEncoder(w).Encode(wire.Refuse(wire.CodeHostOffline))
			return
		}
		defer meeting.Cut()
		_ = json.NewEncoder(w).Encode(wire.Introduction{Bundle: meeting.Bundle.Text, Signature: base64.RawURLEncoding.EncodeToString(meeting.Bundle.Signature), P2P: []string{}})
	})
	front := httptest.NewServer(mux)
	t.Cleanup(front.Close)
	return front.URL
}

// guest is a visit that runs.
type guest struct {
	t *testing.T
	*visitor.Visit
	end  context.CancelFunc
	done chan error
}

func visit(t *testing.T, link string, visits *visitor.Visits) *guest {
	t.Helper()
	target, err := visitor.ParseTarget(link)
	if err != nil {
		t.Fatal(err)
	}
	ctx, end := context.WithCancel(t.Context())
	g := &guest{t, visitor.New(visitor.Config{Target: target, Name: "Vera", Visits: visits, Log: slog.New(slog.DiscardHandler)}), end, make(chan error, 1)}
	go func() { g.done <- g.Run(ctx) }()
	t.Cleanup(end)
	return g
}

// until reads updates until one fits.
func (g *guest) until(what string, fits func(visitor.Update) bool) visitor.Update {
	g.t.Helper()
	late := time.After(patience)
	for {
		select {
		case u, open := <-g.Updates():
			if !open {
				g.t.Fatalf("the visit is over before %s: %v", what, <-g.done)
			}
			if fits(u) {
				return u
			}
		case <-late:
			g.t.Fatalf("%s does not come", what)
		}
	}
}

func (g *guest) line(state visitor.State) visitor.Line {
	g.t.Helper()
	return *g.until(string(state), func(u visitor.Update) bool { return u.Line != nil && u.Line.State == state }).Line
}

func (g *guest) hears(parts ...string) {
	g.t.Helper()
	g.until(strings.Join(parts, " "), func(u visitor.Update) bool {
		for _, part := range parts {
			if !strings.Contains(string(u.Message), part) {
				return false
			}
		}
		return true
	})
}

func newVisits(t *testing.T) *visitor.Visits {
	t.Helper()
	visits, err := visitor.OpenVisits(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return visits
}

func TestThroughASoulServerOverTheSealedPipe(t *testing.T) {
	soul := hosttest.NewSoul(t)
	w := hosttest.New(t, hosttest.Options{Relay: soul.URL, Start: "Friday"})
	at := introduced(t, soul)
	_, key, _ := strings.Cut(w.Status().Jam.URL, "#")
	host := w.Host()
	visits := newVisits(t)
	g := visit(t, at+"/jam/"+w.Code+"#"+key, visits)
	if l := g.line(visitor.Joined); l.Path != "relayed" || !l.Verified || l.HostName != "Hanna" || len(l.Words) != 4 {
		t.Errorf("the line is %+v", l)
	}
	host.ExpectWhere("participant_joined", "Vera", `"verified":true`, `"path":"relayed"`)
	g.Do(wire.Chat{Message: "hello"})
	host.ExpectWhere("chat_message", "hello")
	g.hears("chat_message", "hello")

	// The host is cut off from the soul-server for a moment: the guest comes back to the same seat.
	soul.DropHosts()
	g.line(visitor.Joined)
	host.ExpectWhere("participant_updated", "Vera", `"connected":true`)
	g.Do(wire.Chat{Message: "back"})
	g.hears("chat_message", "back")

	g.end()
	for range g.Updates() {
	}
	if err := <-g.done; err != nil {
		t.Error(err)
	}
	host.ExpectWhere("participant_updated", "Vera", `"connected":false`)

	// By the code alone the same person is known again, by what was remembered.
	g = visit(t, at+"/jam/"+w.Code, visits)
	if l := g.line(visitor.Joined); !l.Verified || !l.Known {
		t.Errorf("the line is %+v", l)
	}
	g.Leave()
	g.line(visitor.Over)
	if err := <-g.done; err != nil {
		t.Error(err)
	}
	host.ExpectWhere("participant_left")
}

func TestTheJamEndsForAVisitor(t *testing.T) {
	soul := hosttest.NewSoul(t)
	w := hosttest.New(t, hosttest.Options{Relay: soul.URL, Start: "Friday"})
	at := introduced(t, soul)
	g := visit(t, at+"/jam/"+w.Code, newVisits(t))
	if l := g.line(visitor.Joined); l.Verified {
		t.Errorf("a typed code is verified: %+v", l)
	}
	w.Host().Send(wire.EndSession{}, "")
	g.hears("session_ended")
	if l := g.line(visitor.Over); !strings.Contains(l.Said, "ended") {
		t.Errorf("the line is %+v", l)
	}
	if err := <-g.done; err != nil {
		t.Error(err)
	}
}
