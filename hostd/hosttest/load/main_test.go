package load

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"testing"

	"soul-jam/hostd/server"
	relay "soul-jam/relay/server"
)

// asProcess has the test binary be a host or a soul-server alone: the role, the data directory, and for a host with a soul-server its URL
// and maybe how many data channels it may have.
const asProcess = "LOADTEST_AS"

const (
	hostRole  = "host"
	relayRole = "relay"
)

func TestMain(m *testing.M) {
	if words := strings.Fields(os.Getenv(asProcess)); len(words) > 0 {
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
		err := beProcess(ctx, words)
		stop()
		if err != nil {
			fmt.Fprintln(os.Stderr, words[0]+":", err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

func beProcess(ctx context.Context, words []string) error {
	role, data, url, calls := words[0], words[1], "", 0
	if len(words) > 2 {
		url = words[2]
	}
	if len(words) > 3 {
		calls, _ = strconv.Atoi(words[3])
	}
	quiet := slog.New(slog.DiscardHandler)
	if role == relayRole {
		told := slog.New(slog.NewTextHandler(os.Stdout, nil)) // where its metrics are
		return relay.Run(ctx, relay.Config{Listen: "127.0.0.1:0", MetricsListen: "127.0.0.1:0", Data: data, MaxPerAddress: 32, Out: os.Stdout, Log: told})
	}
	cfg := server.Config{
		Listen: "127.0.0.1:0", Console: "127.0.0.1:0", Data: data, Player: "silent", Name: "Hanna", Start: "Full house", Relay: url, MaxCalls: calls, Loopback: true,
		MaxPerAddress: 32, PrintConsole: true, Out: os.Stdout, Log: quiet,
	}
	if url != "" {
		cfg.WebRTC = "127.0.0.1:0"
	}
	return server.Run(ctx, cfg)
}
