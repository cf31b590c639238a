package server

import (
	"context"
	"crypto/rand"
	"errors"
	"net"
	"net/http"
	"sync"
	"time"

	"soul-jam/hostd/api"
	"soul-jam/hostd/check"
	"soul-jam/hostd/guest"
	"soul-jam/hostd/invitation"
	"soul-jam/hostd/lan"
	"soul-jam/hostd/library"
	"soul-jam/hostd/loudness"
	"soul-jam/hostd/native"
	"soul-jam/hostd/player"
	"soul-jam/hostd/remote"
	"soul-jam/hostd/session"
	"soul-jam/hostd/store"
	"soul-jam/shared/identity"
	"soul-jam/shared/wire"
	"soul-jam/webapp"
)

// goodbyeWithin: guests who do not take their bye in this time are left; SIGTERM
// has 5 s in all.
const goodbyeWithin = 2 * time.Second

// TokenFile in the data directory holds the host's bearer token.
const TokenFile = "host.token"

// server is the parts, in the order in which they are made.
type server struct {
	cfg      Config
	store    *store.Store
	start    store.Start // what happened to the data file
	token    identity.Secret
	key      identity.HostKey
	book     *invitation.Book
	servers  servers
	library  *library.Library
	loudness *loudness.Listener // nil where nothing is heard
	player   player.Chosen
	house    *session.House
	lan      net.Listener
	console  net.Listener
	browser  lan.Browser    // lists nothing unless mDNS is on
	remote   *remote.Remote // nil without a soul-server
	native   *native.Native // nil where nobody may come by libp2p
	guests   guests
}

// Run builds hostd and serves until ctx is over, which is no error. When it
// returns, nothing of it runs any more.
func Run(ctx context.Context, cfg Config) error {
	s := &server{cfg: cfg, browser: lan.Browser{Interfaces: cfg.MDNSInterfaces, Log: cfg.Log}}
	defer s.close()
	if err := s.build(ctx); err != nil {
		return err
	}
	return s.serve(ctx)
}

func (s *server) build(ctx context.Context) (err error) {
	// The token's directory is made first, the store's lock is taken before anything in it is read.
	if err := makeDataDir(s.cfg.Data); err != nil {
		return err
	}
	opening := store.Opening{Check: check.By(s.cfg.Check), Now: time.Now, Log: s.cfg.Log}
	if s.store, s.start, err = opening.Open(ctx, s.cfg.Data); err != nil {
		return err
	}
	if s.token, err = identity.LoadOrCreateFile(s.cfg.Data, TokenFile); err != nil {
		return err
	}
	if err := s.loadKey(); err != nil {
		return err
	}
	if s.lan, err = listen(s.cfg.Listen, s.cfg.ListenFixed); err != nil {
		return err
	}
	if err := loopbackOnly(s.cfg.Console); err != nil {
		return err
	}
	if s.console, err = listen(s.cfg.Console, s.cfg.ConsoleFixed); err != nil {
		return err
	}
	s.openServers()
	if err := s.openLibrary(); err != nil {
		return err
	}
	if s.player, err = player.New(ctx, s.cfg.Player, player.Config{Log: s.cfg.Log}); err != nil {
		return err
	}
	if s.player.Warning != nil {
		s.cfg.Log.Warn("no sound", "reason", s.player.Warning)
	}
	if s.player.Name == player.NameMPV {
		s.loudness = loudness.NewListener(measured{forHouse{s.music()}}, loudness.Config{Log: s.cfg.Log})
	}
	s.house, err = session.Open(session.Config{
		Store: s.store, Player: s.player.Player, Music: forHouse{s.music()}, Now: session.Clock(), Boot: session.ReadBoot, Entropy: rand.Reader,
		HostName: s.cfg.Name, DeviceID: s.deviceID(), Log: s.cfg.Log,
	})
	return err
}

func (s *server) openLibrary() error {
	lib, err := library.Open(library.Config{Dirs: s.cfg.Music, Sources: s.servers.sources, Cache: s.store, Log: s.cfg.Log})
	if lib == nil {
		return err
	}
	s.library = lib
	if err := s.recallSharing(); err != nil {
		return err
	}
	plays, unread := s.store.Plays()
	if unread != nil {
		return unread
	}
	lib.SetPlays(plays)
	if err != nil {
		// A folder that is away is no reason to stay silent: the others play, and the console says it.
		s.cfg.Log.Warn("some music is missing", "reason", err)
	}
	return nil
}

// deviceID tells this installation from others; it is not a secret.
func (s *server) deviceID() string {
	hash, _ := s.token.Hash().MarshalText()
	return string(hash[:16])
}

