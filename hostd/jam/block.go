package jam

import (
	"time"

	"soul-jam/shared/wire"
)

// Block takes songs out that nobody may hear any more: those that wait, and the one that plays.
type Block struct{ Blocked func(wire.TrackInfo) bool }

func (Block) name() string { return "block" }

func (b Block) step(j *Jam, now time.Time, _ string) *wire.Error {
	var out []wire.JamQueueItem
	for _, w := range j.upcoming {
		if b.Blocked(w.TrackInfo) {
			out = append(out, w.JamQueueItem)
		}
	}
	for _, item := range out {
		j.emit(wire.TrackRemoved{ItemID: item.ID})
		j.note(wire.NoticeTrackRemoved, wire.LevelInfo, quoted(item.TrackInfo)+" was taken out: it is blocked", "track", item.TrackInfo.Title, "reason", "blocked")
	}
	if len(out) > 0 {
		// Whose item went has their later ones a turn sooner.
		j.settle(j.settings.QueueOrder == wire.OrderFair)
	}
	if j.current == nil || !b.Blocked(j.current.TrackInfo) {
		return nil
	}
	track := j.current.TrackInfo
	j.note(wire.NoticeTrackSkipped, wire.LevelWarning, quoted(track)+" was skipped: it is blocked", "track", track.Title, "reason", "blocked")
	j.next(now, wire.OutcomeSkipped, j.playback.Playing)
	return nil
}
