package jam

import (
	"encoding/json"
	"errors"
	"time"

	"soul-jam/shared/wire"
)

// UpdateSettings is the wire's own.
type UpdateSettings wire.UpdateSettings

func (UpdateSettings) name() string { return "update_settings" }

// ChangeSettings gives the settings with what patch changes, checked and made safe
// to show; the refusal says what is wrong with it.
func ChangeSettings(before wire.JamSettings, patch json.RawMessage, now time.Time) (wire.JamSettings, *wire.Error) {
	settings, err := before.Merge(patch)
	if e := settings.ExpiresAt; err == nil && e != nil && !e.After(now) && (before.ExpiresAt == nil || !e.Equal(before.ExpiresAt.Time)) {
		err = errors.New("expires_at is in the past")
	}
	if err != nil {
		return before, wire.Refusef(wire.CodeBadRequest, "%s: %s", wire.CodeBadRequest.Sentence(), err).Because(wire.LimitSetting)
	}
	return cleanSettings(settings), nil
}

func (u UpdateSettings) step(j *Jam, now time.Time, _ string) *wire.Error {
	settings, refusal := ChangeSettings(j.settings, u.Settings, now)
	if refusal != nil {
		return refusal
	}
	if j.founded.Solo {
		settings = alone(settings)
	}
	reordered := settings.QueueOrder != j.settings.QueueOrder
	j.emit(wire.SettingsUpdated{Settings: settings})
	for _, p := range j.arrival {
		if !p.left {
			j.updateRights(p)
		}
	}
	// All reasons are others now, also where the order is the same.
	j.settle(reordered)
	if j.ending != nil && j.ending.Reason == wire.EndedExpired && (settings.ExpiresAt == nil || settings.ExpiresAt.Add(-j.slept).After(now)) {
		j.announce(now, j.planned)
	}
	return nil
}
