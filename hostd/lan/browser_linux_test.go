package lan

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"log/slog"
	"net"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"soul-jam/hostd/lan/lantest"
	"soul-jam/shared/code"
)

// browseWith runs a browser at the pace of tests; told gets every list. It has ended when the test has.
func browseWith(t *testing.T, b *Browser) (told <-chan []Nearby) {
	t.Helper()
	lists := make(chan []Nearby, 100_000)
	b.Told = func(jams []Nearby) { lists <- jams }
	slow := b.pace.ask
	b.pace = pace{ask: 500 * time.Millisecond, forget: 2500 * time.Millisecond, look: 30 * time.Millisecond, grace: 800 * time.Millisecond}
	b.pace.ask = max(b.pace.ask, slow)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		b.Run(ctx)
	}()
	t.Cleanup(func() {
		cancel()
		<-done
		wantNoBrowser(t)
	})
	return lists
}

// wantNoBrowser holds that of a browser that has ended nothing runs, the library's goroutines included.
func wantNoBrowser(t *testing.T) {
	t.Helper()
	for deadline := time.Now().Add(patience); ; runtime.Gosched() {
		stacks := make([]byte, 1<<20)
		stacks = stacks[:runtime.Stack(stacks, true)]
		if !bytes.Contains(stacks, []byte("zeroconf.(*client)")) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("a goroutine is left:\n%s", stacks)
		}
	}
}

// await returns the first list that is as wanted.
func await(t *testing.T, told <-chan []Nearby, what string, wanted func([]Nearby) bool) []Nearby {
	t.Helper()
	var last []Nearby
	for ctx := withPatience(t); ; {
		select {
		case last = <-told:
			if wanted(last) {
				return last
			}
		case <-ctx.Done():
			t.Fatalf("%s: not in %v, the last list was %v", what, patience, last)
		}
	}
}

func urls(want ...string) func([]Nearby) bool {
	return func(jams []Nearby) bool {
		var got []string
		for _, jam := range jams {
			got = append(got, jam.URL)
		}
		return slices.Equal(got, want)
	}
}

// announce announces until the end of the test, or Stop.
func announce(t *testing.T, what Announcement) *Announcer {
	t.Helper()
	a := &Announcer{Log: slog.New(slog.DiscardHandler), Recheck: 30 * time.Millisecond}
	if err := a.Announce(t.Context(), what); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.Stop)
	return a
}

// TestTwoHostsOfOneName: both are listed, with the name as it was given, and each is gone
// soon after it stopped.
func TestTwoHostsOfOneName(t *testing.T) {
	if !lantest.Inside(t) {
		return
	}
	lantest.Plug(t, "jam0", "192.168.77.2/24")
	first, second := announcement(), announcement()
	first.Name, second.Name = `Alex's Küche \ "1"`, `Alex's Küche \ "1"`
	second.Code, second.Path, second.Port = "ABCD-2345", "/jam/ABCD-2345", 7430
	announcer := announce(t, first)
	announce(t, second)
	var b Browser
	told := browseWith(t, &b)
	const one, two = "http://192.168.77.2:7420/jam/HQRS-2K4M", "http://192.168.77.2:7430/jam/ABCD-2345"
	jams := await(t, told, "both", urls(two, one))
	want := Nearby{Name: first.Name, Code: "HQRS-2K4M", URL: one, Host: "soul-jam-hqrs-2k4m.local", Local: true}
	if jams[1] != want || !slices.Equal(b.Jams(), jams) {
		t.Errorf("listed %+v, want %+v; Jams %v", jams[1], want, b.Jams())
	}
	announcer.Stop()
	await(t, told, "the second only", urls(two))
	// It stays while nothing happens for several rounds.
	quiet, cancel := context.WithTimeout(t.Context(), 3*b.pace.forget/2)
	defer cancel()
	select {
	case jams := <-told:
		t.Errorf("the list changed to %v", jams)
	case <-quiet.Done():
	}
}

