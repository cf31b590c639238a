package visitor

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"soul-jam/hostd/lan"
	"soul-jam/shared/code"
	"soul-jam/shared/wire"
)

// web answers introductions by URL.
type web map[string]func() (host, error)

func (w web) ask(_ context.Context, at *url.URL, c code.Code) (host, error) {
	if answer := w[at.String()]; answer != nil {
		return answer()
	}
	return host{}, errors.New("connection refused")
}

func says(h host) func() (host, error) { return func() (host, error) { return h, nil } }

func refuses(why wire.Code) func() (host, error) {
	return func() (host, error) { return host{}, &unanswered{why: why} }
}

// announced is a network where these jams are heard of, one after the other.
func announced(jams ...lan.Nearby) Nearby {
	return func(ctx context.Context, told func([]lan.Nearby)) {
		for i := range jams {
			<-time.After(50 * time.Millisecond)
			told(jams[:i+1])
		}
		<-ctx.Done()
	}
}

func nearbyJam(name string, c code.Code, at string) lan.Nearby {
	return lan.Nearby{Name: name, Code: c, URL: at + "/jam/" + c.String()}
}

func server(t *testing.T, at string) *url.URL {
	t.Helper()
	u, err := ParseServer(at)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func target(t *testing.T, typed string) Target {
	t.Helper()
	got, err := ParseTarget(typed)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

const (
	lanAt, otherAt, soulAt = "http://192.168.1.5:7420", "http://192.168.1.6:7420", "https://soul.example"
	lanAddr, soulAddr      = "/ip4/192.168.1.5/udp/7423/quic-v1", "/dns/soul.example/udp/4001/quic-v1/p2p/X/p2p-circuit"
)

// look runs a finder that knows nobody in simulated time.
func look(t *testing.T, f finder) (h host, err error, took time.Duration) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		if f.visited == nil {
			f.visited = func(string, code.Code) bool { return false }
		}
		start := time.Now()
		h, err = f.find(t.Context())
		took = time.Since(start)
	})
	return h, err, took
}

func TestACodeIsFoundOnTheLANAndAtTheSoulServer(t *testing.T) {
	hanna := newSomeone(t, theCode)
	atSoul := hanna.host(soulAddr)
	atSoul.server = server(t, soulAt)
	f := finder{
		target: target(t, "hqrs 2k4m"), servers: []*url.URL{server(t, soulAt)}, nearby: announced(nearbyJam("Friday", theCode, lanAt)),
		ask: web{lanAt: says(hanna.host(lanAddr)), soulAt: says(atSoul)}.ask,
	}
	h, err, took := look(t, f)
	if err != nil || h.peer != hanna.peer || !slices.Equal(h.addrs, []string{lanAddr, soulAddr}) || h.server.String() != soulAt || took != lanGrace {
		t.Errorf("%+v, %v after %v", h, err, took)
	}
	f.nearby = announced()
	if h, err, took = look(t, f); err != nil || len(h.addrs) != 1 || took != lanGrace {
		t.Errorf("from elsewhere: %+v, %v after %v", h, err, took)
	}
	f.servers = nil
	if _, err, took = look(t, f); !errors.Is(err, errNoSuchCode) || took != lanWithin {
		t.Errorf("nowhere: %v after %v", err, took)
	}
	f.servers, f.ask = []*url.URL{server(t, soulAt)}, web{soulAt: refuses(wire.CodeHostOffline)}.ask
	var no *unanswered
	if _, err, _ = look(t, f); !errors.As(err, &no) || no.why != wire.CodeHostOffline {
		t.Errorf("the host is away: %v", err)
	}
}

func TestANameIsTheWholeOneElseItsBeginning(t *testing.T) {
	hanna, other := newSomeone(t, theCode), newSomeone(t, "ABCD-2345")
	otherHost := other.host()
	otherHost.code = "ABCD-2345"
	f := finder{
		nearby: announced(nearbyJam("Friday Night", "ABCD-2345", otherAt), nearbyJam("FRIDAY", theCode, lanAt)),
		ask:    web{lanAt: says(hanna.host()), otherAt: says(otherHost)}.ask,
	}
	for typed, want := range map[string]string{"friday": hanna.peer, "friday n": other.peer, "hqrs2k4m": hanna.peer} {
		f.target = target(t, typed)
		if h, err, _ := look(t, f); err != nil || h.peer != want {
			t.Errorf("%q: %+v, %v", typed, h, err)
		}
	}
	f.target = target(t, "Saturday")
	if _, err, took := look(t, f); !errors.Is(err, errNoSuchCode) || took != lanWithin {
		t.Errorf("%v after %v", err, took)
	}
	f.target = target(t, "Sat night")
	f.target.NoCode = errors.New("it has an O")
	if _, err, _ := look(t, f); !errors.Is(err, errNoSuchName) || !errors.Is(err, f.target.NoCode) {
		t.Error(err)
	}
	// A word of eight letters may be a name, too.
	f.nearby = announced(nearbyJam("Saturday", theCode, lanAt))
	f.target = target(t, "saturday")
	if h, err, _ := look(t, f); err != nil || h.peer != hanna.peer {
		t.Errorf("%+v, %v", h, err)
	}
}

