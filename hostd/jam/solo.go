package jam

import (
	"time"

	"soul-jam/shared/wire"
)

// Solo tells whether this is the console's own player before any jam: the same rules for
// one person, whom nobody else joins, with no history and nothing that ends it but absence.
func (j *Jam) Solo() bool { return j.founded.Solo }

// SoloSettings are those of a solo session: its order is the one in which the host added.
func SoloSettings() wire.JamSettings {
	s := wire.DefaultSettings()
	s.QueueOrder = wire.OrderFIFO
	return alone(s)
}

// alone takes out of settings what means nothing to one person.
func alone(s wire.JamSettings) wire.JamSettings {
	s.AllowGuests, s.AllowChat, s.RequireApproval, s.ExpiresAt = false, false, false, nil
	return s
}

// TakeOver gives a new jam the music of the solo session before it: what plays, under the same
// id so that the player need not notice, and what waits, as the host's own.
type TakeOver struct{ From *Jam }

// Follow ends a solo session whose music goes on in the jam of that code.
type Follow struct{ ShareCode string }

func (TakeOver) name() string { return "take_over" }
func (Follow) name() string   { return "follow" }

func (t TakeOver) step(j *Jam, now time.Time, _ string) *wire.Error {
	from := t.From
	if volume := from.playback.Volume; volume != j.playback.Volume {
		j.emit(wire.Playback{AtMS: now.UnixMilli(), Volume: volume})
	}
	if from.current == nil {
		return nil
	}
	item := j.adopt(*from.current)
	j.emit(wire.TrackAdded{Item: unplayed(item), By: item.AddedBy, Why: wire.Why{ItemID: item.ID, Reason: wire.WhyAdded}})
	j.emit(wire.NowPlaying{Item: &item})
	j.sound(now, from.playback.Playing, from.PositionMS(now))
	for _, w := range from.upcoming {
		item := j.adopt(w.JamQueueItem)
		item.Pinned = false
		j.enqueue(item, j.founded.HostSeat)
	}
	j.ahead = from.ahead
	return nil
}

// adopt makes an item of the solo session one of this jam's host.
func (j *Jam) adopt(item wire.JamQueueItem) wire.JamQueueItem {
	if item.Upvotes = 0; item.AddedBy != nil {
		item.AddedBy = &j.founded.HostSeat
	}
	return item
}

// unplayed is an item as it was before it began.
func unplayed(item wire.JamQueueItem) wire.JamQueueItem {
	item.PlayedAt = nil
	return item
}

// step ends the session without a silence in between.
func (f Follow) step(j *Jam, _ time.Time, _ string) *wire.Error {
	j.emit(wire.SessionEnded{Reason: wire.EndedByHost, FollowedBy: f.ShareCode})
	return nil
}

// soloDue is when a solo session that nobody listens to is over; zero = while it plays or the console is open.
func (j *Jam) soloDue() time.Time {
	if j.playback.Playing || j.deserted.IsZero() {
		return time.Time{}
	}
	quiet := latest(time.UnixMilli(j.playback.AtMS), j.touched)
	return latest(quiet, j.deserted).Add(wire.IdleAfter)
}
