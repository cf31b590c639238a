package jam

import (
	"slices"
	"time"

	"soul-jam/shared/wire"
)

// Add is add_track with what the library knows of the track; nil = the library has no such track.
type Add struct{ Track *wire.TrackInfo }

// AddAll is a whole playlist of that name, in its order; what the queue does not take is left out.
type AddAll struct {
	Name   string
	Tracks []wire.TrackInfo
}

// The commands on the queue are the wire's own.
type (
	Remove  wire.RemoveTrack
	Move    wire.Reorder
	PlayNow wire.PlayNow
)

func (Add) name() string     { return "add_track" }
func (AddAll) name() string  { return "add_track" }
func (Remove) name() string  { return "remove_track" }
func (Move) name() string    { return "reorder" }
func (PlayNow) name() string { return "play_now" }

func (a Add) step(j *Jam, now time.Time, seat string) *wire.Error {
	if refusal := j.refuseTrack(a.Track, seat); refusal != nil {
		return refusal
	}
	j.introduce(seat)
	item := j.newItem(now, *a.Track, seat)
	j.enqueue(item, seat)
	if j.pinned() {
		j.settle(false)
	}
	j.noteTrack(wire.NoticeTrackAdded, wire.LevelSuccess, "added", item, seat)
	if j.current == nil {
		j.next(now, "", j.woken(now, seat))
	}
	return nil
}

// step adds what it can, and refuses nothing: who sent it counts.
func (a AddAll) step(j *Jam, now time.Time, seat string) *wire.Error {
	added := false
	for i := range a.Tracks {
		if len(j.upcoming) >= wire.MaxUpcoming {
			break
		}
		if j.refuseTrack(&a.Tracks[i], seat) != nil {
			continue
		}
		if !added {
			j.introduce(seat)
		}
		added = true
		j.enqueue(j.newItem(now, a.Tracks[i], seat), seat)
		if j.pinned() {
			j.settle(false)
		}
		if j.current == nil {
			j.next(now, "", j.woken(now, seat))
		}
	}
	if !added {
		return nil
	}
	by := j.people[seat].DisplayName
	j.note(wire.NoticeTrackAdded, wire.LevelSuccess, by+" added “"+a.Name+"”", "track", a.Name, "by", by)
	return nil
}

func (j *Jam) newItem(now time.Time, track wire.TrackInfo, seat string) wire.JamQueueItem {
	return wire.JamQueueItem{ID: j.newID(), TrackID: track.TrackID, TrackInfo: track, AddedBy: &seat, AddedAt: wire.At(now)}
}

// enqueue puts an item of that person's at its place in the order.
func (j *Jam) enqueue(item wire.JamQueueItem, seat string) {
	w := &waiting{JamQueueItem: item, added: j.seq + 1, line: j.lineOf(&seat), pin: unpinned}
	at := j.place(w)
	turn := w.line.raised(j) + 1
	for _, other := range j.upcoming[:at] {
		if other.line == w.line {
			turn++
		}
	}
	j.emit(wire.TrackAdded{Item: item, By: &seat, Position: at, Why: j.why(w, turn)})
}

// refuseTrack holds the limits of the queue, in the order in which a person can mend them.
func (j *Jam) refuseTrack(t *wire.TrackInfo, seat string) *wire.Error {
	switch {
	case t == nil:
		return wire.Refuse(wire.CodeTrackNotFound)
	case j.settings.MaxTrackMS > 0 && t.DurationMS > j.settings.MaxTrackMS:
		return wire.Refuse(wire.CodeTrackTooLong).Because(wire.LimitTrackLength)
	case !j.settings.AllowDuplicates && j.queued(t.TrackID):
		return wire.Refuse(wire.CodeDuplicateTrack)
	case len(j.upcoming) >= wire.MaxUpcoming:
		return wire.Refusef(wire.CodeQueueFull, "The queue is full: %d songs are waiting", wire.MaxUpcoming).Because(wire.LimitQueue)
	case !j.Hosts(seat) && j.settings.MaxQueuePerPerson > 0 && j.waitingOf(seat) >= j.settings.MaxQueuePerPerson:
		return wire.Refuse(wire.CodeQueueFull).Because(wire.LimitQueuePerPerson)
	}
	return nil
}

func (j *Jam) queued(trackID string) bool {
	if j.current != nil && j.current.TrackID == trackID {
		return true
	}
	return slices.ContainsFunc(j.upcoming, func(w *waiting) bool { return w.TrackID == trackID })
}

func (j *Jam) waitingOf(seat string) int {
	if l := j.lines[seat]; l != nil {
		return l.waits
	}
	return 0
}

func (r Remove) step(j *Jam, _ time.Time, seat string) *wire.Error {
	i := j.find(r.QueueItemID)
	if i < 0 {
		return wire.Refuse(wire.CodeTrackNotFound)
	}
	item := j.upcoming[i].JamQueueItem
	own := item.AddedBy != nil && *item.AddedBy == seat
	if p := j.people[seat].Permissions; !p.CanRemoveAny && !(own && p.CanRemoveOwn) {
		return wire.Refuse(wire.CodeNotAuthorized)
	}
	line := j.upcoming[i].line
	j.emit(wire.TrackRemoved{ItemID: item.ID, By: &seat})
	// Whose item went has their later ones a turn sooner.
	later := slices.ContainsFunc(j.upcoming[i:], func(w *waiting) bool { return w.line == line })
	j.settle(later && j.settings.QueueOrder == wire.OrderFair)
	j.noteTrack(wire.NoticeTrackRemoved, wire.LevelInfo, "removed", item, seat)
	return nil
}

func (m Move) step(j *Jam, _ time.Time, _ string) *wire.Error {
	from := j.find(m.QueueItemID)
	if from < 0 {
		return wire.Refuse(wire.CodeTrackNotFound)
	}
	others := slices.Delete(slices.Clone(j.upcoming), from, from+1)
	to := len(others)
	switch {
	case m.Before.Set && m.Before.ID != "":
		if to = slices.IndexFunc(others, func(w *waiting) bool { return w.ID == m.Before.ID }); to < 0 {
			return wire.Refuse(wire.CodeTrackNotFound)
		}
	case m.Before.Set:
	case m.NewPosition == nil || *m.NewPosition < 0:
		return wire.Refuse(wire.CodeBadRequest)
	default:
		to = min(to, *m.NewPosition)
	}
	w := j.upcoming[from]
	// The pin takes its index from the order that follows it: see applyOrder.
	j.emit(wire.TrackUpdated{ItemID: w.ID, Upvotes: w.Upvotes, Pinned: true})
	order := slices.Insert(others, to, w)
	j.emit(wire.QueueOrder{Order: ids(order), Why: j.whyAll(order)})
	// The others fill up around it: what stood behind may have its turn before or after.
	j.settle(false)
	return nil
}

func (p PlayNow) step(j *Jam, now time.Time, seat string) *wire.Error {
	i := j.find(p.QueueItemID)
	if i < 0 {
		return wire.Refuse(wire.CodeTrackNotFound)
	}
	line := j.upcoming[i].line
	j.start(now, &j.upcoming[i].JamQueueItem, wire.OutcomeSkipped, j.woken(now, seat))
	if j.settings.QueueOrder == wire.OrderFair && line.waits > 0 {
		j.settle(true) // one of their songs went before its turn
	}
	return nil
}
