package day

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing/synctest"
	"time"

	"soul-jam/hostd/terminal"
	"soul-jam/hostd/visitor"
	"soul-jam/shared/wire"
)

const (
	// backWithin: who can reach the host again has the seat again after this at the latest.
	backWithin = 2 * time.Minute
	// arrives: what was said has gone through all networks after this.
	arrives = 10 * delay
	// toldWithin: who is connected knows everything after this.
	toldWithin = time.Minute
	// answeredWithin: what was asked is answered after this, when nothing is in the way.
	answeredWithin = 2 * time.Minute
)

// shown is what everybody in a jam must agree on.
type shown struct {
	Seq      uint64
	Code     string
	Settings wire.JamSettings
	State    wire.State
	Playback wire.Playback
	Current  *wire.JamQueueItem
	Upcoming []wire.JamQueueItem
	Why      map[string]wire.Why
	Vote     *wire.SkipVote
	Chat     []wire.ChatLine
	Ending   *wire.Ending
	Here     []wire.JamParticipant // who is connected
	Count    int
}

func show(r terminal.Room) shown {
	known, count := r.Here()
	known = slices.DeleteFunc(known, func(p wire.JamParticipant) bool { return !p.Connected })
	slices.SortFunc(known, func(a, b wire.JamParticipant) int { return strings.Compare(a.ID, b.ID) })
	return shown{
		r.Seq, r.Code, r.Settings, r.State, r.Playback, r.Current, append([]wire.JamQueueItem{}, r.Upcoming...), r.Why, r.Vote,
		append([]wire.ChatLine{}, r.Chat...), r.Ending, known, count,
	}
}

// pass lets the bubble's time go by, and everything happen that is due.
func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// look compares what everybody knows with what the host tells somebody new.
func (w *world) look() {
	synctest.Wait()
	if w.host.running == nil || w.network.hangs(hostIP) {
		return
	}
	truth, ok := w.newcomer()
	if !ok {
		return
	}
	pass(arrives)
	seq, all := truth.Seq, asJSON(show(truth))
	for _, p := range w.people {
		w.compare(p, seq, all)
	}
}

// newcomer is the jam as a screen has it that is switched on now.
func (w *world) newcomer() (room terminal.Room, ok bool) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	const ip = "192.168.1.250"
	conn, err := socketWay{w.network.web(ip), lanName}.Call(ctx, visitor.Call{Code: w.code})
	if err != nil {
		w.wrong("a screen cannot connect: %v", err)
		return room, false
	}
	defer func() { _ = conn.Close(4000, "") }() // it has seen enough
	frame, err := wire.EncodeCommand(wire.Watch{}, "")
	if err == nil {
		err = conn.Write(ctx, frame)
	}
	if err == nil {
		frame, err = conn.Read(ctx)
	}
	if err != nil || !bytes.Contains(frame[:min(len(frame), 40)], []byte(`"joined"`)) {
		w.wrong("a screen is told %.200s, %v", frame, err)
		return room, false
	}
	room.Apply(frame)
	return room, true
}

// compare holds what somebody knows against the truth, which is that of event seq.
func (w *world) compare(p *person, seq uint64, truth string) {
	room, seated := p.sees()
	calm := time.Since(latest(p.calm, w.up))
	if p.away != nil {
		calm = min(calm, time.Since(w.heard))
		if w.soul.now == nil {
			calm = 0
		}
	}
	if p.trouble != "" {
		calm = 0
	}
	switch {
	case !p.here():
		w.tryAgain(p)
		return
	case !seated:
		if calm > backWithin {
			w.wrong("%s is not back after %v: %+v", p.name, calm, p.now())
		}
		return
	}
	mine := show(room)
	switch {
	case mine.Seq > seq:
		return // something happened at this very moment
	case mine.Seq < seq:
		if calm > toldWithin {
			w.wrong("%s knows of event %d and not of event %d, after %v without trouble", p.name, mine.Seq, seq, calm)
		}
		return
	}
	w.compared++
	if here := asJSON(mine); here != truth {
		w.wrong("%s sees another jam than the host:\n%s\n%s", p.name, here, truth)
	}
	w.unanswered(p, calm)
}

