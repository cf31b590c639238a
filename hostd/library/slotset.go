package library

// slotSet is a set of tracks by their slots, a bit for each. The nil set is empty.
type slotSet []uint64

func (s slotSet) has(slot uint32) bool {
	i := slot / 64
	return int(i) < len(s) && s[i]&(1<<(slot%64)) != 0
}

// add gives the set with slot, in the same memory while that is large enough.
func (s slotSet) add(slot uint32) slotSet {
	for int(slot/64) >= len(s) {
		s = append(s, 0)
	}
	s[slot/64] |= 1 << (slot % 64)
	return s
}

// put enters slot or takes it out; the set must be large enough.
func (s slotSet) put(slot uint32, in bool) {
	if bit := uint64(1) << (slot % 64); in {
		s[slot/64] |= bit
	} else {
		s[slot/64] &^= bit
	}
}
