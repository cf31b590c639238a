package jam

import (
	"cmp"
	"container/heap"
	"slices"

	"soul-jam/shared/wire"
)

// line is one person's standing in the fair order.
type line struct {
	who string
	n   int // its number: see counts
	// turns had: tracks of theirs that started and were not voted out. See raised.
	turns int
	waits int // items of theirs that wait
}

// lineOf finds the line of a person, making it when they add for the first time.
func (j *Jam) lineOf(who *string) *line {
	if who == nil {
		return nil
	}
	l := j.lines[*who]
	if l == nil {
		l = &line{who: *who, n: len(j.lines)}
		j.lines[*who] = l
	}
	return l
}

// counts gives a counter for each line, at 0. There is one set of them, which the next call takes back.
func (j *Jam) counts() []int32 {
	if len(j.tally) < len(j.lines) {
		j.tally = make([]int32, 2*len(j.lines))
	}
	clear(j.tally)
	return j.tally
}

// raised is how many turns somebody has from their next add on: who adds with
// nothing waiting is owed one round at most, however long they listened only.
func (l *line) raised(j *Jam) int {
	if l.waits > 0 {
		return l.turns
	}
	least, any := 0, false
	consider := func(of *line) {
		if of != nil && (!any || of.turns < least) {
			least, any = of.turns, true
		}
	}
	for _, w := range j.upcoming {
		consider(w.line)
	}
	if j.current != nil {
		consider(j.lineOf(j.current.AddedBy))
	}
	if !any {
		return l.turns
	}
	return max(l.turns, least-1)
}

// started is the turn that a track takes, and the one that a voted out track gives back.
func (j *Jam) started(before *wire.JamQueueItem, how wire.Outcome, begins *wire.JamQueueItem) {
	if before != nil && how == wire.OutcomeVotedOut {
		if l := j.lineOf(before.AddedBy); l != nil {
			l.turns--
		}
	}
	if begins != nil {
		if l := j.lineOf(begins.AddedBy); l != nil {
			l.turns++
		}
	}
}

// fair plays the rule forward: next is the earliest item of the person with the
// fewest turns, the earlier one of two. It counts on copies.
type fair struct {
	queue []*share // a heap of those with something left
	of    []*share // by the number of the line; nil for those with nothing
}

// share is what is left of one person's items.
type share struct {
	turns int
	items []*waiting // earliest first
	at    int        // in the heap
}

func (j *Jam) newFair(free []*waiting) *fair {
	f := &fair{of: make([]*share, len(j.lines))}
	for _, w := range free {
		s := f.of[w.line.n]
		if s == nil {
			s = &share{turns: w.line.turns, at: len(f.queue)}
			f.of[w.line.n] = s
			f.queue = append(f.queue, s)
		}
		s.items = append(s.items, w)
	}
	for _, s := range f.queue {
		if !slices.IsSortedFunc(s.items, earlier) { // as the order by votes leaves them
			slices.SortFunc(s.items, earlier)
		}
	}
	heap.Init(f)
	return f
}

func (f *fair) empty() bool { return len(f.queue) == 0 }

func (f *fair) take() *waiting {
	s := f.queue[0]
	w := s.items[0]
	s.items, s.turns = s.items[1:], s.turns+1
	if len(s.items) == 0 {
		heap.Pop(f)
	} else {
		heap.Fix(f, 0)
	}
	return w
}

func (f *fair) starts(w *waiting) {
	if s := f.of[w.line.n]; s != nil && len(s.items) > 0 {
		s.turns++
		heap.Fix(f, s.at)
	}
}

func (f *fair) Len() int { return len(f.queue) }
func (f *fair) Less(a, b int) bool {
	x, y := f.queue[a], f.queue[b]
	return cmp.Or(cmp.Compare(x.turns, y.turns), cmp.Compare(x.items[0].added, y.items[0].added)) < 0
}
func (f *fair) Swap(a, b int) {
	f.queue[a], f.queue[b] = f.queue[b], f.queue[a]
	f.queue[a].at, f.queue[b].at = a, b
}
func (f *fair) Push(any) {} // nobody comes later
func (f *fair) Pop() any {
	last := f.queue[len(f.queue)-1]
	f.queue = f.queue[:len(f.queue)-1]
	return last
}
