package api

import (
	"net/http"
)

// landing is what anyone who knows the code may see.
func (a *API) landing(w http.ResponseWriter, r *http.Request) {
	if _, refusal := a.find(r); refusal != nil {
		refuse(w, refusal.Code.Status(), refusal)
		return
	}
	answer(w, http.StatusOK, a.house.View().Landing)
}
