package p2p

import (
	"testing"

	ma "github.com/multiformats/go-multiaddr"

	"soul-jam/hostd/link/linktest"
)

func TestContractTCP(t *testing.T) {
	linktest.Run(t, func(t *testing.T, limit int64) linktest.Pair {
		h, came := newHost(t, func(c *Config) { c.Limit = limit })
		c := tcpCable(t, h.Port())
		return pair(t, limit, came, Target{Peer: h.PeerID(), Addrs: []string{tcpAt(c.port)}}, c)
	})
}

func TestContractQUIC(t *testing.T) {
	linktest.Run(t, func(t *testing.T, limit int64) linktest.Pair {
		h, came := newHost(t, func(c *Config) { c.Limit = limit })
		c := udpCable(t, h.Port())
		return pair(t, limit, came, Target{Peer: h.PeerID(), Addrs: []string{quicAt(c.port)}}, c)
	})
}

func TestContractCircuit(t *testing.T) {
	linktest.Run(t, func(t *testing.T, limit int64) linktest.Pair {
		held := make(chan bool, 10)
		s := newStation(t, large())
		h, came := newHost(t, func(c *Config) {
			c.Limit = limit
			reserving(held)(c)
		})
		reserve(t, h, s.at(ma.P_QUIC_V1), held)
		c := tcpCable(t, portOf(t, s.at(ma.P_TCP)[0]))
		return pair(t, limit, came, through(h, []string{tcpAt(c.port) + "/p2p/" + s.host.ID().String()}), c)
	})
}

func pair(t *testing.T, limit int64, came <-chan arrival, to Target, c *cable) linktest.Pair {
	v := newVisitor(t, func(c *VisitorConfig) { c.Limit = limit })
	guest, err := v.Call(within(t), to)
	if err != nil {
		t.Fatal(err)
	}
	return linktest.Pair{Host: next(t, came).conn, Guest: guest, Cut: func() { close(c.cut) }}
}
