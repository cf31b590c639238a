package api

import (
	"errors"
	"net/http"

	"rsc.io/qr"

	"soul-jam/hostd/config"
	"soul-jam/shared/identity"
	"soul-jam/shared/wire"
)

// Wifi keeps one network; the zero one is none.
type Wifi interface {
	Wifi() (config.Wifi, error)
	// SetWifi changes what is kept: edit is given that, and may refuse.
	SetWifi(edit func(config.Wifi) (config.Wifi, error)) error
}

func (a *API) wifi(w http.ResponseWriter, _ *http.Request) {
	kept, err := a.Wifi.Wifi()
	a.answerWifi(w, kept, err)
}

func (a *API) setWifi(w http.ResponseWriter, r *http.Request) {
	var asked wire.SetWifi
	given, refusal := read(w, r, maxBody, &asked)
	if refusal == nil && !given {
		refusal = wire.Refuse(wire.CodeBadRequest)
	}
	if refusal != nil {
		refuse(w, refusal.Code.Status(), refusal)
		return
	}
	var made config.Wifi
	err := a.Wifi.SetWifi(func(before config.Wifi) (config.Wifi, error) {
		made = config.Wifi{Name: asked.Name, Hidden: asked.Hidden}
		switch {
		case asked.Password != nil && *asked.Password != "":
			made.Password = identity.Keep(*asked.Password)
		case asked.Password == nil && before.Name == asked.Name:
			made.Password = before.Password
		}
		return made, made.Check()
	})
	a.answerWifi(w, made, err)
}

func (a *API) forgetWifi(w http.ResponseWriter, _ *http.Request) {
	if err := a.Wifi.SetWifi(func(config.Wifi) (config.Wifi, error) { return config.Wifi{}, nil }); err != nil {
		a.answerWifi(w, config.Wifi{}, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// answerWifi tells all of it but the password.
func (a *API) answerWifi(w http.ResponseWriter, kept config.Wifi, err error) {
	switch {
	case errors.Is(err, config.ErrWifi):
		refuse(w, http.StatusBadRequest, wire.Refusef(wire.CodeBadRequest, "%v", err))
	case err != nil:
		a.Log.Error("the Wi-Fi cannot be kept", "error", err)
		refuse(w, http.StatusInternalServerError, wire.Refuse(wire.CodeInternal))
	default:
		answer(w, http.StatusOK, wire.Wifi{Name: kept.Name, Hidden: kept.Hidden, Locked: !kept.Password.IsZero()})
	}
}

// wifiQR draws what phones read to join the network: who has the picture has the password.
func (a *API) wifiQR(w http.ResponseWriter, _ *http.Request) {
	kept, err := a.Wifi.Wifi()
	switch {
	case err != nil:
		a.answerWifi(w, kept, err)
		return
	case kept.Name == "":
		refuse(w, http.StatusNotFound, wire.Refusef(wire.CodeBadRequest, "No Wi-Fi was given"))
		return
	}
	picture, err := qr.Encode(kept.QR(), qr.M)
	if err != nil {
		a.Log.Error("the Wi-Fi does not fit a QR") // the error may quote it
		refuse(w, http.StatusInternalServerError, wire.Refuse(wire.CodeInternal))
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Type", "image/svg+xml")
	_, _ = w.Write([]byte(svg(picture)))
}
