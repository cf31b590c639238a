package lan

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

// maxNearby is how many jams are listed. While the list is full, those in it stay as long as
// they are heard of, and others wait: a flood of made-up jams does not push out the real one.
const maxNearby = 200

// roster is the jams that were heard of lately. The link is the key: two hosts with one
// name are two, and a forger who takes a friend's code or name stands beside the friend, not in
// his place.
type roster struct {
	jams  map[string]Nearby
	heard map[string]time.Time // when last, by the same keys
}

func newRoster() *roster {
	return &roster{jams: map[string]Nearby{}, heard: map[string]time.Time{}}
}

// note takes down that a jam was heard of, and returns whether the list has changed.
func (r *roster) note(jam Nearby, now time.Time) bool {
	was, known := r.jams[jam.URL]
	if !known && len(r.jams) >= maxNearby {
		return false
	}
	r.jams[jam.URL], r.heard[jam.URL] = jam, now
	return was != jam
}

// forget drops what was last heard of before that time, and returns whether there was any.
func (r *roster) forget(before time.Time) bool {
	known := len(r.jams)
	for url, heard := range r.heard {
		if heard.Before(before) {
			delete(r.jams, url)
			delete(r.heard, url)
		}
	}
	return len(r.jams) != known
}

// doubt lets nobody count as heard of later than then: they have to be heard of anew.
func (r *roster) doubt(then time.Time) {
	for url, heard := range r.heard {
		if heard.After(then) {
			r.heard[url] = then
		}
	}
}

// list returns the jams by name, a new slice.
func (r *roster) list() []Nearby {
	return slices.SortedFunc(maps.Values(r.jams), func(a, b Nearby) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Code, b.Code), cmp.Compare(a.URL, b.URL))
	})
}
