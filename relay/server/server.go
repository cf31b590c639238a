// Package server is the relay as a value: the program on a soul-server. It serves the web app, brings guests and
// hosts together (signaling/server), tells them their outside addresses (STUN), and keeps out who guesses or floods.
// It keeps no jam.
//
//	server.go    starts and ends it all      site.go       the routes
//	rest.go      what pages ask              names.go      which Host and Origin are ours
//	address.go   whom a request counts for   strangers.go  connections of nobody yet
//	guesses.go   guessed codes               allowance.go  how often an address may do something
//	stun.go      binding requests            tls.go        certificates
//	metrics.go   figures for the operator    circuit.go    the circuit relay, and where it is
//	wellknown.go what phones ask about apps
package server

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"time"

	"soul-jam/relay/directory"
	"soul-jam/shared/identity"
	core "soul-jam/signaling"
	signaling "soul-jam/signaling/server"
)

// Config is what the flags say.
type Config struct {
	// Listen is the address of HTTP; port 0 = any free one.
	Listen string
	// PublicURL is what guests see, "" = whatever they reach us by.
	PublicURL string
	// Data is the directory of the file of codes, of the key that addresses are hashed with, of the circuit relay's key, and of
	// automatic certificates.
	Data string
	// STUNListen, P2PListen and MetricsListen, "" = none.
	STUNListen, P2PListen, MetricsListen string
	// WellKnown is the directory of the files that tell phones about apps, "" = none.
	WellKnown string
	// TLSCert and TLSKey are files, TLSAuto a name to get certificates for; all "" = plain HTTP.
	TLSCert, TLSKey, TLSAuto string
	// TrustedProxies are networks whose X-Forwarded-For is believed.
	TrustedProxies []string
	// AllowHosts are further names to answer to.
	AllowHosts []string
	// MaxPerAddress, connections of an address that have no seat and no code yet; inAll times as many in all.
	MaxPerAddress int
	// Out gets the line that people and scripts read.
	Out io.Writer
	Log *slog.Logger
}

const (
	// endWithin: sockets are told to come back, and the rest is cut then. The process ends within 5 s.
	endWithin = 2 * time.Second
	// sweepEvery: expired codes are removed.
	sweepEvery = time.Hour
)

// Run serves until ctx is over, which is no error.
func Run(ctx context.Context, cfg Config) (err error) {
	secure, err := cfg.tlsConfig()
	if err != nil {
		return err
	}
	public, err := parsePublic(cfg.PublicURL)
	if err != nil {
		return err
	}
	trusted, err := parseProxies(cfg.TrustedProxies)
	if err != nil {
		return err
	}
	l, err := listen(ctx, cfg.Listen)
	if err != nil {
		return err
	}
	defer func() { _ = l.Close() }()
	codes, err := directory.Open(cfg.Data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, codes.Close()) }()
	// The directory's lock is ours by now; others are kept out of its files as well.
	salt, err := identity.LoadOrCreateFile(cfg.Data, saltFile)
	if err != nil {
		return err
	}
	running, stop := context.WithCancel(ctx)
	defer stop()
	own := &refused{}
	stunPort, err := startSTUN(running, cfg, own)
	if err != nil {
		return err
	}
	s := newSite(cfg, public, secure != nil, l.Addr(), stunPort, codes, own)
	s.proxies, s.salt = trusted, salt
	if s.wellKnown, err = openWellKnown(cfg.WellKnown); err != nil {
		return err
	}
	defer s.wellKnown.close()
	endCircuit, err := s.startCircuit(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, endCircuit()) }()
	if err := startMetrics(running, cfg, metrics(s.signaling, own, codes.Rows, s.circuit)); err != nil {
		return err
	}
	go sweep(running, codes, cfg.Log)
	err = serve(ctx, cfg, s.handler(), l, secure)
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), endWithin)
	defer cancel()
	s.signaling.Close(ending)
	if !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// serve is HTTP until ctx is over. Upgraded sockets are not its any more.