// TestTheNetworkComesAndGoes: the cable is pulled and plugged, a second one appears, and announcer and browser
// follow; what cannot be reached any more is off the list.
func TestTheNetworkComesAndGoes(t *testing.T) {
	if !lantest.Inside(t) {
		return
	}
	announce(t, announcement())
	var b Browser
	told := browseWith(t, &b)
	const zero, one = "http://192.168.77.2:7420/jam/HQRS-2K4M", "http://10.8.0.2:7420/jam/HQRS-2K4M"
	lantest.Plug(t, "jam0", "192.168.77.2/24") // both began without a network
	await(t, told, "the first network", urls(zero))
	for range 2 {
		lantest.IP(t, "link set jam0 down")
		await(t, told, "nothing", urls())
		lantest.IP(t, "link set jam0 up")
		await(t, told, "the network is back", urls(zero))
	}
	lantest.Plug(t, "vpn0", "10.8.0.2/24")
	elsewhere := Browser{Interfaces: []string{"vpn0"}}
	onVPN := browseWith(t, &elsewhere)
	await(t, onVPN, "the jam by its address on the second network", urls(one))
	lantest.IP(t, "link del jam0")
	await(t, told, "the second network alone", urls(one))
	if jams := elsewhere.Jams(); !urls(one)(jams) {
		t.Errorf("seen from the second network: %v", jams)
	}
	lantest.IP(t, "link del vpn0")
	await(t, told, "nothing again", urls())
}

// TestAsksAtOnceElsewhere: when the network changes the round is over. (Within a round the library tells of a
// jam once.)
func TestAsksAtOnceElsewhere(t *testing.T) {
	if !lantest.Inside(t) {
		return
	}
	lantest.Plug(t, "jam0", "192.168.77.2/24")
	what := announcement()
	what.Interfaces = []string{"jam0"} // it stays as it is
	announce(t, what)
	b := Browser{pace: pace{ask: time.Minute}}
	told := browseWith(t, &b)
	const friend = "http://192.168.77.2:7420/jam/HQRS-2K4M"
	await(t, told, "the jam", urls(friend))
	await(t, told, "it is forgotten, since nobody asks", urls())
	lantest.Plug(t, "jam1", "192.168.78.2/24")
	await(t, told, "the jam again", urls(friend))
}

// TestAsksOnTheNamedInterface: nothing leaves by another.
func TestAsksOnTheNamedInterface(t *testing.T) {
	if !lantest.Inside(t) {
		return
	}
	lantest.Plug(t, "jam0", "192.168.77.2/24")
	lantest.Plug(t, "jam1", "192.168.78.2/24")
	other, named := sent(t, "jam0"), sent(t, "jam1")
	browseWith(t, &Browser{Interfaces: []string{"jam1"}})
	ticker := time.NewTicker(10 * time.Millisecond)
	defer ticker.Stop()
	for deadline := time.Now().Add(patience); sent(t, "jam1") == named; {
		if <-ticker.C; time.Now().After(deadline) {
			t.Fatal("jam1 is not asked")
		}
	}
	if sent(t, "jam0") != other {
		t.Error("jam0 is asked, too")
	}
}

