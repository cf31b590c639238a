package server

import (
	"errors"
	"sync"
	"time"

	"soul-jam/shared/code"
	"soul-jam/shared/wire"
	"soul-jam/signaling"
)

// Directory remembers which key holds which code, over restarts. Its methods may be used at the same time.
type Directory interface {
	// Claim gives a code to a key and ends the code that the key had before. A code of another key is ErrTaken, too
	// many new codes of one key ErrTooMany.
	Claim(c code.Code, key string, now time.Time) error
	// Holds reports whether Claim would change nothing that matters: the code lives and is that key's already.
	Holds(c code.Code, key string, now time.Time) bool
	// Seen notes that the hosts of these codes are here; those that do not hold them any more are left out.
	Seen(held []Held, now time.Time) error
	// Release ends a code of that key; of another's it does nothing.
	Release(c code.Code, key string, reason wire.EndReason, now time.Time) error
	// Find tells what is known of a code, the zero Holding when nothing is.
	Find(c code.Code, now time.Time) (Holding, error)
}

// Held is a code and the key (its 32 bytes) that holds it.
type Held struct {
	Code code.Code
	Key  string
}

// Holding is what a Directory knows of a code.
type Holding struct {
	Key    string // "" = nobody has it
	Ended  bool
	Reason wire.EndReason // when it has ended, "" = not known
}

// The refusals of Claim.
var (
	ErrTaken   = errors.New("this code belongs to another host")
	ErrTooMany = errors.New("too many new codes")
)

// MaxClaims new codes that one key may have within signaling.CodeKept.
const MaxClaims = 50

// Memory is a Directory that forgets with the process.
type Memory struct {
	mu   sync.Mutex // guards rows
	rows map[code.Code]memoryRow
}

type memoryRow struct {
	Holding
	claimed, seen time.Time
}

// NewMemory makes an empty one.
func NewMemory() *Memory { return &Memory{rows: map[code.Code]memoryRow{}} }

// Claim implements Directory.
func (m *Memory) Claim(c code.Code, key string, now time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	row, there := m.rows[c]
	there = there && now.Sub(row.seen) < signaling.CodeKept
	if there && row.Key != key {
		return ErrTaken
	}
	claims := 0
	for other, r := range m.rows {
		if r.Key == key && now.Sub(r.claimed) < signaling.CodeKept {
			claims++
		}
		if r.Key == key && other != c && !r.Ended {
			r.Ended, r.seen = true, now
			m.rows[other] = r
		}
	}
	if !there && claims >= MaxClaims {
		return ErrTooMany
	}
	if !there {
		row.claimed = now
	}
	row.Holding, row.seen = Holding{Key: key}, now
	m.rows[c] = row
	return nil
}

// Holds implements Directory.
func (m *Memory) Holds(c code.Code, key string, now time.Time) bool {
	holding, _ := m.Find(c, now)
	return holding.Key == key && !holding.Ended
}

// Seen implements Directory.
func (m *Memory) Seen(held []Held, now time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, h := range held {
		if row, there := m.rows[h.Code]; there && row.Key == h.Key && !row.Ended {
			row.seen = now
			m.rows[h.Code] = row
		}
	}
	return nil
}

// Release implements Directory.
func (m *Memory) Release(c code.Code, key string, reason wire.EndReason, now time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if row, there := m.rows[c]; there && row.Key == key {
		row.Ended, row.Reason, row.seen = true, reason, now
		m.rows[c] = row
	}
	return nil
}

// Find implements Directory.
func (m *Memory) Find(c code.Code, now time.Time) (Holding, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	row, there := m.rows[c]
	if !there || now.Sub(row.seen) >= signaling.CodeKept {
		return Holding{}, nil
	}
	return row.Holding, nil
}
