package subsonic

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"soul-jam/shared/identity"
)

const (
	// DefaultCache is how much the songs of servers may take on disk, in bytes.
	DefaultCache = 1 << 30
	// maxAge is how long a song is kept that nobody plays: the server may have another by then.
	maxAge = 30 * 24 * time.Hour
	// maxNumbers is how many songs have an address at the same time; that of the oldest is forgotten.
	maxNumbers = 10_000
	// maxReaders is how many requests of the player, and of what measures, are served at once.
	maxReaders = 16

	// defaultPatience is how long a reader waits while nothing comes from the server. While something comes that is
	// not yet what it wants, it waits patienceFactor times as long. A reader that comes when others have waited already
	// waits a graceFactor-th of it at least: FFmpeg asks four more times before it gives up, at 1, 3 and 7 s.
	defaultPatience = 15 * time.Second
	patienceFactor  = 4
	graceFactor     = 5
	// linger is how long a song goes on being fetched that nobody reads: a player that seeks comes back at once.
	linger = time.Second

	// headerName carries the token.
	headerName = "X-Stream-Token"
	// Endings of the cache's files: a song, and one of which pieces are missing.
	wholeEnding, partEnding = ".song", ".part"
)

// StreamsConfig is how OpenStreams works. Only Dir is needed.
type StreamsConfig struct {
	Dir   string       // of the cache, made for the owner alone
	Limit int64        // bytes on disk, default DefaultCache; songs that are in use may exceed it
	Log   *slog.Logger // nil: silent

	patience time.Duration // for tests; default defaultPatience
}

// Streams is how the player gets songs of servers: an HTTP server on a loopback port, which fetches each song once
// into a cache on disk and gives it from there, from any position. Only who knows a token gets something.
type Streams struct {
	cfg      StreamsConfig
	log      *slog.Logger
	root     *os.Root
	listener net.Listener
	token    identity.Secret
	readers  chan struct{} // holds one token per request

	mu      sync.Mutex // guards the rest, and all songs
	last    uint64     // the number given last
	numbers map[string]uint64
	origins map[uint64]origin
	songs   map[string]*song
	closed  bool           // no more readers
	working sync.WaitGroup // readers and fetchers; grows under mu, and not once closed
}

// origin is where a song comes from.
type origin struct {
	client *Client
	id     string
	key    string // name of its files, without ending
}

// OpenStreams opens the cache and the port. Run serves; until then the player waits.
func OpenStreams(cfg StreamsConfig) (*Streams, error) {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Limit <= 0 {
		cfg.Limit = DefaultCache
	}
	if cfg.patience <= 0 {
		cfg.patience = defaultPatience
	}
	token, err := identity.New(rand.Reader)
	if err != nil {
		return nil, err
	}
	s := &Streams{
		cfg: cfg, log: cfg.Log, token: token, readers: make(chan struct{}, maxReaders),
		numbers: make(map[string]uint64), origins: make(map[uint64]origin), songs: make(map[string]*song),
	}
	if err := s.openCache(); err != nil {
		return nil, fmt.Errorf("open the cache of songs %s: %w", cfg.Dir, err)
	}
	if s.listener, err = net.Listen("tcp4", "127.0.0.1:0"); err != nil {
		return nil, errors.Join(fmt.Errorf("open a port for the player: %w", err), s.root.Close())
	}
	return s, nil
}

// openCache finds the songs of last time. What was fetched in part then is removed.
func (s *Streams) openCache() (err error) {
	if err = os.MkdirAll(s.cfg.Dir, 0o700); err != nil {
		return err
	}
	if err = os.Chmod(s.cfg.Dir, 0o700); err != nil {
		return err
	}
	if s.root, err = os.OpenRoot(s.cfg.Dir); err != nil {
		return err
	}
	entries, err := os.ReadDir(s.cfg.Dir)
	if err != nil {
		return errors.Join(err, s.root.Close())
	}
	ours := regexp.MustCompile(`^([0-9a-f]{32})(\.song|\.part)$`)
	for _, entry := range entries {
		name := ours.FindStringSubmatch(entry.Name())
		info, err := entry.Info()
		if name == nil || err != nil || !info.Mode().IsRegular() {
			continue
		}
		if name[2] == partEnding || time.Since(info.ModTime()) > maxAge {
			_ = s.root.Remove(entry.Name()) // or it is found again next time
			continue
		}
		kept := newSong(name[1])
		kept.whole, kept.total, kept.has, kept.used = true, info.Size(), pieces{}.add(span{0, info.Size()}), info.ModTime()
		s.songs[kept.key] = kept
	}
	s.trim(0)
	return nil
}

// Header is what a request of the player has to carry. The value is a secret: hand it to the player in private.
func (s *Streams) Header() (name, value string) { return headerName, s.token.Reveal() }

// Run serves the player until ctx ends.
func (s *Streams) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	server := &http.Server{
		Handler:           s.handler(ctx),
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       5 * time.Second,
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    8 << 10,

		DisableGeneralOptionsHandler: true,
		ErrorLog:                     slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
	}
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	err := server.Serve(s.listener)
	cancel()
	_ = server.Close() // ends the readers, when it is not they who ended
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.working.Wait()
	if errors.Is(err, http.ErrServerClosed) {
		err = nil
	}
	return errors.Join(err, s.root.Close())
}

// Close gives the port and the directory back where Run was never called.
func (s *Streams) Close() error { return errors.Join(s.listener.Close(), s.root.Close()) }

// Location gives what the player opens, an address on this machine. It is good until Run ends.
func (c *Client) Location(id string) (string, error) {
	if c.cfg.Streams == nil {
		return "", errors.New("songs of servers cannot be played: there is no cache for them")
	}
	if id == "" || len(id) > maxText {
		return "", failf(Missing, "%s does not have that song", c.host())
	}
	return c.cfg.Streams.location(c, id), nil
}

func (s *Streams) location(c *Client, id string) string {
	// By the server's address, too: another user's password opens other songs.
	sum := sha256.Sum256([]byte(c.base.String() + "\n" + c.cfg.User + "\n" + id))
	key := hex.EncodeToString(sum[:16])
	s.mu.Lock()
	defer s.mu.Unlock()
	number, known := s.numbers[key]
	if !known {
		s.last++
		number = s.last
		if oldest, there := s.origins[number-min(number, maxNumbers)]; there {
			delete(s.numbers, oldest.key)
			delete(s.origins, number-maxNumbers)
		}
		s.numbers[key] = number
	}
	s.origins[number] = origin{client: c, id: id, key: key}
	return fmt.Sprintf("http://%s/stream/%d", s.listener.Addr(), number)
}

// trim removes the songs that nobody has played for longest, until there is room for more bytes. s.mu is held,
// or nobody else is there yet.
func (s *Streams) trim(more int64) {
	var idle []*song
	for _, one := range s.songs {
		more += one.has.size()
		if one.users == 0 {
			idle = append(idle, one)
		}
	}
	slices.SortFunc(idle, func(a, b *song) int { return a.used.Compare(b.used) })
	for _, one := range idle {
		if more <= s.cfg.Limit {
			return
		}
		more -= one.has.size()
		s.drop(one)
	}
}

// drop forgets a song that nobody uses, with its file. s.mu is held.
func (s *Streams) drop(one *song) {
	delete(s.songs, one.key)
	if err := s.root.Remove(one.file()); err != nil && !errors.Is(err, os.ErrNotExist) {
		s.log.Warn("a song of the cache cannot be removed", "err", strings.TrimSpace(err.Error()))
	}
}
