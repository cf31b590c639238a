package api

import (
	"context"
	"net/http"

	"soul-jam/hostd/link/ws"
	"soul-jam/hostd/session"
	"soul-jam/shared/code"
	"soul-jam/shared/wire"
)

// socket is the WebSocket of a jam. Everything but too many connections is told
// after the upgrade, because browsers show a page nothing of a refused one.
func (a *API) socket(w http.ResponseWriter, r *http.Request, console bool) {
	from := addressOf(r)
	joined, ok := a.strangers.enter(from)
	if !ok {
		a.Door.Counts.Met(wire.LimitConnections)
		refuse(w, http.StatusTooManyRequests, wire.Refuse(wire.CodeRateLimited))
		return
	}
	conn, err := ws.Accept(w, r, wire.MaxClientFrame)
	if err != nil {
		joined()
		a.Log.Debug("no websocket", "error", err)
		return
	}
	shareCode := ""
	if c, err := code.Parse(r.PathValue("code")); err == nil {
		shareCode = c.String()
	}
	// Not in this request: what the server keeps for one is as large as all that a guest needs.
	a.Beyond(func(ctx context.Context) {
		a.counts.connected.Inc()
		defer a.counts.connected.Dec()
		defer joined()
		peer := session.NewPeer(shareCode, console, wire.PathLAN, a.Log)
		peer.From = a.Door.From(from)
		a.Door.Serve(ctx, conn, peer, joined)
	})
}
