package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"soul-jam/hostd/hosttest"
	"soul-jam/hostd/server"
	"soul-jam/shared/setting"
)

// asked is what a command answered.
type asked struct {
	status   int
	out, err string
}

// ask runs a command in this process, with an environment of its own.
func ask(t *testing.T, e env, args ...string) asked {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	var out, errs bytes.Buffer
	if e == nil {
		e = env{}
	}
	status := run(ctx, args, program{getenv: e.get, out: &out, err: &errs})
	return asked{status, out.String(), errs.String()}
}

// want compares the status, and texts that have to be in what was said.
func (a asked) want(t *testing.T, status int, texts ...string) {
	t.Helper()
	if a.status != status {
		t.Errorf("status %d, want %d; it said %q and %q", a.status, status, a.out, a.err)
	}
	for _, text := range texts {
		if !strings.Contains(a.out+a.err, text) {
			t.Errorf("it said %q and %q, want %q in it", a.out, a.err, text)
		}
	}
}

func TestHelpNamesEveryCommandAndEveryFlag(t *testing.T) {
	for _, word := range []string{"-h", "--help", "help"} {
		a := ask(t, nil, word)
		a.want(t, 0)
		for _, c := range commands() {
			if !strings.Contains(a.out, "hostd "+c.name) || !strings.Contains(a.out, c.help) {
				t.Errorf("%s does not name %s", word, c.name)
			}
		}
	}
	for _, c := range commands() {
		a := ask(t, nil, c.name, "-h")
		a.want(t, 0, "environment: JAM_")
		if c.name != "nearby" && c.name != "uninstall" { // which need no daemon
			a.want(t, 0, "Usage: hostd "+c.name, "environment: JAM_")
		}
		if a.out != "" && a.err != "" {
			t.Errorf("%s -h writes to both outputs", c.name)
		}
	}
	help := ask(t, nil, "serve", "-h").err
	newServeFlags(program{}).set.VisitAll(func(f *flag.Flag) {
		if value, _ := flag.UnquoteUsage(f); !strings.Contains(help, "--"+f.Name+" "+value) || !strings.Contains(help, setting.Env(f.Name)) {
			t.Errorf("serve -h does not document --%s with its variable", f.Name)
		}
	})
}

func TestMistakesInTheCommandLine(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct {
		args   string
		env    env
		status int
		text   string
	}{
		{"", nil, 2, "hostd serve"},
		{"dance", nil, 2, `there is no command "dance"`},
		{"serve --dance", nil, 2, "-dance"},
		{"serve now", nil, 2, `what is "now" for`},
		{"serve --max-per-address many", nil, 2, "many"},
		{"serve", env{"JAM_MAX_PER_ADDRESS": "many"}, 2, "JAM_MAX_PER_ADDRESS"},
		{"serve --max-per-address 0", nil, 1, "--max-per-address"},
		{"serve --log-format xml", nil, 1, "--log-format"},
		{"serve --log-level loud", nil, 1, "--log-level"},
		{"serve --player gramophone --listen 127.0.0.1:0 --console 127.0.0.1:0", nil, 1, "gramophone"},
		{"serve --listen nonsense", nil, 1, "nonsense"},
		{"serve --listen 127.0.0.1:70000", nil, 1, "65535"},
		{"serve --listen 127.0.0.1:0 --console 0.0.0.0:0", nil, 1, "not a loopback address"},
		{"serve --listen 127.0.0.1:0 --console :0", nil, 1, "not a loopback address"},
		{"serve --listen 127.0.0.1:0 --console 192.0.2.1:0", nil, 1, "192.0.2.1"},
		{"serve --listen 127.0.0.1:0 --console [::]:0", nil, 1, "not a loopback address"},
		{"serve --listen 127.0.0.1:0", env{"JAM_CONSOLE": "0.0.0.0:0"}, 1, "not a loopback address"},
		{"status", nil, 1, "no hostd is running"},
		{"start", nil, 1, "no hostd is running"},
		{"end", nil, 1, "no hostd is running"},
		{"console", nil, 1, "no hostd is running"},
		{"status --loud", nil, 2, "loud"},
	} {
		e := env{"JAM_DATA": filepath.Join(dir, "data")}
		for key, value := range c.env {
			e[key] = value
		}
		began := time.Now()
		ask(t, e, strings.Fields(c.args)...).want(t, c.status, c.text)
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("%q took %v", c.args, took)
		}
	}
}

func TestFileOfADaemonThatWasKilled(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	_ = l.Close() // nobody listens there any more
	for content, text := range map[string]string{
		fmt.Sprintf(`{"pid":1,"console":"http://%s"}`, address): "no hostd is running",
		"nonsense": "damaged",
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "running.json"), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		ask(t, nil, "status", "--data", dir).want(t, 1, text)
	}
}

