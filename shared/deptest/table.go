package deptest

import "maps"

// place says where a package stands among the others.
type place struct {
	// imports lists what of this module its code may import, tests apart.
	imports []string

	// stdOnly forbids modules of others, but those in also.
	stdOnly bool
	also    []string

	// testsOnly marks what only tests may import.
	testsOnly bool

	// simulated marks what runs in a testing/synctest bubble from beginning to end: sleeping is how time passes there.
	simulated bool
}

// The packages that stand in several rows.
const (
	wire, webapp = "shared/wire", "webapp"
	jam, session = "hostd/jam", "hostd/session"
	guest, api   = "hostd/guest", "hostd/api"
	server, lan  = "hostd/server", "hostd/lan"
	store, link  = "hostd/store", "hostd/link"
	player       = "hostd/player"
	library      = "hostd/library"
	subsonic     = "hostd/subsonic"
	config       = "hostd/config"
	loudness     = "hostd/loudness"
	mpris        = "hostd/mpris"
	ws           = "hostd/link/ws"
	rtc          = "hostd/link/rtc"
	relayed      = "hostd/link/relayed"
	remote       = "hostd/remote"
	invitation   = "hostd/invitation"
	p2p          = "hostd/link/p2p"
	native       = "hostd/native"
	visitor      = "hostd/visitor"
	terminal     = "hostd/terminal"
	circuit      = "relay/circuit"
	signaling    = "signaling"
	signalClient = "signaling/client"
	signalServer = "signaling/server"
	directory    = "relay/directory"
	relayServer  = "relay/server"
)

// table is the direction of imports. A package that is not in it fails the test, so whoever adds
// one decides here where it stands. The main line is
//
//	wire <- jam <- session <- guest <- api <- server <- main
//
// Beside the imports listed here every package may import shared/code and shared/identity, which know
// nothing themselves. Tests may also import what is marked testsOnly and the packages
// of [testImports].
func table() map[string]place {
	places := map[string]place{
		// What crosses a process boundary: standard library only.
		wire:                     {stdOnly: true},
		"shared/wire/typescript": {stdOnly: true, imports: []string{wire}},
		"shared/code":            {stdOnly: true},
		"shared/identity":        {stdOnly: true},
		"shared/deptest":         {stdOnly: true},
		"shared/setting":         {stdOnly: true},

		// The core: a function, so nothing that does I/O (see also [pure]).
		jam: {stdOnly: true, also: []string{"golang.org/x/text"}, imports: []string{wire}},

		// What the core's owner needs. They know the messages only, not each other.
		store:         {imports: []string{wire}},
		"hostd/check": {imports: []string{wire, jam, store}}, // the data file, in a process of its own
		lan:           {},

		// What hostd leaves on the machine for it to be started: texts in the formats of others.
		"hostd/install": {stdOnly: true},

		// How hosts and guests meet at a soul-server: the protocol and its two ends, which never see the jam.
		signaling:    {stdOnly: true, imports: []string{wire}},
		signalServer: {imports: []string{wire, signaling}},
		signalClient: {imports: []string{wire, signaling}},

		// The goroutine that owns a jam, the people connected to it, HTTP for both.
		session: {imports: []string{wire, jam, store, player, library}},
		guest:   {imports: []string{wire, jam, session, library, link}},
		api:     {imports: []string{wire, jam, session, guest, store, library, link, ws, lan, webapp, config}},

		// What a jam's link stands for; the guests who come through a soul-server, and those who come by libp2p.
		invitation: {imports: []string{rtc}},
		remote:     {imports: []string{wire, session, guest, invitation, link, rtc, relayed, signaling, signalClient}},
		native:     {imports: []string{wire, session, guest, invitation, link, p2p}},

		// The other end: somebody else's jam in a terminal. It knows nothing of a host's parts.
		visitor:  {imports: []string{wire, link, ws, p2p, relayed, lan, signaling, signalClient}},
		terminal: {imports: []string{wire, visitor}},

		// All parts put together, and the program.
		server: {imports: []string{wire, jam, session, guest, api, invitation, remote, native, store, player, library, mpris, link, ws, lan, webapp,
			config, subsonic, loudness, "hostd/check"}},
		"hostd": {imports: []string{wire, "hostd/check", server, player, lan, visitor, terminal, config, subsonic, "hostd/install", "shared/setting"}}, // player: the names that --player takes

		// The built web app, embedded in both programs.
		webapp: {stdOnly: true},

		// soul-server carries bytes it cannot read: it never sees the jam.
		directory:   {imports: []string{wire, signaling, signalServer}},
		circuit:     {},
		relayServer: {imports: []string{wire, webapp, signaling, signalServer, directory, circuit}},
		"relay":     {imports: []string{wire, relayServer, "shared/setting"}},
	}
	maps.Copy(places, music())
	maps.Copy(places, links())
	maps.Copy(places, onlyForTests())
	return places
}

