package library

import (
	"cmp"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// maxChoices is the most folders or genres that are offered.
const maxChoices = 1000

// Count is a folder or genre that the rules can name, and how many songs it has,
// each recording once.
type Count struct {
	Name   string
	Tracks int
}

// Genres gives the genres of all that is not blocked, those of most songs first,
// at most 1000. Spellings that differ in case or accents count as one.
func (l *Library) Genres() []Count {
	s := l.now.Load()
	byGenres := make(map[string]int)
	s.each(func(t *track) {
		if t.Genre != "" && !s.sight.hiddenAll.has(t.slot) {
			byGenres[t.Genre]++
		}
	})
	type spelled struct {
		name        string
		most, total int
	}
	found := make(map[string]*spelled)
	for genres, n := range byGenres {
		for g := range strings.SplitSeq(genres, genreSeparator) {
			key := foldName(g)
			f := found[key]
			if f == nil {
				f = new(spelled)
				found[key] = f
			}
			if f.total += n; n > f.most || n == f.most && g < f.name {
				f.name, f.most = g, n
			}
		}
	}
	all := make([]Count, 0, len(found))
	for _, f := range found {
		all = append(all, Count{f.name, f.total})
	}
	slices.SortFunc(all, func(a, b Count) int {
		return cmp.Or(b.Tracks-a.Tracks, strings.Compare(a.Name, b.Name))
	})
	return all[:min(len(all), maxChoices)]
}

// Folders gives the music folders, the folders right in them, and the servers, by
// name, at most 1000. A song that lies in two of them counts in both.
func (l *Library) Folders() []Count {
	s := l.now.Load()
	counts := make(map[string]int)
	s.each(func(t *track) {
		if s.sight.blocked.has(t.slot) {
			return
		}
		for i, p := range t.Places {
			if name, ok := p.server(); ok {
				counts[name]++
				continue
			}
			if !slices.Contains(l.dirs, p.Dir) {
				continue
			}
			inside, _, deep := strings.Cut(p.Rel, "/")
			first := !slices.ContainsFunc(t.Places[:i], func(o place) bool { return o.Dir == p.Dir })
			counts[p.Dir] += yes(first)
			again := slices.ContainsFunc(t.Places[:i], func(o place) bool {
				return o.Dir == p.Dir && strings.HasPrefix(o.Rel, inside+"/")
			})
			if deep && !again {
				counts[filepath.Join(p.Dir, filepath.FromSlash(path.Clean(inside)))]++
			}
		}
	})
	all := make([]Count, 0, len(counts))
	for name, n := range counts {
		all = append(all, Count{name, n})
	}
	slices.SortFunc(all, func(a, b Count) int { return strings.Compare(a.Name, b.Name) })
	return all[:min(len(all), maxChoices)]
}

// Blocked tells whether the rules keep a track from everybody; false for what is
// not in the library.
func (l *Library) Blocked(id string) bool {
	s := l.now.Load()
	t := s.track(id)
	return t != nil && s.withheld(t, false)
}