// TestFlood: ten thousand different answers leave a short list and take little memory; when
// they stop they are forgotten, and the real jam is there.
func TestFlood(t *testing.T) {
	if !lantest.Inside(t) {
		return
	}
	lantest.Plug(t, "jam0", "192.168.77.2/24")
	lantest.IP(t, "route add 224.0.0.0/4 dev jam0")
	announce(t, announcement())
	log := make(lines, 1000)
	b := Browser{Log: slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))}
	told := browseWith(t, &b)
	const friend = "http://192.168.77.2:7420/jam/HQRS-2K4M"
	await(t, told, "the real jam", urls(friend))
	before := heap()
	conn, err := net.Dial("udp4", "224.0.0.251:5353")
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	tooMany := 0
	for n := 0; n < 10_000 || tooMany < 3 && n < 200_000; n++ {
		if _, err := conn.Write(forged(n, 1)); err != nil {
			t.Fatal(err)
		}
		for len(log) > 0 {
			if strings.Contains(<-log, "too many answers") {
				tooMany++
			}
		}
		if jams := b.Jams(); len(jams) > maxNearby {
			t.Fatalf("%d jams listed", len(jams))
		}
	}
	if tooMany < 3 {
		t.Errorf("a round ended early %d times: the flood was none", tooMany)
	}
	for len(told) > 0 { // they hold a list each
		<-told
	}
	if more := heap() - before; more > 8<<20 {
		t.Errorf("the flood takes %d bytes", more)
	}
	await(t, told, "the real jam alone", urls(friend))
}

// TestLongAnswers: answers with thousands of addresses are not kept until the round is over.
func TestLongAnswers(t *testing.T) {
	if !lantest.Inside(t) {
		return
	}
	lantest.Plug(t, "jam0", "192.168.77.2/24")
	lantest.IP(t, "route add 224.0.0.0/4 dev jam0")
	b := Browser{pace: pace{ask: time.Minute}}
	told := browseWith(t, &b)
	conn, err := net.Dial("udp4", "224.0.0.251:5353")
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	before := heap()
	for n := range 150 { // each waits for the one before, so that none is lost
		if _, err := conn.Write(forged(n, 1500)); err != nil {
			t.Fatal(err)
		}
		await(t, told, "one more", func(jams []Nearby) bool { return len(jams) == n+1 })
	}
	if more := heap() - before; more > 4<<20 {
		t.Errorf("150 answers with 1500 addresses each take %d bytes", more)
	}
}

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// forged is an mDNS answer about a jam of its own, with a name of full length and many addresses.
func forged(n, addresses int) []byte {
	letters := make([]byte, code.Length)
	for i, rest := 0, n; i < len(letters); i, rest = i+1, rest/len(code.Alphabet) {
		letters[i] = code.Alphabet[rest%len(code.Alphabet)]
	}
	share := string(letters[:4]) + "-" + string(letters[4:])
	instance := labels(fmt.Sprintf("%s %d", strings.Repeat("F", 50), n), "_soul-jam", "_tcp", "local")
	host := labels(fmt.Sprintf("forged-%d", n), "local")
	var txt []byte
	for _, s := range []string{"v=1", "name=" + strings.Repeat("f", 200), "code=" + share, "path=/jam/" + share} {
		txt = append(append(txt, byte(len(s))), s...)
	}
	type record struct {
		name []byte
		kind uint16
		data []byte
	}
	records := []record{
		{labels("_soul-jam", "_tcp", "local"), 12, instance},
		{instance, 33, append([]byte{0, 0, 0, 0, 0x1c, 0xfc}, host...)}, // port 7420
		{instance, 16, txt},
	}
	for range addresses {
		records = append(records, record{host, 1, []byte{10, byte(n >> 16), byte(n >> 8), byte(n)}})
	}
	message := []byte{0, 0, 0x84, 0, 0, 0} // an answer, no question
	message = binary.BigEndian.AppendUint16(message, uint16(len(records)))
	message = append(message, 0, 0, 0, 0)
	for _, r := range records {
		message = append(message, r.name...)
		message = binary.BigEndian.AppendUint16(message, r.kind)
		message = append(message, 0, 1, 0, 0, 0, 120) // class and time to live
		message = binary.BigEndian.AppendUint16(message, uint16(len(r.data)))
		message = append(message, r.data...)
	}
	return message
}

// labels writes a DNS name.
func labels(names ...string) (wire []byte) {
	for _, name := range names {
		wire = append(append(wire, byte(len(name))), name...)
	}
	return append(wire, 0)
}