// music is the part of the table about what is heard. They know the messages only.
func music() map[string]place {
	return map[string]place{
		player:  {imports: []string{wire}},
		library: {imports: []string{wire}},
		mpris:   {}, // what plays comes from server

		// How loud a song is, by the player's own rules for what may be opened.
		loudness: {stdOnly: true, imports: []string{player}},

		// Music that lies on a server, and the file in which the host keeps what opens it.
		subsonic: {stdOnly: true, imports: []string{wire, library}},
		config:   {stdOnly: true},
	}
}

// links is the part of the table about ordered messages between two ends. The kinds of link know link only.
func links() map[string]place {
	return map[string]place{
		link:    {},
		ws:      {imports: []string{link}},
		rtc:     {imports: []string{link}},
		relayed: {imports: []string{link}},
		p2p:     {imports: []string{link}},
	}
}

// onlyForTests is the part of the table that only tests may import.
func onlyForTests() map[string]place {
	return map[string]place{
		// A whole world in one process, and the one suite for all links.
		"hostd/hosttest": {testsOnly: true, imports: []string{
			wire, jam, session, guest, api, invitation, remote, native, server, store, player, library, link, ws, rtc, relayed, p2p, visitor, lan, webapp,
			signaling, signalClient, signalServer, directory, circuit, relayServer}},
		// A crowd, and those who mean harm, against hosts and soul-servers in processes of their own.
		"hostd/hosttest/load": {testsOnly: true, imports: []string{
			"hostd/hosttest", "shared/proof", wire, jam, store, link, ws, rtc, relayed, server, relayServer, signaling, signalClient}},
		"hostd/link/linktest": {testsOnly: true, imports: []string{link}},

		// 24 hours of a jam in a bubble: the host's parts on networks in memory.
		"hostd/hosttest/day": {testsOnly: true, simulated: true, imports: []string{
			wire, session, guest, api, invitation, native, remote, store, player, link, rtc, relayed, visitor, terminal,
			signaling, signalClient, signalServer}},

		// Figures of promises, for make verify's table.
		"shared/proof": {testsOnly: true, stdOnly: true},

		// Power cuts, kills and bad disks: a disk of its own, and children that use it.
		"hostd/hosttest/crash": {testsOnly: true, imports: []string{wire, jam, store, server, "hostd/hosttest"}},

		// make bench: the real program beside the smallest one of its kind.
		"hostd/hosttest/bench": {testsOnly: true, imports: []string{wire, jam, store}},

		// Real audio files for tests, made by ffmpeg.
		"hostd/library/librarytest": {testsOnly: true},

		// An OpenSubsonic server made of real files, in a test or as a program.
		"hostd/subsonic/subsonictest":            {testsOnly: true, stdOnly: true},
		"hostd/subsonic/subsonictest/fakeserver": {testsOnly: true, stdOnly: true, imports: []string{"hostd/subsonic/subsonictest"}},

		// A host that is none, for tests of soul-server, and make bench's part about soul-server.
		"signaling/server/fakehost": {testsOnly: true, imports: []string{wire, signaling}},
		"relay/bench":               {testsOnly: true, imports: []string{wire, signaling, "signaling/server/fakehost", relayServer}},

		// make natlab: a slow wire between two network namespaces, and the smallest server that the page's way in is compared with.
		"webapp/natlab/bare": {testsOnly: true, imports: []string{webapp}},
		"webapp/natlab/wire": {testsOnly: true, stdOnly: true},

		// A network of a test's own, where multicast goes nowhere else.
		"hostd/lan/lantest": {testsOnly: true},

		// A terminal that a test types into and reads.
		"hostd/terminal/tmuxtest": {testsOnly: true, stdOnly: true},
	}
}

