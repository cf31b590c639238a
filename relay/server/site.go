package server

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/netip"
	"time"

	"soul-jam/relay/circuit"
	"soul-jam/shared/identity"
	"soul-jam/shared/wire"
	core "soul-jam/signaling"
	signaling "soul-jam/signaling/server"
	"soul-jam/webapp"
)

const (
	// An address may ask hosts this often over HTTP: a page that opens asks for a dozen covers.
	askBurst = 60
	askEvery = 100 * time.Millisecond
	// An address may claim this many codes that are new, or --max-per-address if that is more: one for each jam that begins there.
	claimBurst = 30
	claimEvery = 2 * time.Minute
)

// site is all that is served over HTTP.
type site struct {
	signaling *signaling.Server
	names     names
	scheme    string // that browsers reach us by
	ownTLS    bool   // no proxy speaks it for us
	proxies   proxies
	strangers *strangers
	guesses   *guesses
	asking    *allowance
	claiming  *allowance
	refused   *refused
	salt      identity.Secret // of the addresses that hosts are told
	circuit   *circuit.Relay  // nil = none
	wellKnown wellKnown
}

// handler is every route; what is not here is a 404, the host's own routes too.
func (s *site) handler() http.Handler {
	pages := webapp.Pages{Files: webapp.Files(), NotFound: notFound}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", pages.Document("index.html"))
	pages.Guests(mux)
	const session = "GET /api/jam/sessions/{code}"
	mux.HandleFunc(session, s.landing)
	mux.HandleFunc(session+"/introduction", s.introduction)
	mux.HandleFunc(session+"/search", s.ask(searchPath))
	mux.HandleFunc(session+"/art/{track}", s.ask(artPath))
	for _, path := range []string{"art/current", "qr.svg", "qr.png"} {
		mux.HandleFunc(session+"/"+path, s.ask(fixedPath(path)))
	}
	for _, name := range appFiles() {
		mux.HandleFunc("GET /.well-known/"+name, s.wellKnown.serve(name))
	}
	mux.HandleFunc("GET /ws/host", s.host)
	mux.HandleFunc("GET /ws/jam/{code}", s.guest)
	mux.HandleFunc("/", notFound)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.ownTLS {
			webapp.StrictTransport(w.Header())
		}
		if !s.names.mayAsk(r, s.scheme) {
			s.refused.foreign.Add(1)
			webapp.SecurityHeaders(w.Header(), "")
			answer(w, http.StatusForbidden, wire.Refusef(wire.CodeNotAuthorized, "This address is not one of this server's"))
			return
		}
		webapp.SecurityHeaders(w.Header(), r.Host)
		mux.ServeHTTP(w, r)
	})
}

func notFound(w http.ResponseWriter, _ *http.Request) {
	refuse(w, wire.Refuse(wire.CodeSessionNotFound))
}

// enter counts a socket in, or answers 429.
func (s *site) enter(w http.ResponseWriter, address netip.Addr) (v signaling.Visitor, ok bool) {
	v.Known, v.Left, ok = s.strangers.enter(address)
	if !ok {
		s.refused.crowded.Add(1)
		refuse(w, wire.Refuse(wire.CodeRateLimited))
	}
	return v, ok
}

// host serves the hosts' sockets.
func (s *site) host(w http.ResponseWriter, r *http.Request) {
	address := customer(s.proxies.addressOf(r))
	if v, ok := s.enter(w, address); ok {
		v.MayClaim = func() bool {
			ok := s.claiming.take(address, time.Now())
			if !ok {
				s.refused.claiming.Add(1)
			}
			return ok
		}
		s.signaling.Host(w, r, v)
	}
}

// guest serves the guests' sockets.
func (s *site) guest(w http.ResponseWriter, r *http.Request) {
	address, ok := s.mayLook(w, r)
	if !ok {
		return
	}
	if v, ok := s.enter(w, address); ok {
		v.From, v.Missed = s.from(address), func() { s.guesses.missed(address, time.Now()) }
		s.signaling.Guest(w, r, r.PathValue("code"), v)
	}
}

// saltFile, in the data directory: hosts remember whom they kicked by what comes of it, over restarts.
const saltFile = "address.salt"

// from tells a host which of its guests share an address, and nothing else about it.
func (s *site) from(address netip.Addr) string {
	const kept = 12 // bytes
	mac := hmac.New(sha256.New, []byte(s.salt.Reveal()))
	_, _ = mac.Write(address.AsSlice())
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:kept])
}

// iceFor gives pages and hosts our STUN server, at the name that they reach us by.
func iceFor(public, port string) func(*http.Request) []core.ICE {
	if port == "" {
		return func(*http.Request) []core.ICE { return nil }
	}
	if public != "" {
		fixed := stunAt(public, port)
		return func(*http.Request) []core.ICE { return fixed }
	}
	return func(r *http.Request) []core.ICE { return stunAt(withPort(r.Host, "http"), port) }
}