// TestASpoofedAnnouncementIsNoticed holds threat T11: somebody announces a friend's jam as theirs.
func TestASpoofedAnnouncementIsNoticed(t *testing.T) {
	hanna, mallory := newSomeone(t, theCode), newSomeone(t, theCode)
	f := finder{
		target: target(t, "Friday"),
		nearby: announced(nearbyJam("Friday", theCode, otherAt), nearbyJam("Friday", theCode, lanAt)),
		ask:    web{lanAt: says(hanna.host()), otherAt: says(mallory.host())}.ask,
	}
	for _, typed := range []string{"Friday", "HQRS-2K4M"} {
		f.target = target(t, typed)
		_, err, _ := look(t, f)
		var several *Ambiguous
		if !errors.As(err, &several) || len(several.Found) != 2 || slices.Equal(several.Found[0].Words, several.Found[1].Words) {
			t.Fatalf("%s: %v", typed, err)
		}
		for _, who := range []someone{hanna, mallory} {
			if !strings.Contains(err.Error(), strings.Join(who.bundle.Words(), " ")) || !strings.Contains(err.Error(), "whole link") {
				t.Errorf("it says %v", err)
			}
		}
	}
	// The one that was visited before is known by its key; a quick stranger is not taken for it.
	f.patient, f.visited = true, func(peer string, _ code.Code) bool { return peer == hanna.peer }
	f.ask = web{otherAt: says(mallory.host()), lanAt: func() (host, error) {
		<-time.After(time.Second)
		return hanna.host(), nil
	}}.ask
	if h, err, _ := look(t, f); err != nil || h.peer != hanna.peer {
		t.Errorf("visited before: %+v, %v", h, err)
	}
	// The link names it.
	f.patient, f.visited, f.key = false, nil, &hanna.link
	if h, err, _ := look(t, f); err != nil || h.peer != hanna.peer {
		t.Errorf("by the link's key: %+v, %v", h, err)
	}
	f.nearby = announced(nearbyJam("Friday", theCode, otherAt))
	if _, err, _ := look(t, f); !errors.Is(err, ErrWrongHost) {
		t.Errorf("only the other: %v", err)
	}
	// A link's own server counts before what is announced.
	f.key, f.target = nil, target(t, soulAt+"/jam/HQRS-2K4M")
	f.ask = web{soulAt: says(hanna.host()), otherAt: says(mallory.host())}.ask
	if h, err, _ := look(t, f); err != nil || h.peer != hanna.peer {
		t.Errorf("by the link: %+v, %v", h, err)
	}
}

func TestAFloodOfAnnouncementsCostsLittle(t *testing.T) {
	var asked atomic.Int64
	f := finder{target: target(t, "x"), ask: func(context.Context, *url.URL, code.Code) (host, error) {
		asked.Add(1)
		return host{}, errors.New("no")
	}}
	var jams []lan.Nearby
	for i := range 200 {
		jams = append(jams, nearbyJam("x", theCode, "http://10.0.0.1:"+string(rune('1'+i%9))+strings.Repeat("1", i/9%4)))
	}
	f.nearby = func(ctx context.Context, told func([]lan.Nearby)) { told(jams); told(jams); <-ctx.Done() }
	if _, err, _ := look(t, f); err == nil || asked.Load() > maxMatches {
		t.Errorf("%d were asked, %v", asked.Load(), err)
	}
}

// serve answers every request with that.
func serve(t *testing.T, status int, body []byte) *url.URL {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/x/api/jam/sessions/HQRS-2K4M/introduction" {
			t.Errorf("asked for %s", r.URL)
		}
		w.Header().Set("Retry-After", "7")
		w.WriteHeader(status)
		_, _ = w.Write(body)
	}))
	t.Cleanup(s.Close)
	return server(t, s.URL+"/x")
}

