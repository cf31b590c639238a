package server

import (
	"encoding/json"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"soul-jam/shared/wire"
)

// landing serves GET /api/jam/sessions/{code}.
func (s *site) landing(w http.ResponseWriter, r *http.Request) {
	s.tell(w, r, func(code string) (any, *wire.Error) { return s.signaling.Landing(code) })
}

// introduction serves GET /api/jam/sessions/{code}/introduction.
func (s *site) introduction(w http.ResponseWriter, r *http.Request) {
	s.tell(w, r, func(code string) (any, *wire.Error) {
		introduction, refusal := s.signaling.Introduction(code)
		introduction.P2P = s.circuitsFor(r)
		return introduction, refusal
	})
}

// tell serves what is known here of a code; unknown ones count as guesses.
func (s *site) tell(w http.ResponseWriter, r *http.Request, of func(code string) (any, *wire.Error)) {
	address, ok := s.mayLook(w, r)
	if !ok {
		return
	}
	found, refusal := of(r.PathValue("code"))
	if refusal != nil {
		s.refuseCode(w, address, refusal)
		return
	}
	answer(w, http.StatusOK, found)
}

// ask serves what only the host knows.
func (s *site) ask(path func(*http.Request) string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		address, ok := s.mayLook(w, r)
		if !ok {
			return
		}
		if !s.asking.take(address, time.Now()) {
			s.refused.asking.Add(1)
			refuse(w, wire.Refuse(wire.CodeRateLimited))
			return
		}
		token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		response, refusal := s.signaling.Ask(r.Context(), r.PathValue("code"), path(r), token)
		if refusal != nil {
			s.refuseCode(w, address, refusal)
			return
		}
		for name, value := range response.Header {
			w.Header().Set(name, value)
		}
		// Anybody can be a host: opened by itself, its picture is no page of ours.
		w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox")
		if etag := response.Header["ETag"]; etag != "" && response.Status == http.StatusOK && r.Header.Get("If-None-Match") == etag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.WriteHeader(response.Status)
		_, _ = w.Write(response.Body) // a client that is gone needs no answer
	}
}

// The paths that a host knows, from those of the contract.
func searchPath(r *http.Request) string { return "search?" + r.URL.RawQuery }
func artPath(r *http.Request) string {
	if size := r.URL.Query().Get("size"); size != "" {
		return "art/" + r.PathValue("track") + "?size=" + strconv.Itoa(atoi(size))
	}
	return "art/" + r.PathValue("track")
}
func fixedPath(path string) func(*http.Request) string {
	return func(*http.Request) string { return path }
}

func atoi(text string) int {
	n, _ := strconv.Atoi(text) // nonsense is 0, which no cover has
	return n
}

// mayLook answers 429 to an address that has asked for too many unknown codes: to every question, so that a right code
// cannot be told from a wrong one.
func (s *site) mayLook(w http.ResponseWriter, r *http.Request) (netip.Addr, bool) {
	address := customer(s.proxies.addressOf(r))
	if wait := s.guesses.wait(address, time.Now()); wait > 0 {
		s.refused.guessing.Add(1)
		tooMany(w, wait)
		return address, false
	}
	return address, true
}

// tooMany is the same for everybody who has to wait as long.
func tooMany(w http.ResponseWriter, wait time.Duration) {
	refusal := wire.Refuse(wire.CodeRateLimited)
	refusal.RetryAfterMS = wait.Milliseconds()
	w.Header().Set("Retry-After", strconv.Itoa(int((wait+time.Second-1)/time.Second)))
	refuse(w, refusal)
}

// refuseCode counts unknown codes.
func (s *site) refuseCode(w http.ResponseWriter, address netip.Addr, refusal *wire.Error) {
	if refusal.Code == wire.CodeSessionNotFound {
		s.guesses.missed(address, time.Now())
	}
	refuse(w, refusal)
}

func refuse(w http.ResponseWriter, refusal *wire.Error) { answer(w, refusal.Code.Status(), refusal) }

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // a client that is gone needs no answer
}
