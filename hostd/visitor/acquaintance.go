package visitor

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"soul-jam/shared/code"
	"soul-jam/shared/identity"
)

// finder is how the host is looked for now: once it was found, nobody else will do.
func (v *Visit) finder() finder {
	f := finder{target: v.cfg.Target, key: v.key, peer: v.host.peer, nearby: v.cfg.Nearby, ask: v.ask}
	if v.host.peer != "" {
		f.target.Code, f.target.Name = v.host.code, ""
	}
	known := v.cfg.Visits.All()
	f.visited = func(peer string, c code.Code) bool {
		return slices.ContainsFunc(known, func(k Known) bool { return k.Peer == peer && k.Code == c })
	}
	f.servers = servers(f.target.Code, known, v.host.server, v.cfg.Relay)
	f.patient = slices.ContainsFunc(known, func(k Known) bool { return k.Code != "" && k.Code == f.target.Code })
	return f
}

// servers may know the code: the one that did before, and those that are remembered.
func servers(c code.Code, known []Known, more ...*url.URL) (all []*url.URL) {
	for _, k := range known {
		if at, err := ParseServer(k.Server); err == nil && c != "" && k.Code == c {
			more = append(more, at)
		}
	}
	for _, at := range more {
		if at != nil && !slices.ContainsFunc(all, func(u *url.URL) bool { return u.String() == at.String() }) {
			all = append(all, at)
		}
	}
	return all
}

func (v *Visit) ways() ways {
	return ways{native: v.cfg.Native, web: v.cfg.HTTP, key: v.key, log: v.cfg.Log}
}

// meet takes the host for the one that is visited, and looks up what is known of it.
func (v *Visit) meet(ctx context.Context, h host) error {
	known, err := v.cfg.Visits.Of(h.peer)
	if err != nil {
		return &fileError{err}
	}
	first := v.host.peer == ""
	if v.unkept && v.host.peer == h.peer {
		known = v.known // newer than what is on disk
	}
	if known.Code != h.code { // what is remembered is of another jam
		known.Resume, known.Link, known.Server = identity.Secret{}, "", ""
	}
	if key, err := identity.ParseLinkKey(known.Link); v.key == nil && err == nil && key.Pins(h.bundle) {
		v.key = &key
	}
	words := v.line.Words
	if v.host.bundle.Text != h.bundle.Text {
		words = h.bundle.Words()
	}
	if h.server == nil && v.host.peer == h.peer {
		h.server = v.host.server
	}
	v.host, v.known = h, known
	v.tell(ctx, func(l *Line) {
		l.Code, l.Words = h.code.String(), words
		l.Verified = v.key != nil // find has compared
		l.Known = l.Known || !known.First.IsZero()
		l.HostName = known.HostName
		if first && v.changedHands(func(k Known) bool { return k.Code == h.code }) {
			l.Said = another(h.code.String())
		}
	})
	return nil
}

// changedHands: this host is a new one, where another was known by that.
func (v *Visit) changedHands(known func(Known) bool) bool {
	return v.known.First.IsZero() && slices.ContainsFunc(v.cfg.Visits.All(), func(k Known) bool { return k.Peer != v.host.peer && known(k) })
}

// sit keeps the newest token of the seat, before anything else is done with it: without it the seat is gone.
func (v *Visit) sit(token identity.Secret, hostName string) {
	if hostName = clean(hostName); hostName == "" {
		hostName = v.known.HostName
	}
	if !strings.EqualFold(hostName, v.known.HostName) && hostName != "" &&
		v.changedHands(func(k Known) bool { return strings.EqualFold(k.HostName, hostName) }) {
		v.warning = another(hostName)
	}
	v.keep(func(k *Known) {
		k.HostName, k.Code, k.Resume, k.As, k.Last = hostName, v.host.code, token, v.cfg.Name, time.Now().UTC().Truncate(time.Second)
		if k.First.IsZero() {
			k.First = k.Last
		}
		k.Link, k.Server = "", ""
		if v.key != nil {
			k.Link = v.key.Reveal()
		}
		if v.host.server != nil {
			k.Server = v.host.server.String()
		}
	})
}

// keep changes what is known of the host, here and on disk.
func (v *Visit) keep(change func(*Known)) {
	change(&v.known)
	err := v.cfg.Visits.Change(v.host.peer, change)
	if v.unkept = err != nil; v.unkept {
		v.cfg.Log.Warn("what brings you back to this seat could not be kept", "error", err)
	}
}

// forget drops a seat's token that the host does not know. It gives another that somebody else has kept meanwhile, if there is one.
func (v *Visit) forget(token identity.Secret) (newer identity.Secret) {
	if token.IsZero() || v.host.peer == "" {
		return newer
	}
	err := v.cfg.Visits.Change(v.host.peer, func(k *Known) {
		switch {
		case k.Resume.Equal(token):
			k.Resume = identity.Secret{}
		case k.Code == v.host.code:
			newer = k.Resume
		}
	})
	if err != nil {
		v.cfg.Log.Warn("a seat that is gone could not be forgotten", "error", err)
	}
	v.known.Resume = newer
	return newer
}

// disown drops the member's token that the host does not know.
func (v *Visit) disown() {
	token := v.known.User
	v.keep(func(k *Known) {
		if k.User.Equal(token) {
			k.User = identity.Secret{}
		}
	})
	v.known.User = identity.Secret{}
}

// maxHostName, characters of a host's name that are kept.
const maxHostName = 40

// clean makes a name fit for one line of a terminal.
func clean(name string) string {
	letters := []rune(strings.ToValidUTF8(strings.Map(func(r rune) rune {
		if hidden(r) {
			return -1
		}
		return r
	}, name), ""))
	return strings.TrimSpace(string(letters[:min(len(letters), maxHostName)]))
}
