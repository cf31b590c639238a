package circuit

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/libp2p/go-libp2p/core/host"

	"soul-jam/shared/identity"
)

// asRelay has this test's program be a relay for everybody, whose memory can be looked at from outside.
const asRelay = "CIRCUIT_TEST_RELAY_KEY"

func TestMain(m *testing.M) {
	if seed := os.Getenv(asRelay); seed != "" {
		beRelay(identity.Keep(seed))
		return
	}
	os.Exit(m.Run())
}

func beRelay(seed identity.Secret) {
	key, err := identity.NewHostKey(seed)
	if err != nil {
		panic(err)
	}
	r, err := New(Config{Listen: "127.0.0.1:0", Key: key, Live: func(string) bool { return true }, PerAddress: MaxReservations})
	if err != nil {
		panic(err)
	}
	fmt.Println(r.port)
	_, _ = bufio.NewReader(os.Stdin).ReadString('\n') // until the test ends
	_ = r.Close()
}

// BenchmarkMemory tells what the relay's process grows by: for a host that has reserved and says nothing, and for a
// circuit, its guest's connection included, that has carried a few messages and says nothing.
func BenchmarkMemory(b *testing.B) {
	const hosts, guests = 500, 500
	for _, transport := range []string{"tcp", "quic"} {
		b.Run(transport, func(b *testing.B) {
			for b.Loop() {
				w, resident := childRelay(b)
				before := resident()
				all := make([]host.Host, hosts)
				for i := range all {
					all[i] = w.person(loopback, transport)
					if _, err := w.reserve(all[i], transport); err != nil {
						b.Fatal(err)
					}
				}
				idle := resident()
				for n := range guests {
					guest, to := w.person(loopback, transport), all[n/(MaxCircuits/2)].ID()
					if err := w.call(guest, to, transport); err != nil {
						b.Fatal(err)
					}
					if err := w.sendBack(guest, to, 4000); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric((idle-before)/hosts, "KB/reservation")
				b.ReportMetric((resident()-idle)/guests, "KB/circuit")
				b.ReportMetric(before, "KB/start")
			}
		})
	}
}

// childRelay starts a relay in a process of its own; resident gives its resident memory in KB.
func childRelay(b *testing.B) (w *world, resident func() float64) {
	b.Helper()
	seed, err := identity.New(strings.NewReader(strings.Repeat("seed", 100)))
	if err != nil {
		b.Fatal(err)
	}
	key, err := identity.NewHostKey(seed)
	if err != nil {
		b.Fatal(err)
	}
	child := exec.CommandContext(b.Context(), os.Args[0])
	child.Env = append(os.Environ(), asRelay+"="+seed.Reveal(), "GOGC=50")
	child.Stderr = os.Stderr
	in, err := child.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	out, err := child.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := child.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = in.Close()
		_ = child.Wait()
	})
	w = &world{Relay: &Relay{cfg: Config{Key: key}}, claims: &claims{}, t: b}
	if _, err := fmt.Fscanln(out, &w.port); err != nil {
		b.Fatal(err)
	}
	return w, func() (kb float64) {
		<-time.After(3 * time.Second) // handshakes and their garbage
		status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", child.Process.Pid))
		if err != nil {
			b.Fatal(err)
		}
		_, rest, _ := strings.Cut(string(status), "VmRSS:")
		if _, err := fmt.Sscan(rest, &kb); err != nil {
			b.Fatal(err)
		}
		return kb
	}
}
