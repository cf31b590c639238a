package jam

import (
	"cmp"
	"slices"

	"soul-jam/shared/wire"
)

// waiting is an upcoming item with what decides its place.
type waiting struct {
	wire.JamQueueItem
	added    uint64 // the event that added it: earlier is earlier
	line     *line  // of who added it; nil for autoplay, which never waits
	pin      int    // the index it keeps, unpinned when it was never moved
	pinnedBy uint64 // the event that pinned it last
	voters   map[string]bool
}

const unpinned = -1

// arrange gives the upcoming items in the order in which they will play: by the
// rule of the settings, each pinned one at its index while there are enough others
// to fill up before it.
func (j *Jam) arrange(items []*waiting) []*waiting {
	free, pinned := make([]*waiting, 0, len(items)), []*waiting(nil)
	for _, w := range items {
		if w.Pinned {
			pinned = append(pinned, w)
		} else {
			free = append(free, w)
		}
	}
	slices.SortStableFunc(pinned, func(a, b *waiting) int { return cmp.Compare(a.pin, b.pin) })
	var next source
	switch j.settings.QueueOrder {
	case wire.OrderFair:
		next = j.newFair(free)
	case wire.OrderVotes:
		slices.SortFunc(free, func(a, b *waiting) int { return cmp.Or(cmp.Compare(b.Upvotes, a.Upvotes), earlier(a, b)) })
		next = &inTurn{free}
	default:
		slices.SortFunc(free, earlier)
		next = &inTurn{free}
	}
	order := make([]*waiting, 0, len(items))
	for len(order) < len(items) {
		if len(pinned) > 0 && (pinned[0].pin <= len(order) || next.empty()) {
			next.starts(pinned[0])
			order, pinned = append(order, pinned[0]), pinned[1:]
			continue
		}
		order = append(order, next.take())
	}
	return order
}

func earlier(a, b *waiting) int { return cmp.Compare(a.added, b.added) }

// source gives the items that nobody moved, one after the other.
type source interface {
	empty() bool
	take() *waiting
	// starts says that a pinned item plays at this point.
	starts(*waiting)
}

// inTurn gives them as they are sorted.
type inTurn struct{ items []*waiting }

func (s *inTurn) empty() bool     { return len(s.items) == 0 }
func (s *inTurn) starts(*waiting) {}
func (s *inTurn) take() *waiting {
	w := s.items[0]
	s.items = s.items[1:]
	return w
}

// settled tells whether the shown order is that of the rule, by looking at each
// item once. It is for queues without pins: a pin's place depends on all of them.
func (j *Jam) settled() bool {
	order := j.settings.QueueOrder
	nth := j.counts()
	var before *waiting
	round := 0
	for _, w := range j.upcoming {
		if w.Pinned {
			return false
		}
		turn := 0
		if order == wire.OrderFair {
			turn = w.line.turns + int(nth[w.line.n])
			nth[w.line.n]++
		}
		if before != nil && !follows(order, before, round, w, turn) {
			return false
		}
		before, round = w, turn
	}
	return true
}

func follows(order string, a *waiting, round int, b *waiting, turn int) bool {
	switch {
	case order == wire.OrderVotes && a.Upvotes != b.Upvotes:
		return a.Upvotes > b.Upvotes
	case order == wire.OrderFair && round != turn:
		return round < turn
	}
	return a.added < b.added
}

func (j *Jam) pinned() bool {
	return slices.ContainsFunc(j.upcoming, func(w *waiting) bool { return w.Pinned })
}

// place is the index at which one more item will stand. Without pins nothing else moves for it.
// That the add itself may raise the turns of who adds (see raised) changes nothing here: they
// stay below those of all who wait.
func (j *Jam) place(w *waiting) int {
	switch {
	case j.pinned():
		return slices.Index(j.arrange(append(slices.Clone(j.upcoming), w)), w)
	case j.settings.QueueOrder != wire.OrderFair:
		return len(j.upcoming) // also by votes: it has none, and came last
	}
	mine := w.line.turns + w.line.waits
	nth := j.counts()
	for i, other := range j.upcoming {
		if other.line.turns+int(nth[other.line.n]) > mine {
			return i
		}
		nth[other.line.n]++
	}
	return len(j.upcoming)
}

func ids(items []*waiting) []string {
	out := make([]string, len(items))
	for i, w := range items {
		out[i] = w.ID
	}
	return out
}

// settle tells the new order when it is not the one that people see already, or
// when the reasons are others than before.
func (j *Jam) settle(reasons bool) {
	if !reasons && j.settled() {
		return
	}
	order := j.arrange(j.upcoming)
	if reasons && len(order) > 0 || !slices.Equal(order, j.upcoming) {
		j.emit(wire.QueueOrder{Order: ids(order), Why: j.whyAll(order)})
	}
}

// whyAll explains every place of an order.
func (j *Jam) whyAll(order []*waiting) []wire.Why {
	why := make([]wire.Why, len(order))
	nth := j.counts()
	for i, w := range order {
		nth[w.line.n]++
		why[i] = j.why(w, w.line.turns+int(nth[w.line.n]))
	}
	return why
}

// why explains the place of one item; turn is whose-ever-it-is turn it is, counted from 1.
func (j *Jam) why(w *waiting, turn int) wire.Why {
	why := wire.Why{ItemID: w.ID, Reason: wire.WhyAdded}
	switch {
	case w.Pinned:
		why.Reason = wire.WhyPinned
	case j.settings.QueueOrder == wire.OrderVotes:
		why.Reason, why.Params.Votes = wire.WhyVotes, w.Upvotes
	case j.settings.QueueOrder == wire.OrderFair:
		why.Reason, why.Params.Turn = wire.WhyTurn, turn
	}
	return why
}

// find gives the place of an upcoming item, -1 when there is none of that id.
func (j *Jam) find(id string) int {
	return slices.IndexFunc(j.upcoming, func(w *waiting) bool { return w.ID == id })
}
