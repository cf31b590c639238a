package hosttest_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"log/slog"
	"strconv"
	"strings"
	"testing"
	"time"

	"soul-jam/hostd/hosttest"
	relay "soul-jam/relay/server"
	"soul-jam/shared/proof"
)

// soulServer runs the real program's HTTP on a free port, and gives its address.
func soulServer(t *testing.T) string {
	t.Helper()
	out, in := io.Pipe()
	ended := make(chan error, 1)
	cfg := relay.Config{Listen: "127.0.0.1:0", Data: t.TempDir(), MaxPerAddress: 10000, Out: in, Log: slog.New(slog.DiscardHandler)}
	go func() { ended <- relay.Run(t.Context(), cfg) }()
	t.Cleanup(func() {
		select {
		case err := <-ended:
			if err != nil {
				t.Errorf("the soul-server ended with %v", err)
			}
		case <-time.After(20 * time.Second):
			t.Error("the soul-server does not stop")
		}
	})
	line := make([]byte, 100)
	n, err := out.Read(line)
	url, ok := strings.CutPrefix(strings.TrimSpace(string(line[:n])), "listening on ")
	if err != nil || !ok {
		t.Fatalf("it printed %q, %v", line[:n], err)
	}
	return url
}

// registered reads from the source which routes a function puts on a mux.
func registered(t *testing.T, file, function string) (patterns []string) {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range parsed.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok || f.Name.Name != function {
			continue
		}
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			method, ok := call.Fun.(*ast.SelectorExpr)
			if !ok || !strings.HasPrefix(method.Sel.Name, "Handle") || method.Sel.Name == "HandlerFor" {
				return true
			}
			pattern, ok := call.Args[0].(*ast.BasicLit)
			if !ok {
				t.Errorf("%s: a route of %s is not written out", file, function)
				return true
			}
			text, err := strconv.Unquote(pattern.Value)
			if err != nil {
				t.Fatal(err)
			}
			patterns = append(patterns, text)
			return true
		})
	}
	return patterns
}

func TestPromiseNoRouteOfTheHostsIsOnTheLAN(t *testing.T) {
	t.Parallel()
	w := hosttest.New(t, hosttest.Options{Data: inMemory(t), Start: "Friday"})
	routes := registered(t, "../api/console.go", "hostRoutes")
	tried, there := 0, 0
	asked := func(method, path string, wrong bool) {
		for _, token := range []string{"", w.Token} {
			tried++
			if a := w.Ask(method, w.LAN+path, token, ""); (a.Status != 404) != wrong {
				there++
				t.Errorf("%s %s: %d, want 404", method, path, a.Status)
			}
		}
	}
	for _, route := range routes {
		_, path, _ := strings.Cut(route, " ")
		path = strings.NewReplacer("{code}", w.Code, "{id}", "x").Replace(path)
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"} {
			// What the jam shows to everybody has the same path as what ends it.
			everybodys := path == "/api/jam/sessions/"+w.Code && (method == "GET" || method == "HEAD")
			asked(method, path, everybodys)
		}
		method, _, _ := strings.Cut(route, " ")
		if a := w.Ask(method, w.Console+path, "", ""); a.Status == 404 {
			t.Errorf("%s is not on the console either: the test reads the routes wrongly", route)
		}
	}
	for _, path := range []string{"/console.html", "/debug/pprof/", "/api/jam/sessions/", "/api/jam/sessions/" + w.Code + "/nothing"} {
		asked("GET", path, false)
	}
	w.Ask("GET", w.LAN+"/api/jam/sessions/"+w.Code, "", "").Want(200)
	proof.Show(t, "No route of the host's is on the LAN, with or without the host's token",
		fmt.Sprintf("%d of %d requests for the %d routes found one", there, tried, len(routes)), "0", there == 0 && len(routes) > 15)
}
