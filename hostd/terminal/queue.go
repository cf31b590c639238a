package terminal

import (
	"slices"

	"soul-jam/shared/wire"
)

// queue is what one message about it changes.
func (r *Room) queue(m wire.Message) {
	switch m := m.(type) {
	case wire.TrackAdded:
		item := cleanItem(m.Item)
		r.without(item.ID)
		r.Upcoming = slices.Insert(r.Upcoming, min(max(0, m.Position), len(r.Upcoming)), item)
		r.Upcoming = firstOf(r.Upcoming, wire.MaxUpcoming)
		m.Why.ItemID = item.ID
		r.setWhy(append(r.whys(), m.Why))
	case wire.TrackRemoved:
		r.without(m.ItemID)
	case wire.TrackUpdated:
		r.updated(m)
	case wire.QueueOrder:
		r.Upcoming = inOrder(r.Upcoming, m.Order)
		r.setWhy(m.Why)
	case wire.QueueUpdate:
		current := -1
		if r.Current != nil {
			current = slices.IndexFunc(m.Queue, func(i wire.JamQueueItem) bool { return i.ID == r.Current.ID })
		}
		r.setQueue(m.Queue, current)
	case wire.NowPlaying:
		r.started(m.Item)
	}
}

// setQueue takes the queue of a snapshot. With nothing playing, what has a time of playing is past.
func (r *Room) setQueue(queue []wire.JamQueueItem, current int) {
	r.Current, r.Upcoming = nil, nil
	if current >= 0 && current < len(queue) {
		item := cleanItem(queue[current])
		r.Current, queue = &item, queue[current+1:]
	}
	for _, item := range queue {
		if (r.Current != nil || item.PlayedAt == nil) && len(r.Upcoming) < wire.MaxUpcoming {
			r.Upcoming = append(r.Upcoming, cleanItem(item))
		}
	}
}

// started: an item begins, or silence does. The position starts anew with it; a playback that says so exactly follows.
// A vote is on the item, and over with it.
func (r *Room) started(item *wire.JamQueueItem) {
	r.Vote, r.Current = nil, nil
	r.Playback.PositionMS = 0
	if item == nil {
		r.Playback.Playing = false
		return
	}
	now := cleanItem(*item)
	r.without(now.ID)
	r.Current = &now
	if now.PlayedAt != nil {
		r.Playback.AtMS = now.PlayedAt.UnixMilli()
	}
	if r.State == wire.StateCreated {
		r.State = wire.StateActive
	}
}

func (r *Room) updated(m wire.TrackUpdated) {
	for i := range r.Upcoming {
		if item := &r.Upcoming[i]; item.ID == m.ItemID {
			item.Upvotes, item.Pinned = m.Upvotes, m.Pinned
		}
	}
	// A vote that moves nothing is told by this alone.
	if why, known := r.Why[m.ItemID]; known && why.Reason == wire.WhyVotes {
		why.Params = wire.WhyParams{Votes: m.Upvotes}
		r.Why[m.ItemID] = why
	}
}

func (r *Room) without(id string) {
	r.Upcoming = slices.DeleteFunc(r.Upcoming, func(i wire.JamQueueItem) bool { return i.ID == id })
	delete(r.Why, id)
}

func (r *Room) whys() []wire.Why {
	all := make([]wire.Why, 0, len(r.Why)+1)
	for _, why := range r.Why {
		all = append(all, why)
	}
	return all
}

// setWhy keeps the reasons of what waits, and of nothing else.
func (r *Room) setWhy(all []wire.Why) {
	waits := make(map[string]bool, len(r.Upcoming))
	for _, item := range r.Upcoming {
		waits[item.ID] = true
	}
	r.Why = make(map[string]wire.Why, len(r.Upcoming))
	for _, why := range all {
		if waits[why.ItemID] {
			r.Why[why.ItemID] = why
		}
	}
}

// inOrder is the order that the host tells. Ids that are not here are passed over; items it does not name stay behind the rest.
func inOrder(items []wire.JamQueueItem, order []string) []wire.JamQueueItem {
	byID := make(map[string]wire.JamQueueItem, len(items))
	for _, item := range items {
		byID[item.ID] = item
	}
	sorted := make([]wire.JamQueueItem, 0, len(items))
	take := func(id string) {
		if item, here := byID[id]; here {
			sorted = append(sorted, item)
			delete(byID, id)
		}
	}
	for _, id := range order {
		take(id)
	}
	for _, item := range items {
		take(item.ID)
	}
	return sorted
}