// tryAgain has somebody come once more who met nobody at first: a program that never found its host says so and ends. Any
// other end is wrong, but the person's own.
func (w *world) tryAgain(p *person) {
	p.mu.Lock()
	err, met := p.err, p.room.Seated
	p.mu.Unlock()
	switch {
	case err == nil:
	case met:
		w.wrong("the visit of %s ended: %v", p.name, err)
	default:
		w.count("somebody finds no host, and tries again")
		p.come()
	}
}

// unanswered looks for what somebody asked long ago.
func (w *world) unanswered(p *person, calm time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for id, o := range p.pending {
		if waits := min(time.Since(o.at), calm); waits > answeredWithin {
			w.wrong("%s waits for the answer to %s, %s, for %v", p.name, id, o.command.CommandType(), waits)
		}
	}
}

// now is how the visit stands.
func (p *person) now() visitor.Line {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.line
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// atTheEnd is what must hold when the jam has ended for that reason.
func (w *world) atTheEnd(reason wire.EndReason) {
	synctest.Wait()
	rows, err := w.host.store.History()
	if err != nil || len(rows) != 1 || rows[0].ShareCode != w.code || rows[0].EndReason == nil || *rows[0].EndReason != reason {
		w.wrong("the history holds %s, %v", asJSON(rows), err)
		return
	}
	detail, ok, err := w.host.store.HistoryOf(rows[0].ID)
	if err != nil || !ok {
		w.wrong("the jam is not in the history: %v", err)
		return
	}
	lasted := rows[0].EndedAt.Sub(rows[0].CreatedAt.Time)
	if over := lasted - w.length; over < 0 || over > 2*time.Minute {
		w.wrong("a jam of %v lasted %v", w.length, lasted)
	}
	for _, p := range w.people {
		w.toldTheEnd(p, reason, asJSON(detail.Recap))
	}
	if running, err := w.host.store.Running(); err != nil || running.Jam != "" {
		w.wrong("a jam still runs: %s, %v", running.Jam, err)
	}
}

// toldTheEnd: who had a seat to the last knows how it ended, and so does who comes back later.
func (w *world) toldTheEnd(p *person, reason wire.EndReason, recap string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for id, o := range p.pending {
		w.wrong("%s never had an answer to %s, %s", p.name, id, o.command.CommandType())
	}
	if p.visit == nil || p.leaving {
		return
	}
	told := p.ended
	if told == nil {
		if p.line.State != visitor.Over || p.line.Said != wire.CodeSessionEnded.Sentence() {
			w.wrong("%s comes back after the end and hears %+v", p.name, p.line)
		}
		told = w.afterwards(p)
	}
	if told == nil || told.Reason != reason || asJSON(told.Recap) != recap {
		w.wrong("%s was told that the jam ended so:\n%s\nand the history says %s\n%s", p.name, asJSON(told), reason, recap)
	}
}

// afterwards is what a page is told that shows its seat when the jam is over; nil = nothing of the end.
func (w *world) afterwards(p *person) *wire.SessionEnded {
	w.count("somebody looks for the jam when it is over")
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	known, err := p.visits.Of(w.host.key.PeerID())
	if err != nil {
		w.wrong("%s: %v", p.name, err)
		return nil
	}
	conn, err := socketWay{p.web, lanName}.Call(ctx, visitor.Call{Code: w.code})
	if err != nil {
		w.wrong("%s cannot ask how it ended: %v", p.name, err)
		return nil
	}
	defer func() { _ = conn.Close(4000, "") }() // it has heard what it wanted
	frame, err := wire.EncodeCommand(wire.Resume{ResumeToken: known.Resume.Reveal()}, "")
	if err == nil {
		err = conn.Write(ctx, frame)
	}
	if err == nil {
		frame, err = conn.Read(ctx)
	}
	messages := []json.RawMessage{frame}
	if len(frame) > 0 && frame[0] == '[' {
		err = json.Unmarshal(frame, &messages)
	}
	if err != nil || !bytes.Contains(messages[0], []byte(`"session_ended"`)) {
		w.wrong("%s asks how it ended and is told %s, %v", p.name, frame, err)
		return nil
	}
	told := &wire.SessionEnded{}
	if err := json.Unmarshal(messages[0], told); err != nil {
		w.wrong("%s asks how it ended: %v", p.name, err)
	}
	return told
}

func asJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(b)
}
