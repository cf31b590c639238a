package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"soul-jam/shared/setting"
	"soul-jam/shared/wire"
)

// joining is `hostd join --json` in this process.
type joining struct {
	t         *testing.T
	lines     chan string
	in        *io.PipeWriter
	interrupt context.CancelFunc
	status    chan int

	mu  sync.Mutex // guards err
	err bytes.Buffer
}

func (j *joining) Write(b []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.err.Write(b)
}

func (j *joining) said() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.err.String()
}

func joinJam(t *testing.T, data string, args ...string) *joining {
	t.Helper()
	ctx, interrupt := context.WithCancel(t.Context())
	in, typed := io.Pipe()
	out, printed := io.Pipe()
	j := &joining{t: t, lines: make(chan string, 10_000), in: typed, interrupt: interrupt, status: make(chan int, 1)}
	go func() {
		j.status <- run(ctx, append([]string{"join", "--json", "--data", data, "--mdns=false"}, args...), program{getenv: env{}.get, in: in, out: printed, err: j})
		_ = printed.Close()
	}()
	go func() {
		defer close(j.lines)
		lines := bufio.NewScanner(out)
		lines.Buffer(nil, wire.MaxHostFrame)
		for lines.Scan() {
			j.lines <- lines.Text()
		}
	}()
	t.Cleanup(func() { interrupt(); _ = typed.Close() })
	return j
}

// types writes lines to standard input.
func (j *joining) types(lines ...string) {
	j.t.Helper()
	if _, err := io.WriteString(j.in, strings.Join(lines, "\n")+"\n"); err != nil {
		j.t.Fatal(err)
	}
}

// until reads lines until one holds all of these, and gives it.
func (j *joining) until(holds ...string) string {
	j.t.Helper()
	late := time.After(30 * time.Second)
	var came []string
next:
	for {
		select {
		case line, open := <-j.lines:
			if !open {
				j.t.Fatalf("it is over before %q: %s", holds, j.said())
			}
			if !json.Valid([]byte(line)) {
				j.t.Fatalf("it printed %q", line)
			}
			came = append(came, line[:min(len(line), 300)])
			for _, part := range holds {
				if !strings.Contains(line, part) {
					continue next
				}
			}
			return line
		case <-late:
			j.t.Fatalf("%q does not come; it said %s and printed\n%s", holds, j.said(), strings.Join(came, "\n"))
		}
	}
}

// ends waits for the exit status, and gives what was printed meanwhile.
func (j *joining) ends(status int, says ...string) (rest string) {
	j.t.Helper()
	late := time.After(30 * time.Second)
	for open := true; open; {
		var line string
		select {
		case line, open = <-j.lines:
			rest += line + "\n"
		case <-late:
			j.t.Fatalf("it does not end; it said %s", j.said())
		}
	}
	if got := <-j.status; got != status {
		j.t.Errorf("it ended with %d, want %d; it said %s", got, status, j.said())
	}
	for _, text := range says {
		if !strings.Contains(j.said(), text) {
			j.t.Errorf("it said %q, want %q in it", j.said(), text)
		}
	}
	return rest
}

func native(t *testing.T, flags ...string) *daemonProcess {
	t.Helper()
	return serveProcess(t, filepath.Join(t.TempDir(), "host"), append([]string{"--start", "Friday", "--p2p-listen", "127.0.0.1:0"}, flags...)...)
}

func (d *daemonProcess) link() string { return d.LAN + "/jam/" + d.Code }

