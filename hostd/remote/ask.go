package remote

import (
	"context"
	"net/http"

	"soul-jam/signaling"
)

// answer answers what a page asked soul-server over HTTP: the same routes as on the LAN.
func (r *Remote) answer(ctx context.Context, path, token string) signaling.Response {
	gone := signaling.Response{Status: http.StatusNotFound}
	inv := r.cfg.House.View()
	if inv.SessionID == "" {
		return gone
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "/api/jam/sessions/"+inv.ShareCode+"/"+path, nil)
	if err != nil {
		return gone
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	w := &recorder{header: http.Header{}, status: http.StatusOK}
	r.cfg.Pages.ServeHTTP(w, req)
	if w.tooLong {
		return gone
	}
	response := signaling.Response{Status: w.status, Header: map[string]string{}, Body: w.body}
	for _, name := range signaling.PassedHeaders() {
		if value := w.header.Get(name); value != "" {
			response.Header[name] = value
		}
	}
	return response
}

// recorder keeps an answer of at most MaxResponse.
type recorder struct {
	header  http.Header
	status  int
	body    []byte
	tooLong bool
}

func (w *recorder) Header() http.Header { return w.header }

func (w *recorder) WriteHeader(status int) { w.status = status }

func (w *recorder) Write(b []byte) (int, error) {
	if w.tooLong = w.tooLong || len(w.body)+len(b) > signaling.MaxResponse; !w.tooLong {
		w.body = append(w.body, b...)
	}
	return len(b), nil
}
