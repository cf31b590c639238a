package visitor

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"soul-jam/shared/code"
	"soul-jam/shared/identity"
)

const (
	// visitsDir is the folder of the data directory that holds a file for each host; keyFile beside it is this
	// program's own key, another than the host's, so that a person can visit their own jam.
	visitsDir, keyFile = "visits", "member.key"
	// maxRecord, bytes of a file, and maxHosts files that are looked through.
	maxRecord, maxHosts = 8 << 10, 1000
)

// Known is a host that was visited, and what brings this person back to it.
type Known struct {
	Peer     string
	HostName string
	// Code of the jam that was visited last, and what is known of that jam alone: the key of its link, the
	// soul-server that it was found at, the newest token of the seat.
	Code   code.Code
	Link   string
	Server string
	Resume identity.Secret
	// User makes this person a member whom the host knows again in every jam.
	User identity.Secret
	// As is the name that was used there.
	As          string
	First, Last time.Time
}

// record is a Known as it is on disk.
type record struct {
	HostName    string    `json:"name,omitempty"`
	Code        string    `json:"code"`
	Link        string    `json:"link,omitempty"`
	Server      string    `json:"server,omitempty"`
	ResumeToken string    `json:"resume_token,omitempty"`
	UserToken   string    `json:"user_token,omitempty"`
	As          string    `json:"as,omitempty"`
	First       time.Time `json:"first_visit"`
	Last        time.Time `json:"last_visit"`
}

// Visits are the hosts that were visited, one file each. Several programs may use them at the same time.
type Visits struct{ data, dir string }

// OpenVisits makes the folder in the data directory, for its owner alone.
func OpenVisits(data string) (*Visits, error) {
	v := &Visits{data: data, dir: filepath.Join(data, visitsDir)}
	for _, dir := range []string{v.data, v.dir} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, fmt.Errorf("make the folder of visits: %w", err)
		}
	}
	if runtime.GOOS != "windows" {
		if err := os.Chmod(v.dir, 0o700); err != nil { //nolint:gosec // a folder
			return nil, fmt.Errorf("close the folder of visits to others: %w", err)
		}
	}
	return v, nil
}

// Key is this program's own, made when it is first asked for.
func (v *Visits) Key() (key identity.HostKey, err error) {
	err = v.locked(func() (err error) {
		key, err = identity.LoadOrCreateHostKey(v.data, keyFile)
		return err
	})
	return key, err
}

// Of gives what is known of a host; the zero Known with its peer id when it is nothing.
func (v *Visits) Of(peer string) (Known, error) {
	unknown := Known{Peer: peer}
	path, err := v.path(peer)
	if err != nil {
		return unknown, err
	}
	k, err := readRecord(path, peer)
	if errors.Is(err, fs.ErrNotExist) {
		return unknown, nil
	}
	return k, err
}

// All gives every host that was visited, in no order; what cannot be read is left out.
func (v *Visits) All() (all []Known) {
	files, err := os.ReadDir(v.dir)
	if err != nil {
		return nil
	}
	for _, f := range files {
		peer, ok := strings.CutSuffix(f.Name(), ".json")
		if !ok || len(all) >= maxHosts {
			continue
		}
		if k, err := v.Of(peer); err == nil {
			all = append(all, k)
		}
	}
	return all
}

// NameFor is the name that this person used in the jam with that code, else in the one visited last; "" when there was none.
func (v *Visits) NameFor(c code.Code) string {
	var last Known
	for _, k := range v.All() {
		if c != "" && k.Code == c && k.As != "" {
			return k.As
		}
		if k.As != "" && k.Last.After(last.Last) {
			last = k
		}
	}
	return last.As
}

// Change changes what is known of a host, whatever others write at the same time.
func (v *Visits) Change(peer string, change func(*Known)) error {
	path, err := v.path(peer)
	if err != nil {
		return err
	}
	return v.locked(func() error {
		k, err := v.Of(peer)
		if err != nil {
			return err
		}
		change(&k)
		text, err := json.MarshalIndent(k.record(), "", "  ")
		if err != nil {
			return fmt.Errorf("write down the visit: %w", err)
		}
		return replace(path, append(text, '\n'))
	})
}

// path is the host's file. The peer id is checked: it is part of the name.
func (v *Visits) path(peer string) (string, error) {
	if _, err := publicKey(peer); err != nil {
		return "", err
	}
	return filepath.Join(v.dir, peer+".json"), nil
}

func readRecord(path, peer string) (Known, error) {
	k := Known{Peer: peer}
	f, err := os.Open(path)
	if err != nil {
		return k, fmt.Errorf("read the visit: %w", err)
	}
	defer func() { _ = f.Close() }()
	text, err := io.ReadAll(io.LimitReader(f, maxRecord+1))
	if err != nil {
		return k, fmt.Errorf("read the visit: %w", err)
	}
	var r record
	if len(text) > maxRecord || json.Unmarshal(text, &r) != nil {
		return k, fmt.Errorf("%s does not hold a visit; remove it, and the host will be a new one", path)
	}
	k.HostName, k.Link, k.Server, k.As, k.First, k.Last = r.HostName, r.Link, r.Server, r.As, r.First, r.Last
	k.Code, _ = code.Parse(r.Code) // "" when there is none
	k.Resume, k.User = identity.Keep(r.ResumeToken), identity.Keep(r.UserToken)
	return k, nil
}

func (k Known) record() record {
	return record{
		HostName: k.HostName, Code: k.Code.String(), Link: k.Link, Server: k.Server, As: k.As, First: k.First, Last: k.Last,
		ResumeToken: k.Resume.Reveal(), UserToken: k.User.Reveal(),
	}
}

// replace writes a file whole or not at all.
func replace(path string, content []byte) (err error) {
	draft, err := os.CreateTemp(filepath.Dir(path), ".new-*") // mode 0600
	if err != nil {
		return fmt.Errorf("write down the visit: %w", err)
	}
	defer func() {
		if err != nil {
			_ = os.Remove(draft.Name())
		}
	}()
	_, err = draft.Write(content)
	if err = errors.Join(err, draft.Sync(), draft.Close()); err == nil {
		err = os.Rename(draft.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("write down the visit: %w", err)
	}
	return nil
}

// lockWithin: another program holds the lock for as long as it writes a small file.
const lockWithin = 5 * time.Second

// locked does something while no other program does the like.
func (v *Visits) locked(do func() error) error {
	unlock, err := lock(filepath.Join(v.dir, ".lock"), lockWithin)
	if err != nil {
		return fmt.Errorf("keep other programs from the visits meanwhile: %w", err)
	}
	defer unlock()
	return do()
}

// lockEvery: a lock that is held is tried again after this.
const lockEvery = 5 * time.Millisecond
