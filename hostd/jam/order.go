package jam

import (
	"cmp"
	"slices"

	"soul-jam/shared/wire"
)

// waiting is an upcoming item with what decides its place.
type waiting struct {
	wire.JamQueueItem
	turn     uint64 // the event that added it: fifo is in this order
	pin      int    // the index it keeps, unpinned when it was never moved
	pinnedBy uint64 // the event that pinned it last
}

const unpinned = -1

// arrange gives the shown order: the unpinned items as the rule has them (fifo:
// as they were added), each pinned one at its index while there are enough others
// to fill up before it.
//
// It sorts pointers: an item is some hundred bytes, and this runs at every add.
func arrange(items []waiting, more ...waiting) []string {
	free, pinned := make([]*waiting, 0, len(items)+len(more)), []*waiting(nil)
	for _, some := range [][]waiting{items, more} {
		for i := range some {
			if some[i].Pinned {
				pinned = append(pinned, &some[i])
			} else {
				free = append(free, &some[i])
			}
		}
	}
	slices.SortFunc(free, func(a, b *waiting) int { return cmp.Compare(a.turn, b.turn) })
	slices.SortStableFunc(pinned, func(a, b *waiting) int { return cmp.Compare(a.pin, b.pin) })
	all := len(free) + len(pinned)
	order := make([]string, 0, all)
	for len(order) < all {
		if len(pinned) > 0 && (pinned[0].pin <= len(order) || len(free) == 0) {
			order, pinned = append(order, pinned[0].ID), pinned[1:]
			continue
		}
		order, free = append(order, free[0].ID), free[1:]
	}
	return order
}

func ids(items []waiting) []string {
	out := make([]string, len(items))
	for i := range items {
		out[i] = items[i].ID
	}
	return out
}

// settle tells the new order when it is not the one that people see already.
func (j *Jam) settle() {
	order := arrange(j.upcoming)
	if !slices.Equal(order, ids(j.upcoming)) {
		j.emit(wire.QueueOrder{Order: order, Why: j.why(order)})
	}
}

// why explains every place that the rule alone does not.
func (j *Jam) why(order []string) []wire.Why {
	pinned := map[string]bool{}
	for _, w := range j.upcoming {
		if w.Pinned {
			pinned[w.ID] = true
		}
	}
	why := []wire.Why{}
	for _, id := range order {
		if pinned[id] {
			why = append(why, wire.Why{ItemID: id, Reason: wire.ReasonPinned, Params: map[string]string{}})
		}
	}
	return why
}

// find gives the place of an upcoming item, -1 when there is none of that id.
func (j *Jam) find(id string) int {
	return slices.IndexFunc(j.upcoming, func(w waiting) bool { return w.ID == id })
}
