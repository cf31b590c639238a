package api

import (
	"net"
	"net/http"
	"net/netip"
)

// introduction tells a program that speaks libp2p who the host is, and where it listens.
func (a *API) introduction(w http.ResponseWriter, r *http.Request) {
	if _, refusal := a.find(r); refusal != nil {
		refuse(w, refusal.Code.Status(), refusal)
		return
	}
	introduction, refusal := a.Introduce(arrivedAt(r))
	if refusal != nil {
		refuse(w, refusal.Code.Status(), refusal)
		return
	}
	answer(w, http.StatusOK, introduction)
}

// arrivedAt is the address of this machine that the request came in by: whoever asks reaches that one.
func arrivedAt(r *http.Request) netip.Addr {
	if at, ok := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr); ok {
		return at.AddrPort().Addr().Unmap()
	}
	return netip.Addr{}
}
