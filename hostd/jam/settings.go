package jam

import (
	"time"

	"soul-jam/shared/wire"
)

// UpdateSettings is the wire's own.
type UpdateSettings wire.UpdateSettings

func (UpdateSettings) name() string { return "update_settings" }

func (u UpdateSettings) step(j *Jam, now time.Time, _ string) *wire.Error {
	settings, err := j.settings.Merge(u.Settings)
	if err != nil {
		return wire.Refusef(wire.CodeBadRequest, "%s: %s", wire.CodeBadRequest.Sentence(), err)
	}
	if e := settings.ExpiresAt; e != nil && !e.After(now) && (j.settings.ExpiresAt == nil || !e.Equal(j.settings.ExpiresAt.Time)) {
		return wire.Refusef(wire.CodeBadRequest, "%s: expires_at is in the past", wire.CodeBadRequest.Sentence())
	}
	settings = cleanSettings(settings)
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
