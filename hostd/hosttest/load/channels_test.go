package load

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"soul-jam/hostd/hosttest"
	"soul-jam/shared/identity"
	"soul-jam/shared/proof"
	"soul-jam/shared/wire"
)

// elsewhere is a host that guests reach through a soul-server, each in a process of its own.
type elsewhere struct {
	host, relay *child
	world       *hosttest.World
	soul        *hosttest.Soul // where the soul-server is; it does not run in this process
	key         identity.LinkKey
}

// startElsewhere starts both; more is how many data channels the host may have.
func startElsewhere(t *testing.T, more ...string) elsewhere {
	t.Helper()
	relay, url := startRelay(t)
	host, w := startHost(t, append([]string{url}, more...)...)
	for deadline := time.Now().Add(patience); w.Ask("GET", url+"/api/jam/sessions/"+w.Code, "", "").Status != 200; {
		if time.Now().After(deadline) {
			t.Fatal("the soul-server does not know the jam")
		}
	}
	_, fragment, _ := strings.Cut(w.Status().Jam.URL, "#")
	key, err := identity.ParseLinkKey(fragment)
	if err != nil {
		t.Fatal(err)
	}
	return elsewhere{host: host, relay: relay, world: w, soul: &hosttest.Soul{URL: url}, key: key}
}

// direct is a guest who has come through the soul-server and gone on to a data channel.
func (e elsewhere) direct(name string) *hosttest.Client {
	page := e.world.Sealed(e.soul, e.world.Code, &e.key)
	page.Join(wire.JoinRequest{DisplayName: name})
	channel := page.Direct()
	channel.TakeUp(page.Resume, &page.LastSeq)
	return channel
}

// stretch is how long nobody of the crowd on data channels is looked at.
const stretch = 5 * time.Second

// TestPromiseAHundredOverDataChannelsMissNothing is the same crowd's promise for guests who come from elsewhere.
func TestPromiseAHundredOverDataChannelsMissNothing(t *testing.T) {
	people, stretches := 12, 1
	if proof.Whole() {
		people, stretches = 100, 12
	}
	e := startElsewhere(t)
	host := e.world.Host()
	host.Settings(`{"max_participants":2000}`)
	guests := make([]*hosttest.Client, people)
	for i := range guests {
		guests[i] = e.direct(fmt.Sprint("Guest ", i))
	}
	host.Settled()
	began := host.LastSeq
	stop := make(chan struct{})
	memory := watchMemory(e.host, stop)
	said := 0
	for n := range stretches {
		said += talk(t, host, guests, n, said)
	}
	close(stop)
	samples := <-memory
	lost, reordered := 0, 0
	for i, g := range guests {
		l, r := compare(host, g, began)
		if l+r > 0 {
			t.Errorf("guest %d: %d lost, %d reordered", i, l, r)
		}
		lost, reordered = lost+l, reordered+r
	}
	made := int(e.host.figures()["jam_peer_connections_total"])
	if made != people {
		t.Errorf("%d connections were made for %d guests", made, people)
	}
	what := fmt.Sprintf("%d guests over data channels with %d events a second for %v", people, eventsPerSecond, time.Duration(stretches)*stretch)
	proof.Show(t, what+": every event reaches everyone, once and in order", fmt.Sprintf("%d events each, %d lost, %d reordered", said, lost, reordered), "0 lost, 0 reordered",
		lost == 0 && reordered == 0)
	showMemory(t, what+": the host's memory is flat", samples)
}

// talk makes events for a stretch, until all have heard the last.
func talk(t *testing.T, host *hosttest.Client, guests []*hosttest.Client, n, from int) (said int) {
	t.Helper()
	tick := time.NewTicker(time.Second / eventsPerSecond)
	defer tick.Stop()
	for ; said < int(stretch.Seconds()*eventsPerSecond); said++ {
		<-tick.C
		if i := from + said; i%2 == 0 {
			host.Send(wire.SetVolume{Volume: i / 2 % 100}, "")
		} else {
			guests[i/2%len(guests)].Send(wire.Chat{Message: fmt.Sprint("this is word ", i)}, "")
		}
	}
	host.Must(wire.Chat{Message: fmt.Sprintf("end of stretch %d.", n)})
	for _, g := range guests {
		g.Heard("chat_message", fmt.Sprintf("end of stretch %d.", n))
	}
	return said + 1
}

// compare holds what a guest heard after an event against what the host heard.
func compare(host, guest *hosttest.Client, after uint64) (lost, reordered int) {
	heard, before := map[uint64]bool{}, uint64(0)
	for _, m := range guest.Seen {
		if m.Seq == 0 || m.Type == "ack" || m.Type == "resumed" || m.Type == "joined" {
			continue
		}
		if m.Seq <= before {
			reordered++
		}
		before, heard[m.Seq] = m.Seq, true
	}
	for _, m := range host.Seen {
		if m.Seq > after && m.Type != "ack" && !heard[m.Seq] && !strings.HasPrefix(m.Type, "participant_") {
			lost++
		}
	}
	return lost, reordered
}
