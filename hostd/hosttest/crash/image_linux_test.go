package crash

import (
	"math/rand/v2"
	"slices"
)

// sector is what a disk writes whole or not at all, in bytes.
const sector = 512

// patch is one sector of a write that no sync has confirmed.
type patch struct {
	at   int64
	data []byte
}

// image is a file as the disk has it for sure, and what may or may not have reached it.
type image struct {
	sure    []byte
	pending []patch // since the last sync, in the order of the writes
	limbo   []patch // from before a sync that failed: no later sync confirms them, as Linux takes their pages for clean
	size    int64   // as the last truncate or write has it, confirmed or not
}

// do applies one op as a disk does.
func (m *image) do(o op) {
	switch {
	case o.Kind == opTruncate && !o.Lost:
		m.size = o.Off
		// bbolt syncs right after it made the file longer; a length that came without its sync only appends zeros.
	case o.Kind == opWrite && !o.Lost:
		m.size = max(m.size, o.Off+int64(len(o.Data)))
		for at := int64(0); at < int64(len(o.Data)); at += sector {
			m.pending = append(m.pending, patch{o.Off + at, o.Data[at:min(at+sector, int64(len(o.Data)))]})
		}
	case o.Kind == opSync && o.Lost:
		m.limbo = append(m.limbo, m.pending...)
		m.pending = nil
	case o.Kind == opSync:
		if missing := m.size - int64(len(m.sure)); missing > 0 {
			m.sure = append(m.sure, make([]byte, missing)...)
		}
		m.sure = m.sure[:m.size]
		written := map[int64]bool{}
		for _, p := range m.pending {
			copy(m.sure[p.at:], p.data)
			written[p.at] = true
		}
		m.limbo = slices.DeleteFunc(m.limbo, func(p patch) bool { return written[p.at] })
		m.pending = nil
	}
}

// open tells whether the file may be one of several at this moment.
func (m *image) open() bool { return len(m.pending)+len(m.limbo) > 0 }

// crash is the file after a power cut: of what no sync confirmed some sectors are there, in any order.
func (m *image) crash(chance *rand.Rand) []byte {
	file := slices.Clone(m.sure)
	loose := append(slices.Clone(m.limbo), m.pending...)
	chance.Shuffle(len(loose), func(i, j int) { loose[i], loose[j] = loose[j], loose[i] })
	var keep func() bool
	switch chance.IntN(5) {
	case 0: // nearly nothing
		only := chance.IntN(len(loose) + 1)
		n := -1
		keep = func() bool { n++; return n == only }
	case 1: // nearly everything
		but := chance.IntN(len(loose) + 1)
		n := -1
		keep = func() bool { n++; return n != but }
	default:
		share := chance.Float64()
		keep = func() bool { return chance.Float64() < share }
	}
	if chance.IntN(2) == 0 && m.size > int64(len(file)) {
		file = append(file, make([]byte, m.size-int64(len(file)))...)
	}
	for _, p := range loose {
		if !keep() {
			continue
		}
		if end := p.at + int64(len(p.data)); end > int64(len(file)) {
			file = append(file, make([]byte, end-int64(len(file)))...)
		}
		copy(file[p.at:], p.data)
	}
	return file
}
