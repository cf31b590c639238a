package library

import (
	"path"
	"strings"
)

// fromPath guesses title, artist and album from a path inside the music folder
// (with slashes), for files without tags:
//
//	Artist - Title.ext    Artist/Title.ext    Artist/Album/01 Title.ext
//	Artist - Album - 01 - Title.ext           Artist/Album/CD 2/01 Title.ext
func fromPath(rel string) (t texts) {
	var folders []string
	for _, f := range strings.Split(path.Dir(rel), "/") {
		if f = cleanText(f); f != "" && f != "." && !isDisc(f) {
			folders = append(folders, f)
		}
	}
	name := strings.TrimSuffix(path.Base(rel), path.Ext(rel))
	if !strings.Contains(name, " ") {
		name = strings.ReplaceAll(name, "_", " ")
	}
	name = stripNumber(cleanText(name), len(folders) > 1)

	var parts []string
	for _, p := range strings.Split(name, " - ") {
		if p = strings.TrimSpace(p); p != "" && (!isNumber(p) || len(parts) == 0) {
			parts = append(parts, p)
		}
	}
	switch n := len(parts); {
	case n == 0:
		t.title = name
	case n == 1:
		t.title = parts[0]
	case n == 2:
		t.artist, t.title = parts[0], parts[1]
	default:
		t.artist, t.album, t.title = parts[0], parts[1], strings.Join(parts[2:], " - ")
	}
	if n := len(folders); n > 1 {
		t.album = first(t.album, folders[n-1])
		t.artist = first(t.artist, folders[n-2])
	} else if n == 1 {
		t.artist = first(t.artist, folders[0])
	}
	if t.title == "" {
		t.title = cleanText(path.Base(rel))
	}
	return t
}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// stripNumber removes a track number: "01 x", "1. x", "3 - x", "1-02 x", and,
// when the file lies in an album's folder, "12 x". Elsewhere a bare number
// belongs to the title ("99 Luftballons").
func stripNumber(s string, inAlbum bool) string {
	i := digits(s)
	if i == 0 || i > 3 || i == len(s) {
		return s
	}
	if j := digits(s[i+1:]); s[i] == '-' && j > 0 && j <= 3 { // disc-track
		if rest := s[i+1+j:]; strings.HasPrefix(rest, " ") || strings.HasPrefix(rest, ".") {
			return strings.TrimLeft(rest, " .-_")
		}
	}
	rest := strings.TrimLeft(s[i:], " .-_)")
	sure := s[0] == '0' || strings.ContainsAny(s[i:len(s)-len(rest)], ".-_)")
	if rest == "" || !sure && !(inAlbum && s[i] == ' ') {
		return s
	}
	if s[i] != ' ' && s[i] == '.' && digits(rest) > 0 && !strings.HasPrefix(s[i:], ". ") {
		return s // a number like 2.0
	}
	return rest
}

func digits(s string) int {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n
}

func isNumber(s string) bool { return digits(s) == len(s) && len(s) <= 3 }

// isDisc tells folders like "CD1" and "Disc 2".
func isDisc(s string) bool {
	s = strings.ToLower(s)
	for _, p := range []string{"cd", "disc", "disk"} {
		if rest, ok := strings.CutPrefix(s, p); ok {
			rest = strings.TrimLeft(rest, " -_")
			if rest != "" && isNumber(rest) {
				return true
			}
		}
	}
	return false
}
