package api

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"soul-jam/hostd/session"
)

// counts is what /metrics tells of this host.
type counts struct {
	registry   *prometheus.Registry
	connected  prometheus.Gauge
	turnedAway prometheus.Counter
}

func newCounts(house *session.House) *counts {
	c := &counts{
		registry:   prometheus.NewRegistry(),
		connected:  prometheus.NewGauge(prometheus.GaugeOpts{Name: "jam_connections", Help: "Open WebSockets, joined or not."}),
		turnedAway: prometheus.NewCounter(prometheus.CounterOpts{Name: "jam_connections_refused_total", Help: "WebSockets refused by --max-per-address."}),
	}
	c.registry.MustRegister(c.connected, c.turnedAway, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "jam_participants", Help: "People in the running jam, the host counted; 0 without a jam."}, func() float64 {
			return float64(house.View().Landing.ParticipantCount)
		}),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "jam_last_event_seq", Help: "Sequence number of the running jam's last event."}, func() float64 {
			return float64(house.View().Seq)
		}))
	return c
}
