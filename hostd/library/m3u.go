package library

import (
	"bytes"
	"net/url"
	"path"
	"path/filepath"
	"strings"
	"unicode/utf8"
)

const (
	// maxPlaylistBytes is the biggest playlist file that is read, in bytes.
	maxPlaylistBytes = 1 << 20
	// maxPlaylistEntries is the most songs taken of one playlist.
	maxPlaylistEntries = 10_000
	// maxEntryBytes is the longest path in a playlist, in bytes.
	maxEntryBytes = 4096
)

// m3u is what a playlist file says.
type m3u struct {
	name    string   // from #PLAYLIST:, empty: not said
	entries []string // paths as they stand there; those of file: URLs without their escapes
}

// isPlaylist tells by the name whether a file is a playlist.
func isPlaylist(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".m3u", ".m3u8":
		return true
	}
	return false
}

// parseM3U reads an M3U or M3U8 file: a path on each line, comments behind "#".
// Lines that name something in the network are passed over.
func parseM3U(b []byte) m3u {
	var m m3u
	b = bytes.TrimPrefix(b[:min(len(b), maxPlaylistBytes)], []byte("\xEF\xBB\xBF"))
	for len(b) > 0 && len(m.entries) < maxPlaylistEntries {
		i := bytes.IndexAny(b, "\r\n")
		if i < 0 {
			i = len(b)
		}
		line := strings.TrimSpace(string(b[:min(i, maxEntryBytes+1)]))
		b = b[min(i+1, len(b)):]
		if name, ok := strings.CutPrefix(line, "#PLAYLIST:"); ok {
			m.name = cleanText(name)
		}
		if line == "" || line[0] == '#' || len(line) > maxEntryBytes || strings.ContainsRune(line, 0) {
			continue
		}
		if entry, ok := localEntry(line); ok {
			m.entries = append(m.entries, entry)
		}
	}
	return m
}

// localEntry gives the path that a line names, ok false for what is not on this
// machine.
func localEntry(line string) (string, bool) {
	scheme, _, ok := strings.Cut(line, "://")
	if !ok && !strings.HasPrefix(strings.ToLower(line), "file:") {
		return line, true
	}
	if ok && strings.Trim(strings.ToLower(scheme), "abcdefghijklmnopqrstuvwxyz0123456789+-.") != "" {
		return line, true // no scheme: a strange name
	}
	u, err := url.Parse(line)
	if err != nil || !strings.EqualFold(u.Scheme, "file") || u.Host != "" && u.Host != "localhost" || u.Path == "" || strings.ContainsRune(u.Path, 0) {
		return "", false
	}
	p := u.Path
	if len(p) > 2 && p[0] == '/' && p[2] == ':' { // file:///C:/Music
		p = p[1:]
	}
	return p, true
}

// readings gives the ways to read an entry, the likeliest first: as it stands,
// with the backslashes of Windows as slashes, in the encoding of old M3U files.
func readings(entry string) []string {
	all := []string{entry}
	if strings.ContainsRune(entry, '\\') {
		all = append(all, strings.ReplaceAll(entry, `\`, "/"))
	}
	if !utf8.ValidString(entry) {
		for _, e := range all {
			all = append(all, decodeID3(0, []byte(e)))
		}
	}
	return all
}

// entryKey gives the file that an entry of the playlist at list names, ok false
// when that is in no music folder.
func entryKey(dirs []string, list pathKey, entry string) (k pathKey, ok bool) {
	native := filepath.FromSlash(entry)
	if filepath.IsAbs(native) {
		return locate(dirs, filepath.Clean(native))
	}
	rel := path.Join(folderOf(list.rel), entry)
	if filepath.IsLocal(filepath.FromSlash(rel)) {
		return pathKey{list.dir, rel}, true
	}
	return locate(dirs, filepath.Join(list.dir, filepath.FromSlash(rel)))
}
