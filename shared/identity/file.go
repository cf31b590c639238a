package identity

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

const (
	// minFileToken and maxFileToken bound the length, in letters, of a token
	// read from a file: 22 letters of base64url are 128 bits, the least that a
	// token may have (threat T5).
	minFileToken = 22
	maxFileToken = 128

	// maxTokenFile bounds how much of a token file is read, in bytes: the token,
	// a line end, and one more byte by which a longer file is noticed.
	maxTokenFile = maxFileToken + 3

	ownerOnlyDir  fs.FileMode = 0o700
	ownerOnlyFile fs.FileMode = 0o600
	anybodyElse   fs.FileMode = 0o077
)

// LoadOrCreateFile returns the token in the file name of the directory dir. Where there is
// none, it makes directory (mode 0700) and file (0600) with a new token. Modes
// that let others in are tightened. A file that is empty or holds no token is an error
// and stays as it is: whoever wrote it may want it back.
//
// Two processes that create the same file at the same moment may see different
// tokens, so take the data directory's lock first.
func LoadOrCreateFile(dir, name string) (Secret, error) {
	if err := secureDir(dir); err != nil {
		return Secret{}, fmt.Errorf("prepare the directory of %s: %w", name, err)
	}
	path := filepath.Join(dir, name)
	token, err := loadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if token, err = createFile(dir, path); err != nil {
			return Secret{}, fmt.Errorf("create the token file %s: %w", path, err)
		}
		return token, nil
	}
	if err != nil {
		return Secret{}, fmt.Errorf("read the token file %s: %w", path, err)
	}
	return token, nil
}

// secureDir makes dir, or takes what others may do in it away. A directory that is there
// for everybody, such as /tmp or /, is refused: closing it would break the machine.
func secureDir(dir string) error {
	if err := os.MkdirAll(dir, ownerOnlyDir); err != nil {
		return err
	}
	full, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	info, err := os.Stat(full)
	if err != nil {
		return err
	}
	if everybodys(full, info.Mode()) {
		return fmt.Errorf("%s belongs to everybody on this machine, choose a directory of its own inside it", full)
	}
	return tighten(full, info, ownerOnlyDir)
}

// everybodys reports whether the directory is the root of a file system or has the
// sticky bit, as /tmp has.
func everybodys(full string, mode fs.FileMode) bool {
	return filepath.Dir(full) == full || mode&fs.ModeSticky != 0
}

// tighten sets mode where info shows rights for anybody but the owner. Windows
// has no such modes: there a file in the user's profile is the user's own.
func tighten(path string, info fs.FileInfo, mode fs.FileMode) error {
	if runtime.GOOS == "windows" || info.Mode().Perm()&anybodyElse == 0 {
		return nil
	}
	return os.Chmod(path, mode)
}

func loadFile(path string) (Secret, error) {
	info, err := os.Lstat(path)
	if err != nil {
		return Secret{}, err
	}
	if !info.Mode().IsRegular() {
		return Secret{}, errors.New("it is not a plain file")
	}
	if err := tighten(path, info, ownerOnlyFile); err != nil {
		return Secret{}, err
	}
	file, err := os.Open(path)
	if err != nil {
		return Secret{}, err
	}
	defer file.Close() // it was only read
	content, err := io.ReadAll(io.LimitReader(file, maxTokenFile))
	if err != nil {
		return Secret{}, err
	}
	return parseToken(string(content))
}

// parseToken takes one token with at most one line end after it.
func parseToken(content string) (Secret, error) {
	const remedy = "; remove it, and a new token will be made"
	token := strings.TrimSuffix(strings.TrimSuffix(content, "\n"), "\r")
	switch {
	case strings.TrimSpace(token) == "":
		return Secret{}, errors.New("it is empty" + remedy)
	case len(token) < minFileToken, len(token) > maxFileToken, strings.Trim(token, base64URL) != "":
		return Secret{}, fmt.Errorf("it does not hold a token (%d to %d letters, digits, - and _ in one line)%s",
			minFileToken, maxFileToken, remedy)
	}
	return Keep(token), nil
}

// base64URL holds the letters of a token.
const base64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

// createFile writes a new token beside path and renames it, so that a crash never leaves an
// empty token file behind.
func createFile(dir, path string) (token Secret, err error) {
	if token, err = New(rand.Reader); err != nil {
		return Secret{}, err
	}
	draft, err := os.CreateTemp(dir, filepath.Base(path)+".new-*") // mode 0600
	if err != nil {
		return Secret{}, err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(draft.Name())
		}
	}()
	_, err = io.WriteString(draft, token.Reveal()+"\n")
	err = errors.Join(err, draft.Sync(), draft.Close())
	if err == nil {
		err = os.Rename(draft.Name(), path)
	}
	if err != nil {
		return Secret{}, err
	}
	return token, nil
}
