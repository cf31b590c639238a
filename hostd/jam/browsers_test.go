package jam

import (
	"bufio"
	"encoding/json"
	"os"
	"testing"

	"soul-jam/shared/wire"
)

// transcript is what every browser got, for the browsers' own reducer: one JSON object a
// line. Without a file it only keeps how far each browser is.
//
//	{"begin": true}                        another jam, nobody is connected
//	{"to": ["guest1"], "m": {…}}           a message to some; no "to" = to everyone who is connected
//	{"gone": "guest1"}                     a connection is over
//	{"check": {"session", "present", "pending", "bans", "hosts"}}   what every connected browser must show
type transcript struct {
	t    *testing.T
	file *os.File
	out  *bufio.Writer
}

func newTranscript(t *testing.T) *transcript {
	tr := &transcript{t: t}
	if *browsers == "" {
		return tr
	}
	var err error
	if tr.file, err = os.Create(*browsers); err != nil {
		t.Fatal(err)
	}
	tr.out = bufio.NewWriter(tr.file)
	return tr
}

func (tr *transcript) close(t *testing.T) {
	if tr.file == nil {
		return
	}
	if err := tr.out.Flush(); err != nil {
		t.Error(err)
	}
	if err := tr.file.Close(); err != nil {
		t.Error(err)
	}
}

func (tr *transcript) write(line map[string]any) {
	if tr.file == nil {
		return
	}
	text, err := json.Marshal(line)
	if err != nil {
		tr.t.Fatal(err)
	}
	tr.out.Write(append(text, '\n'))
}

func (tr *transcript) begin()        { tr.write(map[string]any{"begin": true}) }
func (tr *transcript) gone(g *guest) { tr.write(map[string]any{"gone": g.name}) }

// message goes to some, or to all who are connected when to is nil.
func (tr *transcript) message(to []string, m wire.Message, seq uint64) {
	if tr.file == nil {
		return
	}
	encoded, err := wire.Encode(m, seq)
	if err != nil {
		tr.t.Fatal(err)
	}
	line := map[string]any{"m": json.RawMessage(encoded)}
	if to != nil {
		line["to"] = to
	}
	tr.write(line)
}

// entry tells what happened to everyone connected who may see it.
func (tr *transcript) entry(p *party, e Entry) {
	for _, ev := range e.Events {
		tr.fanOut(p, ev.Message, ev.Seq, "")
	}
	for _, m := range e.Passing {
		tr.fanOut(p, m.Message, 0, m.To)
	}
}

func (tr *transcript) fanOut(p *party, m wire.Message, seq uint64, only string) {
	all := only == "" && p.jam.ForAll(m)
	to := []string{}
	for _, g := range p.people {
		if !g.online || g.seat == "" || (!all && only != g.seat && (only != "" || !p.jam.Sees(g.seat, m))) {
			continue
		}
		g.last = max(g.last, seq)
		to = append(to, g.name)
	}
	if all {
		to = nil
	}
	tr.message(to, m, seq)
}

// joined gives the whole jam.
func (tr *transcript) joined(p *party, g *guest) {
	me, _ := p.jam.Participant(g.seat)
	m := wire.Joined{Session: p.jam.Session(g.seat), ParticipantID: &g.seat, Permissions: me.Permissions, ResumeToken: &g.token, ServerTimeMS: p.now.UnixMilli()}
	if p.jam.Hosts(g.seat) {
		m.Pending, m.Bans = p.jam.Pending(), p.jam.Bans()
	}
	g.last = p.jam.Seq()
	tr.message([]string{g.name}, m, 0)
}

// resumed gives the events that were missed. It connects a browser that kept what it knew.
func (tr *transcript) resumed(p *party, g *guest, last uint64) {
	m := wire.Resumed{Seq: p.jam.Seq(), Events: []json.RawMessage{}, ResumeToken: g.token}
	for _, e := range p.log {
		for _, ev := range e.Events {
			if ev.Seq <= last || !p.jam.Sees(g.seat, ev.Message) {
				continue
			}
			encoded, err := wire.Encode(ev.Message, ev.Seq)
			if err != nil {
				tr.t.Fatal(err)
			}
			m.Events = append(m.Events, encoded)
		}
	}
	if p.jam.Hosts(g.seat) {
		m.Pending, m.Bans = p.jam.Pending(), p.jam.Bans()
	}
	g.last = p.jam.Seq()
	tr.message([]string{g.name}, m, 0)
}

// compare says what all browsers must show now.
func (tr *transcript) compare(p *party) {
	if tr.file == nil {
		return
	}
	present, hosts := []string{}, []string{}
	for _, person := range p.jam.arrival {
		if !person.left {
			present = append(present, person.ID)
		}
	}
	for _, g := range p.people {
		if g.online && p.jam.Hosts(g.seat) {
			hosts = append(hosts, g.name)
		}
	}
	tr.write(map[string]any{"check": map[string]any{
		"session": p.jam.Session(p.jam.HostSeat()), "present": present, "pending": p.jam.Pending(), "bans": p.jam.Bans(), "hosts": hosts,
	}})
}
