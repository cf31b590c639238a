package load

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"soul-jam/hostd/hosttest"
)

// patience is how long anything is waited for before the test fails, never a duration that a test takes.
const patience = 30 * time.Second

// child is a host or a soul-server in a process of its own.
type child struct {
	t       testing.TB
	cmd     *exec.Cmd
	metrics string // the URL of its figures
}

// startChild starts one, and gives what it said until the line that begins like this. It is ended with the test.
func startChild(t testing.TB, last string, words ...string) (c *child, said []string) {
	t.Helper()
	c = &child{t: t, cmd: exec.Command(os.Args[0])}
	c.cmd.Env = append(os.Environ(), asProcess+"="+strings.Join(words, " "), "GOGC=50") // as both programs have it
	c.cmd.Stderr = os.Stderr
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.stop)
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if said = append(said, lines.Text()); strings.HasPrefix(lines.Text(), last) {
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return c, said
		}
	}
	t.Fatalf("%v ended before it said %q: %q", words, last, said)
	return nil, nil
}

// stop ends the process, as a service manager would, and kills it when that takes too long.
func (c *child) stop() {
	_ = c.cmd.Process.Signal(os.Interrupt)
	late := time.AfterFunc(10*time.Second, func() {
		c.t.Error("the process does not stop")
		_ = c.cmd.Process.Kill()
	})
	defer late.Stop()
	if err := c.cmd.Wait(); err != nil {
		c.t.Errorf("the process ended with %v", err)
	}
}

// startHost starts a host with a jam; more is the URL of its soul-server, and how many data channels it may have.
func startHost(t testing.TB, more ...string) (*child, *hosttest.World) {
	t.Helper()
	data := filepath.Join(t.TempDir(), "data")
	c, said := startChild(t, "open the console:", append([]string{hostRole, data}, more...)...)
	w := hosttest.Attach(t, said, data)
	c.metrics = w.Console + "/metrics"
	return c, w
}

// startRelay starts a soul-server, and gives its URL.
func startRelay(t testing.TB) (c *child, url string) {
	t.Helper()
	c, said := startChild(t, "listening on ", relayRole, t.TempDir())
	for _, line := range said {
		if rest, ok := strings.CutPrefix(line, "listening on "); ok {
			url = rest
		}
		if _, address, ok := strings.Cut(line, "msg=metrics address="); ok {
			c.metrics = "http://" + address + "/metrics"
		}
	}
	if c.metrics == "" {
		t.Fatalf("the soul-server did not say where its metrics are: %q", said)
	}
	return c, url
}

// held is the memory that a process holds, bytes: its own, and pages of files, its data file first of all, which the system takes back when it needs
// the room.
type held struct{ own, files int64 }

// holds is what the process holds now.
func (c *child) holds() (h held) {
	c.t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", c.cmd.Process.Pid))
	if err != nil {
		c.t.Errorf("the memory of a process can only be measured on Linux: %v", err)
	}
	for line := range strings.Lines(string(text)) {
		name, rest, _ := strings.Cut(line, ":")
		var kib int64
		switch name {
		case "RssAnon":
			_, _ = fmt.Sscan(rest, &kib)
			h.own = kib << 10
		case "RssFile":
			_, _ = fmt.Sscan(rest, &kib)
			h.files = kib << 10
		}
	}
	if h.own == 0 {
		c.t.Error("the memory of the process cannot be read")
	}
	return h
}

// figures are the process's metrics, by name with labels.
func (c *child) figures() map[string]float64 { return figuresAt(c.t, c.metrics) }

func figuresAt(t testing.TB, url string) map[string]float64 {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	figures := map[string]float64{}
	for lines := bufio.NewScanner(response.Body); lines.Scan(); {
		name, value, ok := strings.Cut(lines.Text(), " ")
		if n, err := strconv.ParseFloat(value, 64); ok && err == nil && name != "#" {
			figures[name] = n
		}
	}
	return figures
}

func megabytes(bytes int64) string { return fmt.Sprintf("%.1f MB", float64(bytes)/1e6) }
