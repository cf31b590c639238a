// Package api is hostd's HTTP: the web app, REST and the WebSocket of a jam. There
// are two faces. LAN is for everyone on the network and has no route of the host's
// at all; Console is for the host on the loopback interface, has everything that
// LAN has, and believes the host's token.
//
//	gate.go      whose Host and Origin are ours
//	sessions.go  what a code stands for   socket.go  the WebSocket
//	music.go     search and covers        qr.go      the link as a picture
//	console.go   the host's routes        export.go  history as a file
//	members.go   whom the host knows      metrics.go what the host counts
//	solo.go      before any jam, playlists and outputs
//	sharing.go   what guests may see of the music
//	wifi.go      the network that guests may be shown the way into
package api

import (
	"context"
	"encoding/json"
	"io/fs"
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"soul-jam/hostd/guest"
	"soul-jam/hostd/session"
	"soul-jam/shared/code"
	"soul-jam/shared/identity"
	"soul-jam/shared/wire"
	"soul-jam/webapp"
)

// maxBody, bytes of a request's body, but that of the sharing rules: see maxSharingBody.
const maxBody = 16 << 10

// Music is what the routes need of the library.
type Music interface {
	guest.Library
	// Playlists are those of the folders and servers; Playlist gives the track ids of one, in order.
	Playlists() []wire.Playlist
	Playlist(id string) (list wire.Playlist, tracks []string, ok bool)
	// Sharing is what guests may see. Share changes that, for good: a refusal has changed nothing.
	Sharing() wire.SharingStatus
	Share(rules wire.Sharing) *wire.Error
	// Path is the file of a track, for the host's own playlists; an error when it is gone.
	Path(trackID string) (string, error)
}

// Archive is the history that the store keeps.
type Archive interface {
	History() ([]wire.HistoryRow, error)
	HistoryOf(id string) (detail wire.HistoryDetail, ok bool, err error)
}

// Config is what both faces share; every field is needed but AllowHosts.
type Config struct {
	Door    *guest.Door
	Music   Music
	Archive Archive
	Files   fs.FS // the built web app
	// Link is the address that friends open for a share code, as anybody may know it.
	Link func(shareCode string) string
	// WholeLink is the same with what stands behind its #, for the host alone.
	WholeLink func(shareCode string) string
	// Ready waits, not for long, until the link of a new jam leads into it for everybody.
	Ready func(ctx context.Context, shareCode string)
	// Addresses are all base URLs that phones might reach, the likeliest first.
	Addresses func() []string
	// Introduce says who the host of the running jam is, and where it listens for libp2p beside that address of this machine's.
	Introduce func(at netip.Addr) (wire.Introduction, *wire.Error)
	// Status is what the console shows besides the jam.
	Status func() wire.ConsoleStatus
	// Broken are the music files that cannot be played.
	Broken func() wire.BrokenList
	// Wifi keeps the network that guests may be shown the way into.
	Wifi Wifi
	// LocalNames are this machine's own .local names now, in small letters.
	LocalNames func() []string
	// AllowHosts are further names to answer to.
	AllowHosts []string
	// MaxPerAddress connections that have not joined yet, per address.
	MaxPerAddress int
	// Beyond runs f in a goroutine of its own, which the host waits for when it
	// stops; ctx ends when it begins to.
	Beyond func(f func(ctx context.Context))
	Log    *slog.Logger
}

// API serves both faces; the limits count over both.
type API struct {
	Config
	house     *session.House
	pages     webapp.Pages
	strangers *strangers
	counts    *counts
}

// New makes the API.
func New(cfg Config) *API {
	return &API{Config: cfg, house: cfg.Door.House, pages: webapp.Pages{Files: cfg.Files, NotFound: nothingHere}, strangers: newStrangers(cfg.MaxPerAddress), counts: newCounts(cfg.Door.House, cfg.Door.Counts)}
}

// LAN is the face for guests. port is the listener's.
func (a *API) LAN(port int) http.Handler {
	mux := http.NewServeMux()
	a.guestRoutes(mux, onLAN)
	mux.HandleFunc("GET /{$}", a.pages.Document("index.html"))
	return a.gate(mux, port, false)
}

// Console is the face for the host. port is the listener's.
func (a *API) Console(port int) http.Handler {
	mux := http.NewServeMux()
	a.guestRoutes(mux, onConsole)
	a.hostRoutes(mux)
	mux.HandleFunc("GET /{$}", a.pages.Document("console.html"))
	return a.gate(mux, port, true)
}

