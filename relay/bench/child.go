package main

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// patience is how long anything may take before the run is given up.
const patience = 60 * time.Second

// child is a server in a process of its own.
type child struct {
	cmd *exec.Cmd
	url string // http://127.0.0.1:PORT
}

// startRelay starts the relay on an address and a data directory.
func startRelay(program, listen, data string) (*child, error) {
	cmd := exec.Command(program, "serve", "--listen", listen, "--data", data, "--stun-listen", "none", "--max-per-address", "100")
	cmd.Env = []string{"HOME=" + data}
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", program, err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return nil, fmt.Errorf("%s said %q: %w", program, line, err)
	}
	return &child{cmd: cmd, url: strings.TrimSpace(strings.TrimPrefix(line, "listening on "))}, nil
}

func (c *child) stop() {
	_ = c.cmd.Process.Signal(os.Interrupt)
	late := time.AfterFunc(5*time.Second, func() { _ = c.cmd.Process.Kill() })
	defer late.Stop()
	_ = c.cmd.Wait()
}

func (c *child) proc(file string) (string, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/%s", c.cmd.Process.Pid, file))
	return string(text), err
}

// rss is the memory that the process holds now, bytes.
func (c *child) rss() (float64, error) {
	text, err := c.proc("statm")
	if err != nil {
		return 0, err
	}
	pages, err := strconv.Atoi(strings.Fields(text)[1])
	return float64(pages * os.Getpagesize()), err
}

// cpu is the processor time used so far.
func (c *child) cpu() (time.Duration, error) {
	const tick = 10 * time.Millisecond
	text, err := c.proc("stat")
	if err != nil {
		return 0, err
	}
	fields := strings.Fields(text[strings.LastIndexByte(text, ')')+1:])
	user, err := strconv.Atoi(fields[11])
	if err != nil {
		return 0, err
	}
	system, err := strconv.Atoi(fields[12])
	return time.Duration(user+system) * tick, err
}

// from is a client that dials from an address of its own on loopback, as people elsewhere would.
func from(n int) (*http.Client, *net.Dialer) {
	dialer := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 1, byte(n/20/250), byte(1+n/20%250))}}
	return &http.Client{Transport: &http.Transport{DialContext: dialer.DialContext, DisableKeepAlives: true}}, dialer
}