func serve(ctx context.Context, cfg Config, handler http.Handler, l net.Listener, secure *tls.Config) error {
	srv := newHTTP(handler, cfg.Log)
	srv.TLSConfig = secure
	stopped := context.AfterFunc(ctx, func() { _ = srv.Close() })
	defer stopped()
	if secure == nil {
		fmt.Fprintf(cfg.Out, "listening on http://%s\n", l.Addr())
		return srv.Serve(l)
	}
	fmt.Fprintf(cfg.Out, "listening on https://%s\n", l.Addr())
	return srv.ServeTLS(l, "", "")
}

func listen(ctx context.Context, address string) (net.Listener, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", address, err)
	}
	return l, nil
}

// newHTTP has the limits of every listener.
func newHTTP(handler http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler: handler, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: 30 * time.Second, IdleTimeout: time.Minute,
		MaxHeaderBytes: 16 << 10, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
}

func newSite(cfg Config, public *url.URL, secure bool, at net.Addr, stunPort string, codes signaling.Directory, own *refused) *site {
	_, port, _ := net.SplitHostPort(at.String())
	s := &site{
		names: names{port: port, allowed: cfg.AllowHosts}, scheme: "http", ownTLS: secure, strangers: newStrangers(cfg.MaxPerAddress), guesses: newGuesses(),
		asking: newAllowance(askBurst, askEvery), claiming: newAllowance(max(claimBurst, cfg.MaxPerAddress), claimEvery), refused: own,
	}
	if secure {
		s.scheme = "https"
	}
	to := signaling.Config{Directory: codes, Log: cfg.Log}
	if public != nil {
		s.scheme = public.Scheme
		s.names.public = withPort(public.Host, public.Scheme)
		to.PublicURL, to.PublicHost = public.String(), public.Host
	}
	to.ICE, to.P2P = iceFor(s.names.public, stunPort), s.circuitFor
	s.signaling = signaling.New(to)
	return s
}

// startSTUN gives the port, "" when there is none.
func startSTUN(ctx context.Context, cfg Config, own *refused) (port string, err error) {
	if cfg.STUNListen == "" {
		return "", nil
	}
	conn, err := new(net.ListenConfig).ListenPacket(ctx, "udp", cfg.STUNListen)
	if err != nil {
		return "", fmt.Errorf("listen on %s for STUN: %w", cfg.STUNListen, err)
	}
	_, port, _ = net.SplitHostPort(conn.LocalAddr().String())
	server := stunServer{conn: conn, pace: newAllowance(stunBurst, stunEvery), answered: func() { own.stun.Add(1) }, tooOften: func() { own.stunTooOften.Add(1) }, log: cfg.Log}
	go server.serve(ctx)
	return port, nil
}

func stunAt(hostport, port string) []core.ICE {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		return nil
	}
	return []core.ICE{{URLs: []string{"stun:" + net.JoinHostPort(host, port)}}}
}

func startMetrics(ctx context.Context, cfg Config, handler http.Handler) error {
	if cfg.MetricsListen == "" {
		return nil
	}
	l, err := listen(ctx, cfg.MetricsListen)
	if err != nil {
		return err
	}
	srv := newHTTP(handler, cfg.Log)
	context.AfterFunc(ctx, func() { _ = srv.Close() })
	cfg.Log.Info("metrics", "address", l.Addr().String())
	go func() { _ = srv.Serve(l) }()
	return nil
}

// sweep removes expired codes now and then.
func sweep(ctx context.Context, codes *directory.Directory, log *slog.Logger) {
	for tick := time.NewTicker(sweepEvery); ; {
		select {
		case <-ctx.Done():
			tick.Stop()
			return
		case now := <-tick.C:
			if err := codes.Sweep(now); err != nil {
				log.Error("codes", "error", err)
			}
		}
	}
}