// Remote is the face for pages that come through a soul-server, which passes their questions on.
// It has no gate: the soul-server has one of its own, and asks for nothing but these.
func (a *API) Remote() http.Handler {
	mux := http.NewServeMux()
	a.musicRoutes(mux, inTheOpen)
	mux.HandleFunc("/", nothingHere)
	return mux
}

// face is where a request has come in.
type face int

// The faces. On the console counts the host's token, too; in the open only those tokens which the soul-server reads anyway.
const (
	onLAN face = iota
	onConsole
	inTheOpen
)

func (a *API) musicRoutes(mux *http.ServeMux, at face) {
	mux.HandleFunc("GET /api/jam/sessions/{code}/search", a.seated(at, a.search))
	mux.HandleFunc("GET /api/jam/sessions/{code}/art/current", a.currentCover)
	mux.HandleFunc("GET /api/jam/sessions/{code}/art/{track}", a.seated(at, a.cover))
	mux.HandleFunc("GET /api/jam/sessions/{code}/{picture}", func(w http.ResponseWriter, r *http.Request) { a.qr(w, r, at) })
}

func (a *API) guestRoutes(mux *http.ServeMux, at face) {
	a.musicRoutes(mux, at)
	mux.HandleFunc("GET /api/jam/sessions/{code}", a.landing)
	mux.HandleFunc("GET /api/jam/sessions/{code}/introduction", a.introduction)
	mux.HandleFunc("GET /ws/jam/{code}", func(w http.ResponseWriter, r *http.Request) { a.socket(w, r, at == onConsole) })
	a.pages.Guests(mux)
	// A catch-all makes a wrong method a 404 like a wrong path: the LAN face must not tell what the console has.
	mux.HandleFunc("/", nothingHere)
}

func nothingHere(w http.ResponseWriter, _ *http.Request) {
	refuse(w, http.StatusNotFound, wire.Refusef(wire.CodeBadRequest, "There is nothing at this address"))
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // a client that is gone needs no answer
}

func refuse(w http.ResponseWriter, status int, refusal *wire.Error) { answer(w, status, refusal) }

// find reads the share code of the path as people type it, and asks which jam it
// is. A code that cannot be one looks like one that nobody has.
func (a *API) find(r *http.Request) (shareCode string, refusal *wire.Error) {
	return a.findOn(false, r)
}

// findOn is find that knows of the solo session, too, on the console.
func (a *API) findOn(console bool, r *http.Request) (shareCode string, refusal *wire.Error) {
	c, err := code.Parse(r.PathValue("code"))
	if err != nil {
		return "", wire.Refuse(wire.CodeSessionNotFound)
	}
	return c.String(), a.house.View().FindOn(console, c.String(), a.Door.Now())
}

// bearer is the token of the Authorization header, zero when there is none.
func bearer(r *http.Request) identity.Secret {
	scheme, token, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	if !ok || !strings.EqualFold(scheme, "Bearer") || token == "" || len(token) > wire.MaxToken {
		return identity.Secret{}
	}
	return identity.Keep(token)
}

// isHost tells whether the request shows the host's token; only the console may ask.
func (a *API) isHost(r *http.Request) bool {
	token := bearer(r)
	return !token.IsZero() && a.Door.HostToken.Equal(token)
}

// seated lets in those with a seat's resume token, and on the console the host. next gets the music that they may see.
func (a *API) seated(at face, next func(http.ResponseWriter, *http.Request, guest.View)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if _, refusal := a.findOn(at == onConsole, r); refusal != nil {
			refuse(w, refusal.Code.Status(), refusal)
			return
		}
		token := bearer(r)
		if token.IsZero() {
			refuse(w, http.StatusUnauthorized, wire.Refuse(wire.CodeNotAuthorized))
			return
		}
		hosts, ok := true, at == onConsole && a.isHost(r)
		if !ok {
			hosts, ok = a.house.SeatOf(r.Context(), token, at == inTheOpen)
		}
		switch {
		case !ok:
			refuse(w, http.StatusUnauthorized, wire.Refuse(wire.CodeNotAuthorized))
		case hosts:
			next(w, r, a.Music.Everything())
		default:
			next(w, r, a.Music.Shared())
		}
	}
}

// Server is the http.Server for one face, with the limits on slow and large requests.
func Server(h http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    16 << 10,
		// "OPTIONS *" would be answered before the gate.
		DisableGeneralOptionsHandler: true,
		ErrorLog:                     slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
}