func TestIntroductions(t *testing.T) {
	hanna := newSomeone(t, theCode)
	ask := newIntroducer(nil).ask
	for _, c := range []struct {
		p2p  []string
		soul bool
	}{{[]string{lanAddr}, false}, {[]string{soulAddr}, true}, {nil, true}} {
		h, err := ask(t.Context(), serve(t, 200, hanna.introduction(c.p2p...)), theCode)
		if err != nil || h.peer != hanna.peer || !slices.Equal(h.addrs, c.p2p) || (h.server != nil) != c.soul {
			t.Errorf("%+v, %v", h, err)
		}
	}
	for _, c := range []struct {
		status int
		body   string
		why    wire.Code
	}{
		{404, `{"code":"session_not_found","message":"x"}`, wire.CodeSessionNotFound}, {410, `{"code":"session_ended"}`, wire.CodeSessionEnded},
		{503, `{"code":"host_offline"}`, wire.CodeHostOffline}, {429, ``, wire.CodeRateLimited},
	} {
		_, err := ask(t.Context(), serve(t, c.status, []byte(c.body)), theCode)
		var no *unanswered
		if !errors.As(err, &no) || no.why != c.why || (no.after == 7*time.Second) != (c.status == 429) {
			t.Errorf("%d: %v", c.status, err)
		}
	}
	for status, body := range map[int]string{404: "404 page not found", 200: "<html>", 500: "", 403: `{"code":"not_authorized"}`, 410: `{"code":"host_offline"}`} {
		var no *unanswered
		if _, err := ask(t.Context(), serve(t, status, []byte(body)), theCode); err == nil || errors.As(err, &no) {
			t.Errorf("%d %s: %v", status, body, err)
		}
	}
}

func TestHostileIntroductionsAreRefused(t *testing.T) {
	hanna, mallory, other := newSomeone(t, theCode), newSomeone(t, theCode), newSomeone(t, "ABCD-2345")
	swapped := hanna
	swapped.bundle.Signature = mallory.bundle.Signature
	for name, body := range map[string][]byte{
		"another's signature": swapped.introduction(), "another jam": other.introduction(), "nothing": []byte("{}"), "null": []byte("null"), "an array": []byte("[]"),
		"changed":  bytes.Replace(hanna.introduction(), []byte("HQRS"), []byte("hqrs"), 1),
		"too long": append(hanna.introduction(), bytes.Repeat([]byte(" "), maxIntroduction)...),
	} {
		if h, err := newIntroducer(nil).ask(t.Context(), serve(t, 200, body), theCode); err == nil {
			t.Errorf("%s: %+v", name, h)
		}
	}
	addrs := []string{"", "x", "/ip4/1.2.3.4\n", "/" + strings.Repeat("a", 300), "/ok/\x7f", "/ok/é"}
	for range 30 {
		addrs = append(addrs, "/ip4/192.0.2.1/tcp/1")
	}
	h, err := readIntroduction(hanna.introduction(addrs...), theCode)
	if err != nil || len(h.addrs) != maxAddresses || h.addrs[0] != "/ip4/192.0.2.1/tcp/1" {
		t.Errorf("%+v, %v", h, err)
	}
}

func TestAServerMaySendToItsOwnHTTPSAlone(t *testing.T) {
	hanna := newSomeone(t, theCode)
	secure := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(hanna.introduction()) }))
	t.Cleanup(secure.Close)
	for to, ok := range map[string]bool{
		secure.URL + "/api/jam/sessions/HQRS-2K4M/introduction":    true,
		secure.URL + "/admin/delete":                               false,
		"http://192.0.2.1/api/jam/sessions/HQRS-2K4M/introduction": false,
		"file:///etc/passwd":                                       false,
	} {
		first := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to, http.StatusFound) }))
		h, err := newIntroducer(secure.Client()).ask(t.Context(), server(t, first.URL), theCode)
		if first.Close(); (err == nil) != ok {
			t.Errorf("to %s: %v", to, err)
		} else if ok && h.server.String() != secure.URL {
			t.Errorf("the pipe would go to %s", h.server)
		}
	}
}

func FuzzIntroduction(f *testing.F) {
	hanna := newSomeone(f, theCode)
	f.Add(hanna.introduction(lanAddr, soulAddr))
	f.Add([]byte(`{"bundle":"{\"v\":1,\"code\":\"HQRS-2K4M\",\"peer\":\"12D3KooW\"}","signature":"AAAA","p2p":["/ip4/1.2.3.4/tcp/1"]}`))
	f.Add([]byte(`{"p2p":null}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		h, err := readIntroduction(body, theCode)
		if err != nil {
			return
		}
		public, err := publicKey(h.peer)
		if err != nil || !h.bundle.SignedBy(public, theCode.String()) || len(h.addrs) > maxAddresses {
			t.Fatalf("%q is %+v, %v", body, h, err)
		}
	})
}
