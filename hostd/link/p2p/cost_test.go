package p2p

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
)

// crowd is how many visitors TestCost has.
const crowd = 200

// asCrowd is set, to where the host is, where the test's program is the visitors.
const asCrowd = "SOUL_JAM_TEST_CROWD"

// TestCost tells what a connected visitor costs who says nothing. The visitors are in another process.
func TestCost(t *testing.T) {
	if where := os.Getenv(asCrowd); where != "" {
		beCrowd(t, where)
		return
	}
	h, came := newHost(t, everywhere)
	before, goroutines := resident(), runtime.NumGoroutine()
	where, err := json.Marshal(at(h))
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range []string{"udp", "tcp"} {
		visitors := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestCost$")
		visitors.Stderr = os.Stderr
		visitors.Env = append(os.Environ(), asCrowd+"="+kind+" "+string(where))
		leave, err := visitors.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		out, err := visitors.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := visitors.Start(); err != nil {
			t.Fatal(err)
		}
		for range crowd {
			next(t, came)
		}
		if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || line != "all\n" {
			t.Fatalf("the crowd says %q (%v)", line, err)
		}
		cost := (int64(resident()) - int64(before)) / crowd
		t.Logf("by %s a visitor who says nothing costs the host %d KiB and %d goroutines",
			kind, cost>>10, (runtime.NumGoroutine()-goroutines)/crowd)
		if cost > 512<<10 {
			t.Error("that is more than 512 KiB")
		}
		_ = leave.Close()
		if err := visitors.Wait(); err != nil {
			t.Error(err)
		}
		settle(t, h)
	}
}

// settle waits until the host has noticed that all have left.
func settle(t *testing.T, h *Host) {
	t.Helper()
	for ctx := within(t); len(h.node.Network().Conns()) > 0; runtime.Gosched() {
		if ctx.Err() != nil {
			t.Fatal("the host keeps connections of those who have left")
		}
	}
}

func beCrowd(t *testing.T, where string) {
	kind, where, _ := strings.Cut(where, " ")
	var to Target
	if err := json.Unmarshal([]byte(where), &to); err != nil {
		t.Fatal(err)
	}
	to.Addrs = to.Addrs[:1]
	if kind == "tcp" {
		to.Addrs[0] = tcpAt(portOf(t, to.Addrs[0]))
	}
	for i := range crowd {
		v := newVisitor(t, func(c *VisitorConfig) {
			from := fmt.Sprintf("127.0.1.%d", 1+i/maxConnsAddress)
			c.Listen = from + ":0"
			if kind == "udp" {
				c.quic = quicFrom(from)
			}
		})
		if _, err := v.Call(within(t), to); err != nil {
			t.Fatal(err)
		}
	}
	fmt.Println("all")
	_, _ = bufio.NewReader(os.Stdin).ReadByte()
}
