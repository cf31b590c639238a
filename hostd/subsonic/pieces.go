package subsonic

import "slices"

// span is the bytes from from up to, and not with, to.
type span struct{ from, to int64 }

// pieces says which bytes of a song are there: spans in order, that do not touch each other.
type pieces []span

// add puts a span in.
func (p pieces) add(s span) pieces {
	if s.from >= s.to {
		return p
	}
	// Those from i up to j touch it.
	i, _ := slices.BinarySearchFunc(p, s.from, func(q span, at int64) int { return compare(q.to, at) })
	j := i
	for j < len(p) && p[j].from <= s.to {
		s.from, s.to = min(s.from, p[j].from), max(s.to, p[j].to)
		j++
	}
	return slices.Replace(p, i, j, s)
}

// until gives the end of what is there without a gap from at on; at itself when that is missing.
func (p pieces) until(at int64) int64 {
	for _, q := range p {
		if q.from <= at && at < q.to {
			return q.to
		}
	}
	return at
}

// gap gives the first missing bytes from at on. Where nothing is there behind them, they end with the song, at total;
// with -1 for that nobody knows where: then to is -1, too. false: nothing is missing from there on.
func (p pieces) gap(at, total int64) (missing span, any bool) {
	at = p.until(at)
	if total >= 0 && at >= total {
		return span{}, false
	}
	for _, q := range p {
		if q.from > at {
			return span{at, q.from}, true
		}
	}
	return span{at, total}, true
}

// size is how many bytes are there.
func (p pieces) size() (bytes int64) {
	for _, q := range p {
		bytes += q.to - q.from
	}
	return bytes
}

func compare(a, b int64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}
