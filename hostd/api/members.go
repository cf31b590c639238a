package api

import (
	"net/http"

	"soul-jam/shared/wire"
)

// members lists those whom the host made members, in whatever jam.
func (a *API) members(w http.ResponseWriter, r *http.Request) {
	list, err := a.house.Members(r.Context())
	if err != nil {
		a.Log.Error("the members cannot be read", "error", err)
		refuse(w, http.StatusInternalServerError, wire.Refuse(wire.CodeInternal))
		return
	}
	answer(w, http.StatusOK, wire.MemberList{Members: list})
}

// forget takes a membership back.
func (a *API) forget(w http.ResponseWriter, r *http.Request) {
	known, err := a.house.Forget(r.Context(), r.PathValue("id"))
	switch {
	case err != nil:
		a.Log.Error("a member cannot be forgotten", "error", err)
		refuse(w, http.StatusInternalServerError, wire.Refuse(wire.CodeInternal))
	case !known:
		refuse(w, http.StatusNotFound, wire.Refusef(wire.CodeBadRequest, "That person is not a member"))
	default:
		w.WriteHeader(http.StatusNoContent)
	}
}
