package day

import (
	"time"
)

// trouble is what may happen to somebody's network.
type trouble string

const (
	cable   trouble = "the cable is pulled"
	oneWay  trouble = "answers are lost"
	refused trouble = "connections break"
	packets trouble = "no packets of data channels pass"
)

// cut gives somebody a trouble for a while. Most are short; some are longer than five, some than ten minutes, after which
// other rules hold.
func (w *world) cut(p *person) {
	if p.trouble != "" {
		return
	}
	kinds := []trouble{cable, cable, oneWay, refused}
	if p.away != nil {
		kinds = append(kinds, packets, packets)
	}
	kind := kinds[w.dice.IntN(len(kinds))]
	w.count("trouble: " + string(kind))
	p.trouble = string(kind)
	switch kind {
	case cable:
		w.network.stall(p.ip, false)
	case oneWay:
		w.network.stall(p.ip, true)
	case refused:
		w.network.reset(p.ip)
	}
	if p.away != nil {
		w.internet.set(p.away.homes[p.away.at], true)
	}
	w.act(p) // what is done at that very moment is what may get lost
	lasts := w.about(20 * time.Second)
	switch {
	case w.chance(10):
		lasts = w.between(5*time.Minute, 9*time.Minute)
	case w.chance(10):
		lasts = w.between(10*time.Minute, 15*time.Minute)
	}
	w.in(lasts, func() { w.mend(p) })
}

// mend ends somebody's trouble.
func (w *world) mend(p *person) {
	w.network.heal(p.ip)
	if p.away != nil {
		w.internet.set(p.away.homes[p.away.at], false)
	}
	p.trouble, p.calm = "", time.Now()
}

// missTheEnd has two people be away when the jam ends, who hear of it afterwards: one closed the page, one has no network.
func (w *world) missTheEnd() {
	if p := w.people[1]; p.here() && p.trouble == "" {
		p.quit()
	}
	if p := w.people[2]; p.trouble == "" {
		p.trouble = string(cable)
		w.network.stall(p.ip, false)
	}
}

// roam takes somebody into another network: the address that the data channel has is gone. Mostly the phone notices at once.
func (w *world) roam(p *person) {
	if p.trouble != "" {
		return
	}
	w.count("somebody goes into another network")
	a := p.away
	w.internet.set(a.homes[a.at], true)
	a.at = 1 - a.at
	w.internet.set(a.homes[a.at], false)
	a.way.machine.move(a.nets[a.at])
	p.calm = time.Now()
	if w.chance(70) {
		a.way.restart()
	}
}

// soulDown takes soul-server away for a while.
func (w *world) soulDown() {
	if w.soul.now == nil {
		return
	}
	w.count("soul-server restarts")
	w.soul.stop(w.chance(50))
	if w.chance(33) {
		w.count("soul-server has lost its directory")
		w.soul.forget()
	}
	lasts := w.between(time.Second, 10*time.Second)
	if w.chance(40) {
		lasts = w.between(10*time.Second, 5*time.Minute)
	}
	w.in(lasts, func() {
		w.soul.start()
		w.heard = time.Now()
	})
}

// hostDown stops hostd for a while: mostly for less than the five minutes after which the music waits for the host.
func (w *world) hostDown() {
	if w.host.running == nil {
		return
	}
	w.count("hostd restarts")
	if err := w.host.stop(); err != nil {
		w.wrong("hostd does not stop well: %v", err)
	}
	lasts := w.between(time.Second, 4*time.Minute)
	if w.chance(30) {
		w.count("hostd is away for long")
		lasts = w.between(6*time.Minute, 28*time.Minute)
	}
	w.in(lasts, func() {
		if err := w.hostUp(); err != nil {
			w.wrong("hostd does not start: %v", err)
		}
	})
}

// hostUp starts hostd.
func (w *world) hostUp() error {
	if err := w.host.start(); err != nil {
		return err
	}
	w.up = time.Now()
	return nil
}

// hostOffline takes the network from the host's machine: everybody loses hostd, and it them.
func (w *world) hostOffline() {
	if w.host.running == nil {
		return
	}
	w.count("trouble: the host's network is away")
	w.network.stall(hostIP, false)
	w.internet.set(w.hostHome, true)
	w.up = time.Now().Add(time.Hour) // nobody is expected to be there
	w.in(w.about(30*time.Second), func() {
		w.network.heal(hostIP)
		w.internet.set(w.hostHome, false)
		w.up = time.Now()
	})
}
