package api

import (
	"encoding/json"
	"io"
	"net/http"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"soul-jam/shared/wire"
)

// hostRoutes are on the console alone.
func (a *API) hostRoutes(mux *http.ServeMux) {
	mux.HandleFunc("POST /api/jam/sessions", a.hostOnly(a.create))
	mux.HandleFunc("DELETE /api/jam/sessions/{code}", a.hostOnly(a.end))
	mux.HandleFunc("GET /api/jam/history", a.hostOnly(a.history))
	mux.HandleFunc("GET /api/jam/history/{id}", a.hostOnly(a.historyOf))
	mux.HandleFunc("GET /api/console/status", a.hostOnly(a.status))
	mux.HandleFunc("GET /api/console/broken", a.hostOnly(func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, a.Broken())
	}))
	mux.HandleFunc("GET /api/console/members", a.hostOnly(a.members))
	mux.HandleFunc("DELETE /api/console/members/{id}", a.hostOnly(a.forget))
	mux.HandleFunc("POST /api/console/solo", a.hostOnly(a.solo))
	mux.HandleFunc("GET /api/console/playlists", a.hostOnly(a.playlists))
	mux.HandleFunc("POST /api/console/playlists/{id}/queue", a.hostOnly(a.queuePlaylist))
	mux.HandleFunc("GET /api/console/sharing", a.hostOnly(a.sharing))
	mux.HandleFunc("PUT /api/console/sharing", a.hostOnly(a.share))
	mux.HandleFunc("GET /api/console/wifi", a.hostOnly(a.wifi))
	mux.HandleFunc("PUT /api/console/wifi", a.hostOnly(a.setWifi))
	mux.HandleFunc("DELETE /api/console/wifi", a.hostOnly(a.forgetWifi))
	mux.HandleFunc("GET /api/console/wifi/qr.svg", a.hostOnly(a.wifiQR))
	mux.HandleFunc("GET /api/console/outputs", a.hostOnly(a.outputs))
	mux.HandleFunc("PUT /api/console/output", a.hostOnly(a.chooseOutput))
	mux.HandleFunc("GET /api/console/proof", a.proof)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, map[string]string{"status": "ok"})
	})
	mux.Handle("GET /metrics", promhttp.HandlerFor(a.counts.registry, promhttp.HandlerOpts{}))
}

// proof shows that this is the daemon whose token the asker holds, before it is
// sent: after a crash, another program may listen where the daemon was.
func (a *API) proof(w http.ResponseWriter, r *http.Request) {
	challenge := r.URL.Query().Get("challenge")
	if challenge == "" || len(challenge) > wire.MaxToken {
		refuse(w, http.StatusBadRequest, wire.Refuse(wire.CodeBadRequest))
		return
	}
	answer(w, http.StatusOK, wire.Proof{Proof: a.Door.HostToken.Prove(challenge)})
}

func (a *API) hostOnly(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !a.isHost(r) {
			refuse(w, http.StatusUnauthorized, wire.Refuse(wire.CodeNotAuthorized))
			return
		}
		next(w, r)
	}
}

func (a *API) create(w http.ResponseWriter, r *http.Request) {
	var req wire.CreateSession
	if _, refusal := read(w, r, maxBody, &req); refusal != nil {
		refuse(w, refusal.Code.Status(), refusal)
		return
	}
	created, refusal := a.house.Create(r.Context(), req.Settings)
	created.URL = a.WholeLink(created.ShareCode)
	switch {
	case refusal == nil:
		a.Ready(r.Context(), created.ShareCode)
		answer(w, http.StatusCreated, created)
	case refusal.Code == wire.CodeAlreadyActive:
		answer(w, http.StatusConflict, alreadyActive{Error: refusal, SessionCreated: created})
	default:
		refuse(w, refusal.Code.Status(), refusal)
	}
}

// read takes a body of at most limit bytes into v; given is false, and v as it was, when there is nothing at all.
func read(w http.ResponseWriter, r *http.Request, limit int64, v any) (given bool, refusal *wire.Error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	if err == nil && len(body) > 0 {
		err = json.Unmarshal(body, v)
	}
	if err != nil {
		return false, wire.Refuse(wire.CodeBadRequest)
	}
	return len(body) > 0, nil
}

// alreadyActive is the refusal with the jam that runs.
type alreadyActive struct {
	*wire.Error
	wire.SessionCreated
}

func (a *API) end(w http.ResponseWriter, r *http.Request) {
	shareCode, refusal := a.find(r)
	if refusal == nil {
		refusal = a.house.End(r.Context(), shareCode)
	}
	if refusal != nil {
		refuse(w, refusal.Code.Status(), refusal)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func (a *API) history(w http.ResponseWriter, _ *http.Request) {
	rows, err := a.Archive.History()
	if err != nil {
		a.Log.Error("history cannot be read", "error", err)
		refuse(w, http.StatusInternalServerError, wire.Refuse(wire.CodeInternal))
		return
	}
	answer(w, http.StatusOK, wire.HistoryList{Sessions: rows})
}

func (a *API) historyOf(w http.ResponseWriter, r *http.Request) {
	detail, ok, err := a.Archive.HistoryOf(r.PathValue("id"))
	switch {
	case err != nil:
		a.Log.Error("history cannot be read", "error", err)
		refuse(w, http.StatusInternalServerError, wire.Refuse(wire.CodeInternal))
	case !ok:
		refuse(w, http.StatusNotFound, wire.Refuse(wire.CodeSessionNotFound))
	default:
		a.export(w, r.URL.Query().Get("format"), detail)
	}
}

func (a *API) status(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, a.Status())
}
