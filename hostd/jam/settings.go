package jam

import (
	"time"

	"soul-jam/shared/wire"
)

// UpdateSettings is the wire's own.
type UpdateSettings wire.UpdateSettings

func (UpdateSettings) name() string { return "update_settings" }

func (u UpdateSettings) step(j *Jam, _ time.Time, _ string) *wire.Error {
	settings, err := j.settings.Merge(u.Settings)
	if err != nil {
		return wire.Refusef(wire.CodeBadRequest, "%s: %s", wire.CodeBadRequest.Sentence(), err)
	}
	settings = cleanSettings(settings)
	j.emit(wire.SettingsUpdated{Settings: settings})
	for _, id := range j.arrival {
		p := j.people[id]
		if now := permissionsFor(p.Role, settings); !p.left && now != p.Permissions {
			shown := p.JamParticipant
			shown.Permissions = now
			j.emit(wire.ParticipantUpdated{Participant: shown})
		}
	}
	return nil
}
