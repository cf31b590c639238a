package library

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

const (
	// maxFiles is the most music files taken from one folder. The rest is left
	// out, with a warning.
	maxFiles = 500_000
	// maxDepth is how many folders deep a walk goes.
	maxDepth = 64
	// dirBatch is how many names are read from a folder at a time.
	dirBatch = 1024
)

// walked is what a walk through a scope has found.
type walked struct {
	scope
	files    []walkedFile
	lists    []walkedFile      // playlists
	covers   map[string]*cover // by folder
	folders  []string
	unread   map[string]error // folders inside that could not be read
	err      *FolderError     // the music folder itself cannot be read
	cut      bool             // over maxFiles: not all was seen
	canceled bool
}

type walkedFile struct {
	rel         string
	size, mtime int64
}

// isMusic tells by the name whether a file is worth a look.
func isMusic(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".mp3", ".flac", ".ogg", ".oga", ".opus", ".m4a", ".m4b":
		return true
	}
	return false
}

// walk lists the music in a scope. It enters no symlink, so it can neither
// leave the folder nor go in circles, and passes over hidden names. watch is
// called for each folder before it is read, so that nothing falls between.
func walk(ctx context.Context, s scope, watch func(rel string)) walked {
	w := walked{scope: s, covers: make(map[string]*cover), unread: make(map[string]error)}
	root, ferr := openFolder(s.dir)
	if ferr != nil {
		w.err = ferr
		return w
	}
	defer root.Close()
	stack := []string{s.rel}
	for len(stack) > 0 && !w.cut {
		if ctx.Err() != nil {
			w.canceled = true
			return w
		}
		rel := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if info, err := root.Lstat(filepath.FromSlash(rel)); err != nil || !info.IsDir() {
			continue // gone, a file, or a symlink
		}
		w.folders = append(w.folders, rel)
		watch(rel)
		inside, err := w.folder(root, rel)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			w.unread[rel] = err
		}
		if s.deep && strings.Count(rel, "/") < maxDepth {
			stack = append(stack, inside...)
		}
	}
	return w
}

// folder notes the music and the cover right in rel and gives the folders.
func (w *walked) folder(root *os.Root, rel string) (inside []string, err error) {
	f, err := root.Open(filepath.FromSlash(rel))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	best := ""
	for {
		entries, err := f.ReadDir(dirBatch)
		for _, e := range entries {
			child := path.Join(rel, e.Name())
			switch {
			case strings.HasPrefix(e.Name(), "."):
			case e.IsDir():
				inside = append(inside, child)
			case !e.Type().IsRegular():
			case isMusic(e.Name()):
				w.music(root, child)
			case isPlaylist(e.Name()) && len(w.lists) < maxPlaylists:
				if info, err := root.Lstat(filepath.FromSlash(child)); err == nil && info.Mode().IsRegular() && info.Size() <= maxPlaylistBytes {
					w.lists = append(w.lists, walkedFile{child, info.Size(), info.ModTime().UnixNano()})
				}
			case coverRank(e.Name()) > coverRank(best):
				best = e.Name()
			}
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return inside, err
		}
	}
	if best != "" {
		child := path.Join(rel, best)
		if info, err := root.Lstat(filepath.FromSlash(child)); err == nil && info.Size() <= maxPicture && info.Size() > 0 {
			w.covers[rel] = &cover{child, info.Size(), info.ModTime().UnixNano()}
		}
	}
	return inside, nil
}

func (w *walked) music(root *os.Root, rel string) {
	info, err := root.Lstat(filepath.FromSlash(rel))
	if err != nil || !info.Mode().IsRegular() {
		return // gone again
	}
	if len(w.files) >= maxFiles {
		w.cut = true
		return
	}
	w.files = append(w.files, walkedFile{rel, info.Size(), info.ModTime().UnixNano()})
}

// coverRank tells how likely a file is the album's cover, 0: not at all.
func coverRank(name string) int {
	name = strings.ToLower(name)
	switch path.Ext(name) {
	case ".jpg", ".jpeg", ".png":
	default:
		return 0
	}
	switch strings.TrimSuffix(name, path.Ext(name)) {
	case "cover":
		return 4
	case "front":
		return 3
	case "folder":
		return 2
	case "album":
		return 1
	}
	return 0
}