// serve runs everything until ctx is over or a part fails.
func (s *server) serve(ctx context.Context) error {
	ctx, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	// The house outlives the guests, so that their leaving is written too.
	houseCtx, stopHouse := context.WithCancel(context.WithoutCancel(ctx))
	defer stopHouse()
	var parts sync.WaitGroup
	parts.Go(func() { fail(s.house.Run(houseCtx)) })
	parts.Go(func() {
		if err := s.library.Run(ctx); err != nil && ctx.Err() == nil {
			s.cfg.Log.Error("the library is not watched any more", "error", err)
		}
	})
	if s.cfg.MDNS {
		parts.Go(func() { s.announce(ctx) })
		parts.Go(func() { s.browser.Run(ctx) })
	}
	keeper := store.Keeper{Store: s.store, Check: check.By(s.cfg.Check), Log: s.cfg.Log}
	parts.Go(func() { keeper.Run(ctx) })
	parts.Go(func() { s.tellScan(ctx) })
	parts.Go(func() { s.runServers(ctx) })
	if s.loudness != nil {
		parts.Go(func() { s.loudness.Run(ctx) })
	}
	if s.cfg.MPRIS {
		parts.Go(func() { s.showDesktop(ctx) })
	}
	a, err := s.api(ctx)
	if err != nil {
		return err
	}
	if s.remote != nil {
		parts.Go(func() { s.remote.Run(ctx) })
	}
	if s.remote != nil && s.native != nil {
		parts.Go(func() { s.native.Reserve(ctx, s.remote.Relays) })
	}
	lanServer := s.listener(ctx, a.LAN(portOf(s.lan)))
	consoleServer := s.listener(ctx, a.Console(portOf(s.console)))
	parts.Go(func() { fail(lanServer.Serve(s.lan)) })
	parts.Go(func() { fail(consoleServer.Serve(s.console)) })
	if err := s.greet(ctx); err != nil {
		fail(err)
	}
	<-ctx.Done()
	s.farewell(lanServer, consoleServer)
	stopHouse()
	parts.Wait()
	if err := context.Cause(ctx); !errors.Is(err, context.Canceled) && !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// listener serves one face and counts the requests under way, WebSockets too,
// which the standard library forgets once they are upgraded.
func (s *server) listener(ctx context.Context, h http.Handler) *http.Server {
	srv := api.Server(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.guests.enter()
		defer s.guests.leave()
		h.ServeHTTP(w, r)
	}), s.cfg.Log)
	srv.BaseContext = func(net.Listener) context.Context { return ctx }
	return srv
}

// farewell stops taking requests and waits until everyone has had their bye, or
// long enough. Closing the servers comes last: it would cut off whoever is in the
// middle of an upgrade, and they would never learn that they should come back.
func (s *server) farewell(servers ...*http.Server) {
	ctx, cancel := context.WithTimeout(context.Background(), goodbyeWithin)
	defer cancel()
	var shutdowns sync.WaitGroup
	defer shutdowns.Wait()
	for _, srv := range servers {
		shutdowns.Go(func() { _ = srv.Shutdown(ctx) }) // what is left then is closed below
		defer func() { _ = srv.Close() }()             // nobody is left to be told
	}
	select {
	case <-s.guests.left():
		cancel()
	case <-ctx.Done():
		s.cfg.Log.Warn("some guests did not take their goodbye")
	}
}

// api makes the HTTP of all faces and, where there is a soul-server, the part that meets guests there.
func (s *server) api(ctx context.Context) (*api.API, error) {
	door := &guest.Door{
		House: s.house, Library: forGuests{s.music()}, Decoder: wire.NewDecoder(), HostToken: s.token, TVToken: s.tvToken,
		Now: s.house.Now, Log: s.cfg.Log, Counts: guest.NewCounts(), Joins: guest.NewJoins(),
	}
	beyond := func(f func(context.Context)) { s.guests.serve(func() { f(ctx) }) }
	a := api.New(api.Config{
		Door:  door,
		Music: forGuests{s.music()}, Archive: s.store, Files: webapp.Files(), Link: s.link, WholeLink: s.wholeLink, Ready: s.ready, Addresses: s.addresses, Status: s.status, Broken: s.broken,
		Wifi: &wifi{data: s.cfg.Data}, LocalNames: s.localNames, AllowHosts: s.cfg.AllowHosts, MaxPerAddress: s.cfg.MaxPerAddress, Log: s.cfg.Log,
		Introduce: s.introduce, Beyond: beyond,
	})
	return a, errors.Join(s.meet(door, a.Remote()), s.meetNatives(door, beyond))
}

// announce keeps the LAN told of the running jam, and only while one runs.
func (s *server) announce(ctx context.Context) {
	announcer := &lan.Announcer{Log: s.cfg.Log}
	defer announcer.Stop()
	for {
		if what, running := s.announcement(); running {
			if err := announcer.Announce(ctx, what); err != nil {
				s.cfg.Log.Warn("the jam is not announced", "error", err)
			}
		} else {
			announcer.Stop()
		}
		select {
		case <-s.house.Changed():
		case <-ctx.Done():
			return
		}
	}
}

// close lets go of everything that was made, in reverse.
func (s *server) close() {
	if s.native != nil {
		s.warnOf("libp2p", s.native.Close())
	}
	if s.player.Player != nil {
		s.warnOf("player", s.player.Player.Close())
	}
	if s.servers.streams != nil {
		_ = s.servers.streams.Close() // closed by its Run already, unless that never was
	}
	for _, l := range []net.Listener{s.console, s.lan} {
		if l != nil {
			_ = l.Close() // closed by its server already, unless that never ran
		}
	}
	if s.store != nil {
		s.forgetRunning()
		s.warnOf("store", s.store.Close())
	}
}

func (s *server) warnOf(part string, err error) {
	if err != nil {
		s.cfg.Log.Warn("a part did not close well", "part", part, "error", err)
	}
}
