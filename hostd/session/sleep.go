package session

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"soul-jam/hostd/jam"
	"soul-jam/shared/wire"
)

// Boot is where the machine's own clock stands, which nobody can set and which runs on while it sleeps.
type Boot struct {
	ID string        `json:"boot,omitempty"`  // of this start of the machine
	Up time.Duration `json:"up_ns,omitempty"` // since that start, asleep or not
}

// ReadBoot reads it on Linux; an error elsewhere.
func ReadBoot() (Boot, error) {
	id, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return Boot{}, fmt.Errorf("tell this start of the machine: %w", err)
	}
	text, err := os.ReadFile("/proc/uptime")
	if err != nil {
		return Boot{}, fmt.Errorf("read the boot clock: %w", err)
	}
	up, _, ok := strings.Cut(string(text), " ")
	seconds, err := strconv.ParseFloat(up, 64)
	if !ok || err != nil {
		return Boot{}, errors.New("read the boot clock: not a number of seconds")
	}
	return Boot{ID: strings.TrimSpace(string(id)), Up: time.Duration(seconds * float64(time.Second))}, nil
}

// lifeSign is the host's sign of life with the clocks that tell how long ago it was.
type lifeSign struct {
	jam.Mark
	Boot
	Wall     time.Time `json:"wall,omitzero"`
	restored bool      // the file has come from a snapshot since
}

// sleepWatch finds out how long the host was absent: asleep or not running.
type sleepWatch struct {
	boot func() (Boot, error) // nil = there is no boot clock
	now  func() time.Time     // stands still while the machine sleeps

	last   Boot
	lastAt time.Time
}

// sleepAtLeast: less is the coarseness of the clocks.
const sleepAtLeast = 2 * time.Second

// slept tells for how long the machine slept since the last call: what the boot
// clock went on more than the session's. 0 where it cannot be told.
func (s *sleepWatch) slept() time.Duration {
	at, now := s.read(), s.now()
	before, beforeAt := s.last, s.lastAt
	s.last, s.lastAt = at, now
	if before.ID == "" || before.ID != at.ID {
		return 0
	}
	if slept := (at.Up - before.Up) - now.Sub(beforeAt); slept >= sleepAtLeast {
		return slept
	}
	return 0
}

// sign adds the clocks to a mark.
func (s *sleepWatch) sign(m jam.Mark) lifeSign {
	return lifeSign{Mark: m, Boot: s.read(), Wall: time.Now().Round(0)}
}

// since is how long ago a sign of life was: by the boot clock while it is the same
// start of the machine, so that setting the clock changes nothing; else by the wall's.
func (s *sleepWatch) since(sign lifeSign) time.Duration {
	if at := s.read(); sign.ID != "" && at.ID == sign.ID {
		return max(0, at.Up-sign.Up)
	}
	if sign.Wall.IsZero() {
		return max(0, s.now().Sub(sign.At.Time))
	}
	return max(0, time.Since(sign.Wall))
}

func (s *sleepWatch) read() Boot {
	if s.boot == nil {
		return Boot{}
	}
	at, err := s.boot()
	if err != nil {
		return Boot{}
	}
	return at
}

// wake tells the jam when the machine has slept. It looks when a sign of life is due.
func (b *batch) wake() {
	if b.now.Sub(b.h.marked) < b.h.markEvery() {
		return
	}
	before := b.h.asleep
	if slept := b.h.asleep.slept(); slept > 0 {
		b.h.cfg.Log.Info("the machine slept", "for", slept)
		b.step("", "", jam.Woke{Slept: slept}, nil, func(*wire.Error) {
			b.h.asleep = before // the disk is not awake yet: the next round tells it
		})
	}
}