// alwaysAllowed are leaves that every package may import.
func alwaysAllowed() []string { return []string{"shared/code", "shared/identity"} }

// testImports lists what the tests of a package may import besides.
func testImports() map[string][]string {
	return map[string][]string{
		// The contract suite of the links, the benchmarks, the flags of the README.
		"hostd": {"hostd/api", "hostd/store", "hostd/lan"},
		"relay": {"webapp"},
		circuit: {relayServer, signaling},
	}
}

// separated lists pairs of which the first must not reach the second, not even
// through others; the table itself is checked for them.
func separated() map[string][]string {
	return map[string][]string{
		"relay":            {"hostd/jam", "hostd/session"},
		"signaling/server": {"hostd/jam", "hostd/link/rtc"},
		"signaling/client": {"hostd/jam"},
		"hostd/store":      {"hostd/jam"},
		"hostd/player":     {"hostd/jam"},
		"hostd/library":    {"hostd/jam"},
		"hostd/link/ws":    {"shared/wire"},
		"hostd/visitor":    {"hostd/jam", "hostd/session", "hostd/store"},
		"shared/identity":  {"hostd/jam", "shared/wire"},
	}
}

// owners says which packages alone may import a module of others, tests
// included, so that it can be replaced, or left out of a binary, in one place.
func owners() map[string][]string {
	return map[string][]string{
		"github.com/grandcat/zeroconf": {"hostd/lan"},
		"go.etcd.io/bbolt":             {"hostd/store", "relay/directory", "hostd/hosttest/crash"}, // crash: bbolt's own check of what a power cut leaves
		"github.com/hanwen/go-fuse":    {"hostd/hosttest/crash"},
		"github.com/pion/webrtc/v4":    {"hostd/link/rtc"},
		"github.com/dhowden/tag":       {"hostd/library"},
		"github.com/fsnotify/fsnotify": {"hostd/library"},
		"github.com/godbus/dbus":       {mpris},
		"github.com/libp2p/go-libp2p":  {p2p, circuit}, // 25 MB of binary
		"github.com/gorilla/websocket": {},             // comes with libp2p; ours is coder/websocket
		"github.com/stretchr/testify":  {},             // the standard testing package is enough
		"go.uber.org/zap":              {},             // log/slog
		"github.com/google/uuid":       {},
	}
}

// pure lists packages that are functions of what comes in, with the imports and
// calls they must do without. The type time.Time is fine there, the clock is not.
func pure() map[string]struct{ imports, calls []string } {
	return map[string]struct{ imports, calls []string }{
		"hostd/jam": {
			imports: []string{"context", "crypto/rand", "log", "log/slog", "math/rand", "math/rand/v2", "net", "net/http",
				"os", "os/exec", "io/fs", "path/filepath", "runtime", "sync", "sync/atomic", "syscall"},
			calls: []string{"time.Now", "time.Since", "time.Until", "time.After", "time.AfterFunc", "time.Tick",
				"time.NewTimer", "time.NewTicker", "time.Sleep"},
		},
	}
}
