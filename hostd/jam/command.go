package jam

import (
	"time"

	"soul-jam/shared/wire"
)

// Command is something that can happen to a jam. The ones that people send are
// thin wrappers of the wire's; the others come from the house: connections,
// player, start-up.
type Command interface {
	// step emits events or refuses before it has emitted any.
	step(j *Jam, now time.Time, seat string) *wire.Error
	// name is the row of the authorisation table.
	name() string
}

// FromWire gives the rule of a command that needs nothing but itself. The rest
// (join_request, resume, watch, add_track, approve_join, set_role, search, ping, art) are for the
// owner: they need tokens, the library or a clock. ok is false for those.
func FromWire(c wire.Command) (Command, bool) {
	switch c := c.(type) {
	case wire.RemoveTrack:
		return Remove(c), true
	case wire.Reorder:
		return Move(c), true
	case wire.PlayNow:
		return PlayNow(c), true
	case wire.Play:
		return Play(c), true
	case wire.Pause:
		return Pause(c), true
	case wire.Skip:
		return Skip(c), true
	case wire.Seek:
		return Seek(c), true
	case wire.SetVolume:
		return SetVolume(c), true
	case wire.UpdateSettings:
		return UpdateSettings(c), true
	case wire.EndSession:
		return End(c), true
	case wire.VoteSkip:
		return VoteSkip(c), true
	case wire.UnvoteSkip:
		return UnvoteSkip(c), true
	case wire.Upvote:
		return Upvote(c), true
	case wire.Unupvote:
		return Unupvote(c), true
	case wire.Chat:
		return Chat(c), true
	case wire.React:
		return React(c), true
	case wire.DenyJoin:
		return Deny(c), true
	case wire.Kick:
		return Kick(c), true
	case wire.Unban:
		return Unban(c), true
	case wire.SetPermissions:
		return SetPermissions(c), true
	case wire.TransferHost:
		return TransferHost(c), true
	case wire.Leave:
		return Leave(c), true
	case wire.Away:
		return Away(c), true
	}
	return nil, false
}
