package hosttest

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"soul-jam/hostd/server"
	"soul-jam/shared/wire"
)

// asHost has the test binary be a host alone, so that its memory is nobody else's: the soul-server's URL, and the data directory.
const asHost = "HOSTTEST_AS_HOST"

// HostInstead runs a host when that is what this process was started for.
func HostInstead() bool {
	relay, data, asked := strings.Cut(os.Getenv(asHost), " ")
	if !asked {
		return false
	}
	err := server.Run(context.Background(), server.Config{
		Listen: "127.0.0.1:0", Console: "127.0.0.1:0", Data: data, Player: "silent", Name: "Hanna", Start: "Full house", Relay: relay,
		WebRTC: "127.0.0.1:0", P2P: "127.0.0.1:0", Loopback: true, MaxPerAddress: 1000, PrintConsole: true, Out: os.Stdout, Log: slog.New(slog.DiscardHandler),
	})
	fmt.Fprintln(os.Stderr, err)
	return true
}

// BenchmarkMemoryOfAGuest is what each of some idle guests costs the host, by the way that they came:
//
//	go test -run '^$' -bench MemoryOfAGuest -benchtime 1x ./hostd/hosttest
func BenchmarkMemoryOfAGuest(b *testing.B) {
	const guests = 30 // of one address, which libp2p lets have 32
	for name, come := range map[string]func(b *testing.B, w *World, s *Soul, i int) *Client{
		"websocket": func(_ *testing.B, w *World, _ *Soul, _ int) *Client { return w.Guest() },
		"datachannel": func(_ *testing.B, w *World, s *Soul, i int) *Client {
			key := w.linkKey(s)
			page := w.Sealed(s, w.Code, &key)
			page.Join(wire.JoinRequest{DisplayName: fmt.Sprint("Guest ", i)})
			direct := page.Direct()
			direct.TakeUp(page.Resume, &page.LastSeq)
			return direct
		},
		"libp2p-quic": func(b *testing.B, w *World, _ *Soul, _ int) *Client { return calls(b, w, "quic") },
		"libp2p-tcp":  func(b *testing.B, w *World, _ *Soul, _ int) *Client { return calls(b, w, "tcp") },
	} {
		b.Run(name, func(b *testing.B) {
			s := NewSoul(b)
			w, rss := hostAlone(b, s)
			var before float64
			for i := range guests + 1 {
				c := come(b, w, s, i)
				if c.Resume == "" && name != "datachannel" {
					c.Join(wire.JoinRequest{DisplayName: fmt.Sprint("Guest ", i)})
				}
				if i == 0 { // every way has been gone once
					before = rss()
				}
			}
			b.ReportMetric((rss()-before)/guests, "kB/guest")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// calls is a program that comes by QUIC or TCP.
func calls(b *testing.B, w *World, transport string) *Client {
	p := NewProgram(b)
	to := p.Meets(w, w.LAN, w.Code, nil)
	to.Addrs = slices.DeleteFunc(to.Addrs, func(a string) bool { return strings.Contains(a, "quic") != (transport == "quic") })
	return p.Calls(to)
}

// hostAlone is a host in a process of its own, and what it holds, kB.
func hostAlone(b *testing.B, s *Soul) (w *World, rss func() float64) {
	b.Helper()
	data := filepath.Join(b.TempDir(), "data")
	cmd := exec.CommandContext(b.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), asHost+"="+s.URL+" "+data, "GOGC=50")
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	var said []string
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if said = append(said, lines.Text()); strings.HasPrefix(lines.Text(), "open the console:") {
			break
		}
	}
	go func() { _, _ = io.Copy(io.Discard, out) }()
	w = Attach(b, said, data)
	w.claimed()
	return w, func() float64 {
		<-time.After(3 * time.Second) // handshakes and their garbage
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", cmd.Process.Pid))
		if err != nil {
			b.Fatal(err)
		}
		pages, err := strconv.Atoi(strings.Fields(string(text))[1])
		if err != nil {
			b.Fatal(err)
		}
		return float64(pages*os.Getpagesize()) / 1e3
	}
}
