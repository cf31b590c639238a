package library

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// ErrUnknownTrack: no track has that id, or none of its files is there any
// more. Callers tell a guest track_not_found.
var ErrUnknownTrack = errors.New("no such track")

// ErrNoArt: the track has no cover that can be shown.
var ErrNoArt = errors.New("no cover")

// FolderError says that a music folder cannot be used. Its text is one sentence
// for the host. The library works on with the other folders and tries this one
// again at every rescan.
type FolderError struct {
	Dir string // absolute path, as configured
	Err error
}

func (e *FolderError) Error() string {
	switch {
	case errors.Is(e.Err, fs.ErrNotExist):
		return fmt.Sprintf("the music folder %s does not exist", e.Dir)
	case errors.Is(e.Err, fs.ErrPermission):
		return fmt.Sprintf("the music folder %s may not be read by this user", e.Dir)
	case errors.Is(e.Err, errNotFolder):
		return fmt.Sprintf("the music folder %s is not a folder", e.Dir)
	}
	return fmt.Sprintf("the music folder %s cannot be read: %v", e.Dir, e.Err)
}

func (e *FolderError) Unwrap() error { return e.Err }

var errNotFolder = errors.New("not a folder")

// checkFolder gives a *FolderError when dir cannot be listed.
func checkFolder(dir string) *FolderError {
	root, err := openFolder(dir)
	if err != nil {
		return err
	}
	_ = root.Close() // only looked at
	return nil
}

func openFolder(dir string) (*os.Root, *FolderError) {
	info, err := os.Stat(dir)
	if err == nil && !info.IsDir() {
		err = errNotFolder
	}
	if err != nil {
		return nil, &FolderError{dir, err}
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, &FolderError{dir, err}
	}
	f, err := root.Open(".")
	if err == nil {
		if _, err = f.ReadDir(1); errors.Is(err, io.EOF) {
			err = nil // empty
		}
		_ = f.Close() // read only
	}
	if err != nil {
		_ = root.Close() // read only
		return nil, &FolderError{dir, err}
	}
	return root, nil
}

// openRegular opens a regular file inside root. A symlink that leads out of
// the root, a pipe or a device is refused before it is opened.
func openRegular(root *os.Root, rel string) (*os.File, fs.FileInfo, error) {
	name := filepath.FromSlash(rel)
	info, err := root.Stat(name)
	if err != nil {
		return nil, nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, nil, fs.ErrInvalid
	}
	f, err := root.Open(name)
	if err != nil {
		return nil, nil, err
	}
	// Again on what was opened: the name may mean another file by now.
	if info, err = f.Stat(); err != nil || !info.Mode().IsRegular() {
		_ = f.Close() // read only
		return nil, nil, errors.Join(err, fs.ErrInvalid)
	}
	return f, info, nil
}
