package install

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// Ledger remembers in a file what was written, so that exactly that can be removed.
type Ledger struct {
	path  string
	Files map[string]string `json:"files"`           // checksums by path
	Lines map[string]added  `json:"lines,omitempty"` // what was put into files of the user's, by path
	Made  []string          `json:"made"`            // directories that did not exist before, each after those that it lies in
}

// maxLedger bounds what is read of the file, in bytes.
const maxLedger = 1 << 20

// OpenLedger reads the ledger at path; none is an empty one.
func OpenLedger(path string) (*Ledger, error) {
	l := &Ledger{path: path, Files: map[string]string{}}
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return l, nil
	}
	if err == nil && info.Size() > maxLedger {
		err = fmt.Errorf("it has %d bytes", info.Size())
	}
	var content []byte
	if err == nil {
		content, err = os.ReadFile(path)
	}
	if err == nil {
		err = json.Unmarshal(content, l)
	}
	if err != nil {
		return nil, fmt.Errorf("read what was installed from %s: %w", path, err)
	}
	if l.Files == nil {
		l.Files = map[string]string{}
	}
	return l, nil
}

// Foreign returns those of the files that Write would not overwrite: they are there,
// and they are not as they were written, if ever they were.
func (l *Ledger) Foreign(files []File) (paths []string) {
	for _, f := range files {
		if found := sumAt(f.Path); found != "" && found != sum(f.Content) && found != l.Files[f.Path] {
			paths = append(paths, f.Path)
		}
	}
	return paths
}

// Write writes the files and makes the directories (mode 0700) that they and the program need. Where all is
// there already it changes nothing. It overwrites: ask Foreign first.
func (l *Ledger) Write(files []File, directories []string) error {
	directories = append(slices.Clone(directories), filepath.Dir(l.path))
	for _, f := range files {
		l.Files[f.Path] = sum(f.Content)
		directories = append(directories, filepath.Dir(f.Path))
	}
	for _, dir := range directories {
		if err := l.makeDir(dir); err != nil {
			return err
		}
	}
	// First the ledger: what is only in it does no harm, what is not stays for ever.
	if err := l.save(); err != nil {
		return err
	}
	for _, f := range files {
		if sumAt(f.Path) == l.Files[f.Path] {
			continue
		}
		if err := replace(f.Path, f.Content, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// makeDir makes a directory and those above it, and remembers which.
func (l *Ledger) makeDir(dir string) error {
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := l.makeDir(filepath.Dir(dir)); err != nil {
		return err
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		return fmt.Errorf("make a directory: %w", err)
	}
	l.Made = append(slices.DeleteFunc(l.Made, func(m string) bool { return m == dir }), dir)
	return nil
}

// Remove removes what was written and is still as it was, with force also what is not. Left are the files
// that somebody has changed, which stay in the ledger. Without such it removes the ledger, too, and
// the directories that were made, the inner ones first, where nothing is in them.
func (l *Ledger) Remove(force bool) (removed, left []string, err error) {
	for path, written := range l.Files {
		switch found := sumAt(path); {
		case found == "":
		case found != written && !force:
			left = append(left, path)
			continue
		default:
			if err := os.Remove(path); err != nil {
				return removed, left, fmt.Errorf("remove what was installed: %w", err)
			}
			removed = append(removed, path)
		}
		delete(l.Files, path)
	}
	slices.Sort(removed)
	slices.Sort(left)
	if len(left) > 0 {
		return removed, left, l.save()
	}
	if err := os.Remove(l.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return removed, left, fmt.Errorf("remove what was installed: %w", err)
	}
	for i := len(l.Made) - 1; i >= 0; i-- {
		_ = os.Remove(l.Made[i]) // fails where somebody has put something into it
	}
	return removed, left, nil
}

func (l *Ledger) save() error {
	content, err := json.MarshalIndent(l, "", "  ")
	if err != nil {
		return fmt.Errorf("note what was installed: %w", err)
	}
	return replace(l.path, append(content, '\n'), 0o600)
}

// replace writes a file in one step: whoever reads it sees the old or the new one.
func replace(path string, content []byte, mode fs.FileMode) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".soul-jam-*")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	_, err = f.Write(content)
	err = errors.Join(err, f.Chmod(mode), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("write %s: %w", path, err), os.Remove(f.Name()))
	}
	return nil
}

func sum(content []byte) string {
	hash := sha256.Sum256(content)
	return hex.EncodeToString(hash[:])
}

// sumAt is the checksum of the file at path, "" where there is nothing. What is no plain file, or cannot
// be read, is as nothing that we have written.
func sumAt(path string) string {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return ""
	case err != nil, !info.Mode().IsRegular(), info.Size() > maxLedger:
		return "something else"
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return "something else"
	}
	return sum(content)
}