func TestCommandsAgainstARunningDaemon(t *testing.T) {
	w := hosttest.New(t, hosttest.Options{})
	data := w.Data()
	ask(t, nil, "status", "--data", data).want(t, 0, "no jam is running", "player silent")
	ask(t, nil, "end", "--data", data).want(t, 1, "no jam is running")
	a := ask(t, nil, "start", "Friday Night", "--data", data)
	a.want(t, 0, "/jam/")
	found := regexp.MustCompile(`(?m)^  code  ([A-Z2-9]{4}-[A-Z2-9]{4})$`).FindStringSubmatch(a.out)
	if found == nil || !strings.Contains(a.out, "link  "+w.LAN+"/jam/"+found[1]) || !strings.Contains(a.out, "█") {
		t.Fatalf("start shows %s", a.out)
	}
	jam := w.Status().Jam
	if jam == nil || jam.ShareCode != found[1] || jam.Name == nil || *jam.Name != "Friday Night" {
		t.Errorf("the jam is %+v", jam)
	}
	ask(t, env{"JAM_DATA": data}, "status").want(t, 0, found[1], "1 in the jam")
	ask(t, nil, "start", "--data", data).want(t, 1, "A jam is already running", found[1], "hostd end")
	ask(t, nil, "console", "--data", data).want(t, 0, w.Console+"/#token="+w.Token)
	if a := ask(t, nil, "status", "--data", data); strings.Contains(a.out+a.err, w.Token) {
		t.Error("status shows the token")
	}
	ask(t, nil, "end", "--data", data).want(t, 0, "the jam has ended")
	ask(t, nil, "status", "--data", data).want(t, 0, "no jam is running")
	ask(t, nil, "start", "--data", data, strings.Repeat("x", 81)).want(t, 1, "80 characters")
	if err := w.Stop(); err != nil {
		t.Error(err)
	}
	ask(t, nil, "status", "--data", data).want(t, 1, "no hostd is running")
	if _, err := server.FindRunning(data); err == nil {
		t.Error("the file that leads to the console is left behind")
	}
}

func TestSecondDaemonOnTheSameDirectory(t *testing.T) {
	w := hosttest.New(t, hosttest.Options{Start: "Friday"})
	began := time.Now()
	ask(t, nil, "serve", "--data", w.Data(), "--listen", "127.0.0.1:0", "--console", "127.0.0.1:0", "--player", "silent").want(t, 1, "another hostd is already running on this data directory")
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("it took %v to say so, 2 s at most", took)
	}
	ask(t, nil, "status", "--data", w.Data()).want(t, 0, w.Code) // the first is none the worse
}

func TestPortInUseIsNamed(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	dir := t.TempDir()
	for _, flags := range [][]string{
		{"--listen", "127.0.0.1:" + port, "--console", "127.0.0.1:0"},
		{"--listen", "127.0.0.1:0", "--console", "127.0.0.1:" + port},
	} {
		ask(t, nil, append([]string{"serve", "--data", dir, "--player", "silent"}, flags...)...).want(t, 1, "port "+port+" is already in use")
	}
	ask(t, env{"JAM_LISTEN": "127.0.0.1:" + port}, "serve", "--data", dir, "--player", "silent").want(t, 1, "port "+port+" is already in use")
}

func TestDataFileThatIsNotOurs(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "jam.db")
	shopping := []byte(strings.Repeat("milk, bread, strings\n", 1000))
	if err := os.WriteFile(path, shopping, 0o600); err != nil {
		t.Fatal(err)
	}
	ask(t, nil, "check", "--data", dir).want(t, 3, path, "It is damaged: ")
	w := hosttest.New(t, hosttest.Options{Data: dir})
	kept, err := filepath.Glob(path + ".damaged-*")
	if err != nil || len(kept) != 1 {
		t.Fatalf("kept is %v (%v)", kept, err)
	}
	if after, err := os.ReadFile(kept[0]); err != nil || !bytes.Equal(after, shopping) {
		t.Errorf("the file was changed (%v)", err)
	}
	ask(t, nil, "status", "--data", dir).want(t, 0, "no jam is running", kept[0])
	ask(t, nil, "check", "--data", dir).want(t, 4, "A hostd is running")
	if err := w.Stop(); err != nil {
		t.Error(err)
	}
	ask(t, nil, "check", "--data", dir).want(t, 0, "It is whole")
	ask(t, nil, "check", "--file", kept[0]).want(t, 3, "It is damaged: ")
	file := filepath.Join(dir, "a file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	ask(t, nil, "serve", "--data", file).want(t, 1, "data directory")
}

// row is what the README has to say of a flag.
func row(f *flag.Flag) string {
	_, meaning := flag.UnquoteUsage(f)
	preset := f.DefValue
	if preset == "false" {
		preset = ""
	}
	if preset != "" {
		preset = "`" + preset + "`"
	}
	return fmt.Sprintf("| `--%s` | `%s` | %s | %s |", f.Name, setting.Env(f.Name), preset, meaning)
}

func TestREADMEHasTheFlags(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for name, set := range map[string]*flag.FlagSet{"hostd": newServeFlags(program{}).set, "join": newJoinFlags(program{}).set} {
		want := []string{"<!-- flags:" + name + " -->", "| flag | environment | default | meaning |", "| --- | --- | --- | --- |"}
		set.VisitAll(func(f *flag.Flag) { want = append(want, row(f)) })
		want = append(want, "<!-- /flags -->")
		if table := strings.Join(want, "\n"); !strings.Contains(string(readme), "\n"+table+"\n") {
			t.Errorf("the README's table of these flags should be\n%s", table)
		}
	}
}
