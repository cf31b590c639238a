// Package subsonictest is a small OpenSubsonic server made of real files, with the quirks that servers have: what
// they cannot do, and the ways in which they fail or lie. Tests of the client start it, and so does, as a program of
// its own, subsonictest/fakeserver.
package subsonictest

import (
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Song is a file with what the server says of it.
type Song struct {
	ID, File                           string // File is a path of this machine
	Title, Artist, AlbumArtist         string
	Album, AlbumID, Genre, Cover       string // Cover is the path of a picture, and the cover's id
	Recording, ExplicitStatus, Created string
	Year, Seconds                      int
	Gain, Peak                         *float64
	Type                               string // music, podcast, video; default music
}

// Playlist is a list of ids of songs.
type Playlist struct {
	ID, Name string
	Songs    []string
}

// Quirks say how the server differs from a good one. They may be changed by Server.Change while it runs.
type Quirks struct {
	Old           bool   // plain Subsonic: no extensions, methods end in .view, single items without brackets
	NoForms       bool   // parameters are read from the address alone
	NoEmptySearch bool   // an empty search finds nothing
	FirstPage     bool   // a search ignores songOffset
	PageLimit     int    // a page of a search holds no more; 0: what is asked for
	NoTokens      bool   // wants the password itself
	KeysOnly      bool   // wants an API key
	NoStream      bool   // stream is not allowed, download is
	NoRanges      bool   // songs come whole
	NoLength      bool   // songs come without a length
	Lie           int64  // is added to the length of songs that is said
	Page          bool   // an HTML page, with status 200, instead of a song
	Failing       bool   // an error document, with status 200, instead of a song
	BreakAfter    int64  // the connection ends after so many bytes of a song; 0: never
	StallAfter    int64  // nothing comes after so many bytes of a song; 0: never
	Away          bool   // the connection ends before an answer
	Busy          int32  // so many requests get status 503 first
	Elsewhere     string // everything is sent on to there
	Huge          bool   // answers without end
	Raw           string // what is answered to all but songs
	PerSecond     int64  // bytes of a song; 0: as fast as it goes
}

// Config is what the server has and whom it lets in.
type Config struct {
	User, Password, Key string
	Songs               []Song
	Playlists           []Playlist
	Quirks              Quirks
}

// Handler is the server without a network.
type Handler struct {
	cfg    Config
	busy   atomic.Int32
	sent   atomic.Int64 // bytes of songs
	quirks atomic.Pointer[Quirks]

	mu     sync.Mutex // guards the rest
	asked  []Request
	atOnce map[bool]int // under way: songs, others
	most   map[bool]int
}

// Request is one that came.
type Request struct {
	Method, Path, Query, Range string
	// Name is that of the API's method; Form holds all parameters.
	Name string
	Form map[string][]string
}

// NewHandler makes a server.
func NewHandler(cfg Config) *Handler {
	h := &Handler{cfg: cfg, atOnce: make(map[bool]int), most: make(map[bool]int)}
	h.Change(cfg.Quirks)
	return h
}

// Change gives the server other quirks.
func (h *Handler) Change(q Quirks) {
	h.busy.Store(q.Busy)
	h.quirks.Store(&q)
}

// Asked gives the requests so far of a method, or all for "".
func (h *Handler) Asked(name string) (found []Request) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, r := range h.asked {
		if name == "" || r.Name == name {
			found = append(found, r)
		}
	}
	return found
}

// Songs are those of the server.
func (h *Handler) Songs() []Song { return h.cfg.Songs }

// Sent is how many bytes of songs were sent so far.
func (h *Handler) Sent() int64 { return h.sent.Load() }

// Most is how many requests were under way at once: of songs, and others.
func (h *Handler) Most() (songs, others int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.most[true], h.most[false]
}

// Server is a running one.
type Server struct {
	*httptest.Server
	*Handler
}

// New starts a server on a loopback port until the test ends. secure: by https, with a certificate nobody trusts.
func New(t testing.TB, cfg Config, secure ...bool) *Server {
	t.Helper()
	h := NewHandler(cfg)
	start := httptest.NewServer
	if len(secure) > 0 && secure[0] {
		start = httptest.NewTLSServer
	}
	s := &Server{start(h), h}
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	t.Cleanup(func() {
		s.CloseClientConnections()
		s.Close()
	})
	return s
}