func TestAScriptJoinsAndComesBackToItsSeat(t *testing.T) {
	d, data := native(t), filepath.Join(t.TempDir(), "visitor")
	host := d.Host()
	j := joinJam(t, data, "--name", "Vera", d.link())
	j.until(`"type":"visit"`, `"state":"finding"`)
	id := j.until(`"type":"joined"`, d.Code)
	visit := j.until(`"type":"visit"`, `"state":"joined"`, `"path":"lan"`, `"known":false`)
	if strings.Contains(visit, `"words":[]`) || !strings.Contains(visit, `"words":["`) {
		t.Errorf("no words: %s", visit)
	}
	host.ExpectWhere("participant_joined", "Vera", `"path":"lan"`)
	j.types(``, `no JSON`, `{"type":"resume","id":"r"}`, strings.Repeat("x", 3*wire.MaxClientFrame))
	j.until(`"type":"error"`, "JSON object")
	j.until(`"type":"error"`, `"id":"r"`, "by itself")
	j.until(`"type":"error"`, "at most 16384 bytes")
	j.types(`{"type":"chat","message":"hello"}`, `{"type":"chat","message":"own","id":"c2"}`)
	host.ExpectWhere("chat_message", "hello", "Vera")
	j.until(`"type":"ack"`, `"id":"c2"`)
	j.types(`{"type":"search","q":"Song","id":"s"}`)
	j.until(`"type":"search_results"`, `"id":"s"`)
	j.types(`{"type":"nothing","id":"n"}`)
	j.until(`"type":"error"`, `"id":"n"`, "bad_request")
	j.types(`{"type":"chat","message":"the last word","id":"last"}`)
	_ = j.in.Close()
	if rest := j.ends(0); !strings.Contains(rest, `"id":"last"`) {
		t.Errorf("it went before the last answer: %s", rest)
	}
	host.ExpectWhere("participant_updated", "Vera", `"connected":false`)

	j = joinJam(t, data, d.link()) // the name is remembered too
	if again := j.until(`"type":"joined"`); participant(t, again) != participant(t, id) {
		t.Errorf("another seat: %s", again)
	}
	j.until(`"state":"joined"`, `"known":true`)
	host.ExpectWhere("participant_updated", "Vera", `"connected":true`)
	j.interrupt()
	j.ends(0)
	host.ExpectWhere("participant_updated", "Vera", `"connected":false`)

	j = joinJam(t, data, strings.ToLower(d.Code), "--relay", d.LAN) // a typed code, and somewhere to look for it
	j.until(`"state":"joined"`, `"known":true`)
	j.types(`{"type":"leave"}`)
	j.ends(0)
	host.Expect("participant_left")
	j = joinJam(t, data, d.link())
	if again := j.until(`"type":"joined"`); participant(t, again) == participant(t, id) {
		t.Error("the seat was not given up")
	}
	j.until(`"state":"joined"`)
	var last struct{ Participant wire.JamParticipant }
	host.ExpectWhere("participant_joined", "Vera").Into(t, &last)
	host.Send(wire.Kick{ParticipantID: last.Participant.ID}, "")
	j.ends(1, "hostd join: ", "removed you")
}

func participant(t *testing.T, joined string) string {
	t.Helper()
	var m struct {
		ParticipantID string `json:"participant_id"`
	}
	if err := json.Unmarshal([]byte(joined), &m); err != nil || m.ParticipantID == "" {
		t.Fatalf("%.200s: %v", joined, err)
	}
	return m.ParticipantID
}

func TestTheHostRestartsUnderAScript(t *testing.T) {
	d := native(t)
	j := joinJam(t, t.TempDir()+"/visitor", d.link())
	j.until(`"state":"joined"`)
	if err := d.end(t, syscall.SIGTERM); err != nil {
		t.Fatalf("%v: %s", err, d.log)
	}
	j.until(`"type":"bye"`, "4000")
	j.until(`"state":"away"`)
	j.types(`{"type":"chat","message":"typed meanwhile","id":"m"}`)
	again := serveProcess(t, d.Data(), "--listen", strings.TrimPrefix(d.LAN, "http://"), "--p2p-listen", "127.0.0.1:0")
	if again.Code != d.Code {
		t.Fatalf("another jam: %s", again.Code)
	}
	j.until(`"state":"joined"`)
	j.until(`"type":"ack"`, `"id":"m"`)
	host := again.Host()
	host.Send(wire.EndSession{}, "")
	j.until(`"type":"session_ended"`)
	j.until(`"state":"over"`, "ended")
	j.ends(0)
}

