package main

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
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

// startRelay starts the relay on an address and a data directory, with further flags.
func startRelay(program, listen, data string, further ...string) (*child, error) {
	args := append([]string{"serve", "--listen", listen, "--data", data, "--stun-listen", "none", "--p2p-listen", "none", "--max-per-address", "100"}, further...)
	cmd := exec.Command(program, args...)
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

// from is a client that dials from an address of its own on loopback, as people elsewhere would, and believes every certificate.
func from(n int) (*http.Client, *net.Dialer) {
	dialer := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 1, byte(n/20/250), byte(1+n/20%250))}}
	return &http.Client{Transport: &http.Transport{
		DialContext: dialer.DialContext, DisableKeepAlives: true, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, //nolint:gosec // our own, on loopback
	}}, dialer
}

// certificate writes one for a child into a directory, and gives the flags for it.
func certificate(dir string) ([]string, error) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		return nil, err
	}
	key, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return nil, err
	}
	cert, keyFile := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	err = errors.Join(os.WriteFile(cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600),
		os.WriteFile(keyFile, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}), 0o600))
	return []string{"--tls-cert", cert, "--tls-key", keyFile}, err
}