// ServeHTTP implements http.Handler.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	q := *h.quirks.Load()
	name := r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:]
	method := strings.TrimSuffix(name, ".view")
	// A server that wants the password itself reads forms, though it does not say so.
	if (q.NoForms || q.Old) && !q.NoTokens {
		r.Form = r.URL.Query()
	} else if err := r.ParseForm(); err != nil {
		http.Error(w, "no form", http.StatusBadRequest)
		return
	}
	song := method == "stream" || method == "download"
	defer h.note(r, method, song)()
	switch {
	case q.Away:
		panic(http.ErrAbortHandler)
	case q.Elsewhere != "":
		http.Redirect(w, r, q.Elsewhere+r.URL.RequestURI(), http.StatusMovedPermanently)
		return
	case h.busy.Add(-1) >= 0:
		w.Header().Set("Retry-After", "2")
		http.Error(w, "later", http.StatusServiceUnavailable)
		return
	case q.Huge && !song:
		endless(w)
		return
	case q.Raw != "" && !song:
		_, _ = w.Write([]byte(q.Raw))
		return
	case q.Old && name == method, !strings.Contains(r.URL.Path, "/rest/"):
		http.NotFound(w, r)
		return
	}
	if method != "getOpenSubsonicExtensions" || q.Old {
		if code, message := h.letIn(q, r); code != 0 {
			h.fail(w, q, code, message)
			return
		}
	}
	h.answer(w, r, q, method)
}

// note writes a request down, and that it is over.
func (h *Handler) note(r *http.Request, method string, song bool) (over func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	form := make(map[string][]string)
	for k, v := range r.Form {
		form[k] = v
	}
	h.asked = append(h.asked, Request{Method: r.Method, Path: r.URL.Path, Query: r.URL.RawQuery, Range: r.Header.Get("Range"), Name: method, Form: form})
	h.atOnce[song]++
	h.most[song] = max(h.most[song], h.atOnce[song])
	return func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.atOnce[song]--
	}
}

// letIn says why not, as the API has it.
func (h *Handler) letIn(q Quirks, r *http.Request) (code int, message string) {
	form := r.Form
	user, key, token, salt, password := form.Get("u"), form.Get("apiKey"), form.Get("t"), form.Get("s"), form.Get("p")
	if plain, ok := strings.CutPrefix(password, "enc:"); ok {
		decoded, _ := hex.DecodeString(plain)
		password = string(decoded)
	}
	sum := md5.Sum([]byte(h.cfg.Password + salt))
	switch {
	case form.Get("c") == "" || form.Get("v") == "":
		return 10, "Required parameter is missing"
	case key != "" && (user != "" || token != ""):
		return 43, "Multiple conflicting authentication mechanisms provided"
	case key != "" && key == h.cfg.Key:
		return 0, ""
	case key != "":
		return 44, "Invalid API key"
	case q.KeysOnly:
		return 42, "Provided authentication mechanism not supported"
	case q.NoTokens && password == "":
		return 10, "Required parameter 'p' is missing"
	case q.NoTokens && user == h.cfg.User && password == h.cfg.Password,
		!q.NoTokens && user == h.cfg.User && len(salt) >= 6 && token == hex.EncodeToString(sum[:]):
		return 0, ""
	}
	return 40, "Wrong username or password " + password + token
}

func (h *Handler) fail(w http.ResponseWriter, q Quirks, code int, message string) {
	h.write(w, q, map[string]any{"status": "failed", "error": map[string]any{"code": code, "message": message}})
}

// write answers with what every answer holds, and more.
func (h *Handler) write(w http.ResponseWriter, q Quirks, more map[string]any) {
	response := map[string]any{"status": "ok", "version": "1.16.1"}
	if !q.Old {
		response["type"], response["serverVersion"], response["openSubsonic"] = "fake", "1.0", true
	}
	for k, v := range more {
		response[k] = v
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{"subsonic-response": response})
}

// endless answers until nobody reads any more.
func endless(w http.ResponseWriter) {
	_, err := w.Write([]byte(`{"subsonic-response":{"status":"ok","searchResult3":{"song":[`))
	song := []byte(strings.Repeat(`{"id":"1","title":"again"},`, 1000))
	for began := time.Now(); err == nil && time.Since(began) < time.Minute; {
		_, err = w.Write(song)
	}
}
