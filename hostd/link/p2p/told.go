package p2p

import (
	"sync"

	"github.com/libp2p/go-libp2p/core/peer"
	ma "github.com/multiformats/go-multiaddr"
)

// told is whom we tell where we are and call ourselves, and what relays say about where we
// are. It is also the filter of what DCUtR tells and believes.
type told struct {
	loopback    bool
	trustRelays bool          // may be on this machine
	lost        chan struct{} // takes one: the connection to a relay is gone

	mu      sync.Mutex // guards what follows
	relays  map[peer.ID]bool
	friends map[peer.ID]bool     // callers with a seat; for a visitor the hosts it calls
	outside map[int]ma.Multiaddr // by its transport's code: how a relay sees us
}

func newTold(loopback, trustRelays bool) *told {
	return &told{
		loopback: loopback, trustRelays: trustRelays, lost: make(chan struct{}, 1),
		relays: make(map[peer.ID]bool), friends: make(map[peer.ID]bool), outside: make(map[int]ma.Multiaddr),
	}
}

func (t *told) isRelay(p peer.ID) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.relays[p]
}

func (t *told) isFriend(p peer.ID) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.friends[p]
}

func (t *told) mayDial(p peer.ID) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.relays[p] || t.friends[p]
}

// believes tells whether somebody may be on this machine.
func (t *told) believes(p peer.ID) bool { return t.loopback || t.trustRelays && t.isRelay(p) }

// relay makes a peer a relay of ours, or no longer.
func (t *told) relay(p peer.ID, is bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if is {
		t.relays[p] = true
		return
	}
	delete(t.relays, p)
	clear(t.outside)
}

func (t *told) befriend(p peer.ID) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.friends[p] = true
}

// unfriend takes back what befriend gave.
func (t *told) unfriend(p peer.ID) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.friends, p)
}

// gone is told that there is no connection left to a peer.
func (t *told) gone(p peer.ID) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.relays[p] {
		return
	}
	clear(t.outside)
	select {
	case t.lost <- struct{}{}:
	default:
	}
}

// seen takes in how a relay sees us. It is not verified: a relay that lies makes our friends
// try an address in vain.
func (t *told) seen(by peer.ID, as ma.Multiaddr) {
	if !isPlain(as, false, t.loopback) {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.relays[by] {
		t.outside[as[1].Protocol().Code] = as
	}
}

// FilterLocal implements [holepunch.AddrFilter]: what of our addresses we tell.
func (t *told) FilterLocal(to peer.ID, ours []ma.Multiaddr) []ma.Multiaddr {
	if !t.isFriend(to) {
		return nil
	}
	return plain(ours, t.loopback)
}

// FilterRemote implements [holepunch.AddrFilter]: what of others' addresses we believe.
func (t *told) FilterRemote(of peer.ID, theirs []ma.Multiaddr) []ma.Multiaddr {
	if !t.isFriend(of) {
		return nil
	}
	return plain(theirs, t.loopback)
}

// outsideWith gives our addresses outside: as relays see them, and with the ports that we listen
// on at this machine, since a router may pass these on.
func (t *told) outsideWith(machine []ma.Multiaddr) []ma.Multiaddr {
	t.mu.Lock()
	defer t.mu.Unlock()
	all := make([]ma.Multiaddr, 0, 2*maxAddresses)
	for _, seen := range t.outside {
		all = append(all, seen)
	}
	for _, seen := range t.outside {
		for _, a := range machine {
			if len(a) >= 2 && !isCircuit(a) && a[0].Protocol().Code == seen[0].Protocol().Code {
				all = append(all, append(ma.Multiaddr{seen[0]}, a[1:]...))
			}
		}
	}
	return ma.Unique(all)
}
