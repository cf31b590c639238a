package server

import (
	"net/http"
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"soul-jam/relay/circuit"
	signaling "soul-jam/signaling/server"
)

// refused counts what this package turns away by itself.
type refused struct {
	foreign, guessing, crowded, asking atomic.Int64 // 403; 429 by guesses, by --max-per-address, by the pace of questions
	claiming                           atomic.Int64 // new codes, by the pace of claims
	stun, stunTooOften                 atomic.Int64 // binding requests answered; left unanswered by their pace
}

// metrics is the handler of --metrics-listen. p2p is nil when there is no circuit relay.
func metrics(s *signaling.Server, own *refused, rows func() int64, p2p *circuit.Relay) http.Handler {
	registry, c := prometheus.NewRegistry(), s.Counts()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	add := func(gauge bool, name, help string, labels prometheus.Labels, value func() int64) {
		of := func() float64 { return float64(value()) }
		if gauge {
			registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "relay_" + name, Help: help, ConstLabels: labels}, of))
			return
		}
		registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "relay_" + name + "_total", Help: help, ConstLabels: labels}, of))
	}
	add(true, "hosts", "Hosts' sockets.", nil, c.Hosts.Load)
	add(true, "codes", "Codes that are remembered.", nil, rows)
	for kind, value := range map[string]*atomic.Int64{"plain": &c.Plain, "signal": &c.Signal} {
		add(true, "guests", "Guests' sockets.", prometheus.Labels{"kind": kind}, value.Load)
	}
	for to, values := range map[string][2]*atomic.Int64{"host": {&c.FramesUp, &c.BytesUp}, "guest": {&c.FramesDown, &c.BytesDown}} {
		add(false, "carried_frames", "Frames carried.", prometheus.Labels{"to": to}, values[0].Load)
		add(false, "carried_bytes", "Bytes carried.", prometheus.Labels{"to": to}, values[1].Load)
	}
	for reason, value := range map[string]*atomic.Int64{
		"not_found": &c.NotFound, "ended": &c.Ended, "host_away": &c.HostAway, "full": &c.Full, "bad_protocol": &c.BadProtocol, "too_slow": &c.TooSlow,
		"no_sign_of_life": &c.Cut, "foreign": &own.foreign, "guessing": &own.guessing, "max_per_address": &own.crowded, "asking": &own.asking,
		"claiming": &own.claiming, "stun": &own.stunTooOften, "questions_waiting": &c.Unasked, "path": &c.LongPath,
	} {
		add(false, "refused", "Requests and sockets turned away or cut, by the rule or the limit that did it.", prometheus.Labels{"reason": reason}, value.Load)
	}
	add(false, "claims", "Claims of codes granted.", nil, c.Claims.Load)
	add(false, "claims_refused", "Claims of codes refused.", nil, c.ClaimsRefused.Load)
	add(false, "asked", "Questions of pages to hosts.", nil, c.Asked.Load)
	add(false, "stun_answers", "STUN binding requests answered.", nil, own.stun.Load)
	if p2p != nil {
		k := p2p.Counts()
		add(true, "p2p_reservations", "Hosts that have reserved a place at the circuit relay.", nil, k.Reservations.Load)
		add(true, "p2p_circuits", "Circuits.", nil, k.Circuits.Load)
		add(false, "p2p_circuits_opened", "Circuits opened.", nil, k.Opened.Load)
		add(false, "p2p_carried_bytes", "Bytes carried by circuits.", nil, k.Bytes.Load)
		for what, value := range map[string]*atomic.Int64{"reservation": &k.NotReserved, "circuit": &k.NotConnected} {
			add(false, "p2p_refused", "Requests turned away at the circuit relay.", prometheus.Labels{"what": what}, value.Load)
		}
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok\n")) })
	return mux
}
