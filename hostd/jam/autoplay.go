package jam

import (
	"slices"
	"time"

	"soul-jam/shared/wire"
)

// Radio finds a track of the library near what was heard lately (seeds: track ids, what people added
// first, each newest first, at most seedsKept) that avoid does not refuse; ok is false when there is none.
type Radio func(seeds []string, avoid func(wire.TrackInfo) bool) (track wire.TrackInfo, because wire.Because, ok bool)

// seedsKept tracks that were heard lately decide what autoplay chooses.
const seedsKept = 50

// heardKept tracks are passed on to the next session of the evening.
const heardKept = 500

// skipsKept: of the songs that played last, this many count by whom not to play for a while when they were skipped.
const skipsKept = 5

// autoplay puts a track of the library into a queue that ran dry, while somebody is there to
// hear it: the one that was looked up ahead, when it is still fit.
func (j *Jam) autoplay(now time.Time, how wire.Outcome) {
	item := j.ahead
	if j.ahead = nil; !j.radioOn(now) {
		return
	}
	tired := j.tired(how)
	if item == nil || j.unfit(item.TrackInfo) || tired[item.TrackInfo.Artist] {
		item = j.draw(tired)
	}
	if item == nil {
		return
	}
	item.AddedAt = wire.At(now)
	j.emit(wire.TrackAdded{Item: *item, Why: wire.Why{ItemID: item.ID, Reason: wire.WhyAdded}})
}

// LookAhead finds what autoplay will add when the current song ends, if nobody adds anything
// before, so that the player can have it ready: see Sound. People do not see it. Its owner calls it
// after each round; it changes nothing that the log keeps.
func (j *Jam) LookAhead(now time.Time) {
	switch {
	case j.ended != "" || j.current == nil || len(j.upcoming) > 0 || !j.radioOn(now):
		j.Forgo()
	case j.ahead != nil && !j.unfit(j.ahead.TrackInfo):
	case j.ahead == nil && j.sought == j.current.ID:
		// There was none, and there will hardly be one soon: the end of the song asks once more.
	default:
		j.ahead, j.sought = j.draw(j.tired("")), j.current.ID
	}
}

// Forgo forgets what was looked up ahead: the library may not have it for everybody any more.
func (j *Jam) Forgo() { j.ahead, j.sought = nil, "" }

// radioOn tells whether autoplay may add something: it is on, and somebody was there lately.
func (j *Jam) radioOn(now time.Time) bool {
	return j.settings.Autoplay && j.chance.Radio != nil && (j.deserted.IsZero() || now.Sub(j.deserted) < wire.AutoplayWithout)
}

// unfit tells whether autoplay may not choose a track.
func (j *Jam) unfit(t wire.TrackInfo) bool {
	return j.tooLong(t) || j.queued(t.TrackID)
}

func (j *Jam) tooLong(t wire.TrackInfo) bool {
	return j.settings.MaxTrackMS > 0 && t.DurationMS > j.settings.MaxTrackMS
}

// draw makes an item of a track that was not heard yet or, when all were, of any; nil when there is none.
func (j *Jam) draw(tired map[string]bool) *wire.JamQueueItem {
	heard := make(map[string]bool, len(j.played))
	for _, id := range j.Heard() {
		heard[id] = true
	}
	seeds := j.seeds()
	for _, avoid := range []func(wire.TrackInfo) bool{
		func(t wire.TrackInfo) bool { return heard[t.TrackID] || j.unfit(t) || tired[t.Artist] },
		func(t wire.TrackInfo) bool { return heard[t.TrackID] || j.unfit(t) },
		j.unfit,   // all of it was heard: then again
		j.tooLong, // all of it is one song
	} {
		if track, because, ok := j.chance.Radio(seeds, avoid); ok {
			return j.offer(track, because)
		}
	}
	return nil
}

// tired are the artists of songs that were skipped lately; how is the way in which the current one just ends, "" while it plays.
func (j *Jam) tired(how wire.Outcome) map[string]bool {
	began := j.began()
	if n := len(began); n > 0 && j.current != nil {
		began = slices.Clone(began)
		began[n-1].outcome = how
	}
	tired := map[string]bool{}
	for _, p := range began[max(0, len(began)-skipsKept):] {
		if p.skipped() && p.TrackInfo.Artist != "" {
			tired[p.TrackInfo.Artist] = true
		}
	}
	return tired
}

// Heard are the tracks that began to play here or tonight before, the newest heardKept, the oldest first.
func (j *Jam) Heard() []string {
	heard := slices.Clone(j.founded.Heard)
	for _, p := range j.began() {
		heard = append(heard, p.TrackID)
	}
	return heard[max(0, len(heard)-heardKept):]
}

func (j *Jam) offer(track wire.TrackInfo, because wire.Because) *wire.JamQueueItem {
	return &wire.JamQueueItem{ID: j.newID(), TrackID: track.TrackID, TrackInfo: track, Because: &because}
}

// seeds are the tracks that were heard lately, what people added first. What was skipped or failed is not one that is liked.
func (j *Jam) seeds() []string {
	var people, house []string
	began := j.began()
	for i := len(began) - 1; i >= 0 && len(people) < seedsKept; i-- {
		switch p := began[i]; {
		case p.skipped() || p.outcome == wire.OutcomeFailed:
		case p.AddedBy != nil:
			people = append(people, p.TrackID)
		case len(house) < seedsKept:
			house = append(house, p.TrackID)
		}
	}
	return append(people, house[:min(len(house), seedsKept-len(people))]...)
}