func TestJoinMistakes(t *testing.T) {
	data := filepath.Join(t.TempDir(), "visitor")
	for _, c := range []struct {
		args   []string
		env    env
		status int
		text   string
	}{
		{nil, nil, 2, "which jam?"},
		{[]string{"--dance"}, nil, 2, "-dance"},
		{[]string{"HQRS-2K4M"}, nil, 1, "no terminal"},
		{[]string{"soul-jam://HQRS-2K4M"}, nil, 1, "no terminal"},
		{[]string{"--json", "https://soul.example/"}, nil, 1, "no link of a jam"},
		{[]string{"--json", "https://soul.example/jam/HQRS-2K4M#cut"}, nil, 1, "after # is not whole"},
		{[]string{"--json", "soul-jam://HQRS-2K4O"}, nil, 1, "never occurs in a code"},
		{[]string{"--json", "--relay", "nowhere", "HQRS-2K4M"}, nil, 1, "--relay"},
		{[]string{"--json", "HQRS-2K4M"}, env{"JAM_RELAY": "ftp://x"}, 1, "--relay"},
		{[]string{"--json", "--mdns=false", "--name", strings.Repeat("N", 41), "HQRS-2K4M"}, nil, 1, "--name: a name has at most 40 characters"},
		{[]string{"--json", "--mdns-interface", "nowhere7", "HQRS-2K4M"}, nil, 1, "nowhere7"},
		{[]string{"--json", "--mdns=false", "HQRS", "2K4M"}, nil, 1, "no jam with that code"},
		{[]string{"--json", "--mdns=false", "Alex's", "Küche"}, nil, 1, "no jam of that name"},
		{[]string{"--json", "--mdns=false", "http://127.0.0.1:1/jam/HQRS-2K4M"}, nil, 1, "127.0.0.1:1"},
		{[]string{"--json", "--mdns=false", "\x1b]0;x\x07"}, nil, 1, "no code, link or name"},
	} {
		a := ask(t, c.env, append([]string{"join", "--data", data}, c.args...)...)
		a.want(t, c.status, c.text)
		if strings.Contains(a.err, "\x1b") {
			t.Errorf("%q is repeated", c.args)
		}
	}
}

func TestJoinHelpNamesEveryFlag(t *testing.T) {
	help := ask(t, nil, "join", "-h").err
	if !strings.Contains(help, "Usage: hostd join CODE | LINK | NAME [flags]") {
		t.Errorf("join -h does not say what to give it: %s", help)
	}
	newJoinFlags(program{}).set.VisitAll(func(f *flag.Flag) {
		if value, _ := flag.UnquoteUsage(f); !strings.Contains(help, "--"+f.Name+" "+value) || !strings.Contains(help, setting.Env(f.Name)) {
			t.Errorf("join -h does not document --%s with its variable", f.Name)
		}
	})
}

// TestALinkAfterTwoDashesIsNoFlag: `hostd join --data DIR -- LINK` is how links from web pages come in.
func TestALinkAfterTwoDashesIsNoFlag(t *testing.T) {
	ask(t, nil, "join", "--data", filepath.Join(t.TempDir(), "visitor"), "--mdns=false", "--json", "--", "--relay").want(t, 1, "no jam of that name")
}

func TestATerminalIsNotNothing(t *testing.T) {
	nothing, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer nothing.Close()
	file, err := os.Create(filepath.Join(t.TempDir(), "file"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if isTerminal(nothing) || isTerminal(file) || isTerminal(nil) || isTerminal(&bytes.Buffer{}) {
		t.Error("somebody sits there?")
	}
}
