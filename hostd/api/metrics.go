package api

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"soul-jam/hostd/guest"
	"soul-jam/hostd/session"
	"soul-jam/shared/wire"
)

// counts is what /metrics tells of this host.
type counts struct {
	registry  *prometheus.Registry
	connected prometheus.Gauge
}

func newCounts(house *session.House, door *guest.Counts) *counts {
	c := &counts{
		registry:  prometheus.NewRegistry(),
		connected: prometheus.NewGauge(prometheus.GaugeOpts{Name: "jam_connections", Help: "Open WebSockets, joined or not."}),
	}
	c.registry.MustRegister(c.connected, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "jam_participants", Help: "People in the running jam, the host counted; 0 without a jam."}, func() float64 {
			return float64(house.View().Landing.ParticipantCount)
		}),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "jam_last_event_seq", Help: "Sequence number of the running jam's last event."}, func() float64 {
			return float64(house.View().Seq)
		}),
		counted("jam_connections_refused_total", "WebSockets refused by --max-per-address.", nil, func() int64 { return door.Of(wire.LimitConnections) }),
		counted("jam_peer_connections_total", "WebRTC connections made for guests from elsewhere, open or not.", nil, door.PeerConnections))
	for _, limit := range wire.Limits() {
		c.registry.MustRegister(counted("jam_refused_total", "How often a limit was met: what lies beyond it was refused, cut or replaced.",
			prometheus.Labels{"limit": string(limit)}, func() int64 { return door.Of(limit) }))
	}
	return c
}

// counted is a figure that somebody else counts.
func counted(name, help string, labels prometheus.Labels, of func() int64) prometheus.Collector {
	return prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help, ConstLabels: labels}, func() float64 { return float64(of()) })
}
