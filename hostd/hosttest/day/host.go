package day

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"sync"
	"testing/fstest"
	"time"

	"soul-jam/hostd/api"
	"soul-jam/hostd/guest"
	"soul-jam/hostd/invitation"
	"soul-jam/hostd/link/rtc"
	"soul-jam/hostd/native"
	"soul-jam/hostd/player"
	"soul-jam/hostd/remote"
	"soul-jam/hostd/session"
	"soul-jam/hostd/store"
	"soul-jam/shared/identity"
	"soul-jam/shared/wire"
)

// Where the host is: on the LAN, for itself, and for the network in memory.
const (
	lanName, lanPort         = "localhost:7420", 7420
	consoleName, consolePort = "localhost:7421", 7421
	hostIP                   = "192.168.1.1"
)

// host is hostd as hostd/server puts it together, on networks in memory and without what looks at the real machine: mDNS, the
// library's folders, the desktop, libp2p. Its data directory outlives it.
type host struct {
	network *network
	machine *roaming // where its data channels come in
	data    string
	key     identity.HostKey
	token   identity.Secret
	ledger  *ledger
	log     *slog.Logger

	*running // nil = it does not run
}

// running is one run of it.
type running struct {
	store  *store.Store
	player player.Player
	house  *session.House
	book   *invitation.Book
	door   *guest.Door
	api    *api.API
	remote *remote.Remote
	guests guests

	ctx       context.Context // of the guests
	bye       context.CancelFunc
	stopHouse context.CancelFunc
	parts     sync.WaitGroup
	failed    error // of the house; read after parts
	faces     []*http.Server
}

func newHost(n *network, machine *roaming, data string, log *slog.Logger) (*host, error) {
	key, err := identity.DrawHostKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	token, err := identity.New(rand.Reader)
	if err != nil {
		return nil, err
	}
	return &host{network: n, machine: machine, data: data, key: key, token: token, ledger: newLedger(), log: log}, nil
}

// start brings hostd up on what its directory holds, which must be all that it wrote down.
func (h *host) start() (err error) {
	r := &running{}
	r.guests.changed = sync.NewCond(&r.guests.mu)
	if r.store, err = store.Open(h.data); err != nil {
		return err
	}
	r.player = player.NewSilent()
	defer func() {
		if err != nil {
			err = errors.Join(err, r.player.Close(), r.store.Close())
		}
	}()
	found, err := r.store.Running()
	if err != nil {
		return err
	}
	h.ledger.same(found)
	disk := kept{r.store, h.ledger}
	r.house, err = session.Open(session.Config{
		Store: disk, Player: r.player, Music: shelf{}, Now: session.Clock(), Entropy: rand.Reader,
		HostName: "Hanna", DeviceID: "a machine in memory", Log: h.log,
	})
	if err != nil {
		return err
	}
	h.open(r, disk)
	return nil
}

// open lets people in.
func (h *host) open(r *running, disk kept) {
	r.book = invitation.NewBook(h.key, disk, rand.Reader)
	r.door = &guest.Door{
		House: r.house, Library: catalogue{}, Decoder: wire.NewDecoder(), HostToken: h.token,
		TVToken: func() identity.Secret { return h.token }, Now: r.house.Now, Log: h.log,
	}
	var houseCtx context.Context
	r.ctx, r.bye = context.WithCancel(context.Background())
	houseCtx, r.stopHouse = context.WithCancel(context.Background())
	r.parts.Go(func() { r.failed = r.house.Run(houseCtx) })
	r.api = h.routes(r)
	r.remote = remote.New(remote.Config{
		URL: soulURL(), Key: h.key, House: r.house, Door: r.door, Book: r.book, Pages: r.api.Remote(), WebRTC: ":7422",
		HTTP: h.network.web(hostIP), Listen: func(c rtc.Config) (*rtc.Host, error) { c.Net = h.machine; return rtc.Listen(c) },
		Entropy: rand.Reader, Log: h.log,
	})
	r.parts.Go(func() { r.remote.Run(r.ctx) })
	h.running = r
	h.serve(lanName, r.api.LAN(lanPort))
	h.serve(consoleName, r.api.Console(consolePort))
}

// routes is hostd's HTTP.
func (h *host) routes(r *running) *api.API {
	nothing := func(string) string { return "" }
	return api.New(api.Config{
		Door: r.door, Music: catalogue{}, Archive: r.store, Files: fstest.MapFS{}, Link: nothing, WholeLink: nothing,
		Ready: func(context.Context, string) {}, Addresses: func() []string { return nil },
		Introduce: func(netip.Addr) (wire.Introduction, *wire.Error) {
			return native.Introduction(r.house.View(), r.book, []string{"/dns/" + lanName})
		},
		Status: func() wire.ConsoleStatus { return wire.ConsoleStatus{} }, Broken: func() wire.BrokenList { return wire.BrokenList{} },
		LocalNames: func() []string { return nil }, MaxPerAddress: 32, Log: h.log,
		Beyond: func(f func(context.Context)) {
			r.guests.count(1)
			go func() {
				defer r.guests.count(-1)
				f(r.ctx)
			}()
		},
	})
}

func (h *host) serve(name string, face http.Handler) {
	server := api.Server(face, h.log)
	ctx := h.ctx
	server.BaseContext = func(net.Listener) context.Context { return ctx }
	h.faces = append(h.faces, server)
	l := h.network.listen(name, hostIP)
	h.parts.Go(func() { _ = server.Serve(l) }) // until stop
}

// stop ends hostd as SIGTERM does.
func (h *host) stop() error {
	r := h.running
	h.running = nil
	r.bye()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	for _, s := range r.faces {
		_ = s.Shutdown(ctx) // what is left then is closed below
	}
	late := context.AfterFunc(ctx, func() { r.guests.give() })
	defer late()
	r.guests.wait()
	for _, s := range r.faces {
		_ = s.Close() // nobody is left to be told
	}
	r.stopHouse()
	r.parts.Wait()
	if r.failed != nil {
		return fmt.Errorf("the house: %w", r.failed)
	}
	if err := r.player.Close(); err != nil {
		return err
	}
	return r.store.Close()
}

// begin starts the jam.
func (h *host) begin(settings map[string]any) (code string, err error) {
	text, err := json.Marshal(settings)
	if err != nil {
		return "", err
	}
	created, refusal := h.house.Create(h.ctx, text)
	if refusal != nil {
		return "", refusal
	}
	return created.ShareCode, nil
}

// link is the key of the jam's link.
func (h *host) link() (identity.LinkKey, error) {
	v := h.house.View()
	inv, err := h.book.Of(v.SessionID, v.ShareCode)
	if err != nil {
		return identity.LinkKey{}, err
	}
	return inv.Link, nil
}

// guests counts who is served.
type guests struct {
	mu      sync.Mutex // guards what follows
	changed *sync.Cond
	here    int
	enough  bool // nobody is waited for any more
}

func (g *guests) count(more int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.here += more
	g.changed.Broadcast()
}

func (g *guests) give() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.enough = true
	g.changed.Broadcast()
}

func (g *guests) wait() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for g.here > 0 && !g.enough {
		g.changed.Wait()
	}
}

func soulURL() *url.URL { return &url.URL{Scheme: "http", Host: soulName} }

// web is an HTTP client on a machine of the network.
func (n *network) web(ip string) *http.Client {
	return &http.Client{Transport: &http.Transport{DialContext: n.dialFrom(ip), DisableKeepAlives: true}}
}
