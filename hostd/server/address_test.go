package server

import (
	"bytes"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"rsc.io/qr"

	"soul-jam/shared/wire"
)

func TestATakenDefaultPortIsFollowedByTheNextFreeOne(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	port := portOf(taken)
	l, err := listen("127.0.0.1:"+strconv.Itoa(port), false)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	if next := portOf(l); next <= port || next > port+nextPorts {
		t.Errorf("after %d comes %d", port, next)
	}
	_, err = listen("127.0.0.1:"+strconv.Itoa(port), true)
	if err == nil || !strings.Contains(err.Error(), "port "+strconv.Itoa(port)+" is already in use") {
		t.Errorf("a port that was asked for: %v", err)
	}
}

func TestAddressesThatAreNone(t *testing.T) {
	for _, address := range []string{"", "7420", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:-1", "127.0.0.1:65536", "[::1:7420"} {
		if l, err := listen(address, true); err == nil {
			t.Errorf("%q is listened on at %s", address, l.Addr())
			_ = l.Close()
		}
	}
}

func TestTheConsoleIsForThisMachineAlone(t *testing.T) {
	for address, ok := range map[string]bool{
		"127.0.0.1:7421": true, "localhost:0": true, "[::1]:7421": true, "127.8.9.1:1": true,
		":7421": false, "0.0.0.0:7421": false, "[::]:7421": false, "192.168.1.2:7421": false, "example.org:7421": false, "127.0.0.1": false, "localhost.evil:1": false, "": false,
	} {
		if err := loopbackOnly(address); (err == nil) != ok {
			t.Errorf("%q: %v", address, err)
		}
	}
}

func TestTheRunningDaemonIsFoundByItsFile(t *testing.T) {
	dir := t.TempDir()
	if _, err := FindRunning(dir); err == nil || !strings.Contains(err.Error(), "hostd serve") {
		t.Errorf("without a file: %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, runningFile), []byte(`{"pid":7,"console":"http://127.0.0.1:1"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if r, err := FindRunning(dir); err != nil || r != (Running{PID: 7, Console: "http://127.0.0.1:1"}) {
		t.Errorf("found %+v, %v", r, err)
	}
}

// The picture in the terminal is read back, half block by half block.
func TestTheTerminalShowsTheQR(t *testing.T) {
	const url = "http://192.168.1.20:7420/jam/HQRS-2K4M"
	var out bytes.Buffer
	PrintJam(&out, wire.ConsoleJam{URL: url, ShareCode: "HQRS-2K4M", Words: []string{"couch", "radio", "label", "castle"}})
	if !strings.Contains(out.String(), "  link  "+url+"\n  code  HQRS-2K4M\n  words couch radio label castle   (friends at a terminal see the same four)\n") {
		t.Errorf("it shows %s", out.String())
	}
	want, err := qr.Encode(url, qr.L)
	if err != nil {
		t.Fatal(err)
	}
	const border = 2
	_, picture, _ := strings.Cut(out.String(), "same four)\n\n")
	for i, line := range strings.Split(strings.TrimRight(picture, "\n"), "\n") {
		for x, r := range []rune(strings.TrimPrefix(line, "  ")) {
			for half, light := range []bool{r == '█' || r == '▀', r == '█' || r == '▄'} {
				y := 2*i + half - border
				if y < want.Size+border && light == want.Black(x-border, y) {
					t.Fatalf("module %d,%d differs from the link's", x-border, y)
				}
			}
		}
	}
}
