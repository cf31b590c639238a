package session

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"soul-jam/hostd/jam"
	"soul-jam/hostd/store"
	"soul-jam/shared/code"
	"soul-jam/shared/identity"
	"soul-jam/shared/wire"
)

// Create starts a jam with these settings over the defaults (nil = the defaults). What the
// solo session plays goes on in it, and that session is over. When a jam runs already the refusal is already_active, and created names that one.
func (h *House) Create(ctx context.Context, settings json.RawMessage) (created wire.SessionCreated, refusal *wire.Error) {
	merged, refusal := jam.ChangeSettings(wire.DefaultSettings(), settings, h.Now())
	if refusal != nil {
		return created, refusal
	}
	err := h.callAlone(ctx, func(b *batch) {
		if h.jam != nil && !h.jam.Solo() {
			created, refusal = wire.SessionCreated{SessionID: h.jam.ID(), ShareCode: h.jam.ShareCode()}, wire.Refuse(wire.CodeAlreadyActive)
			return
		}
		if err := h.found(b, merged); err != nil {
			h.cfg.Log.Error("no jam could be started", "error", err)
			refusal = wire.Refuse(wire.CodeInternal)
			return
		}
		b.answer(func(disk *wire.Error) { refusal = disk })
		created = wire.SessionCreated{SessionID: h.jam.ID(), ShareCode: h.jam.ShareCode()}
	})
	if err != nil {
		return created, wire.Refuse(wire.CodeInternal)
	}
	return created, refusal
}

// found begins a jam, with the music of the solo session if there is one.
func (h *House) found(b *batch, settings wire.JamSettings) error {
	solo := h.jam
	if err := h.begin(b, jam.Founding{Settings: settings}); err != nil || solo == nil {
		return err
	}
	entry, refusal := h.jam.Step(b.now, "", "", jam.TakeOver{From: solo})
	if refusal != nil {
		return refusal
	}
	b.keep(entry)
	end, refusal := solo.Step(b.now, "", "", jam.Follow{ShareCode: h.jam.ShareCode()})
	if refusal != nil {
		return refusal
	}
	b.followed = &followed{solo, end}
	return nil
}

// tonight is for how long after a session autoplay remembers in the next what was heard.
const tonight = 12 * time.Hour

// begin makes a session the one of this house.
func (h *House) begin(b *batch, f jam.Founding) error {
	share, err := code.New(h.cfg.Entropy)
	if err != nil {
		return err
	}
	id, err := identity.New(h.cfg.Entropy)
	if err != nil {
		return err
	}
	f.ID, f.ShareCode, f.DeviceID = hashOf(id)[:32], share.String(), h.cfg.DeviceID
	switch {
	case h.jam != nil: // a solo session, whose evening goes on
		f.Heard = h.jam.Heard()
	case b.now.Sub(h.eveningEnd) < tonight:
		f.Heard = h.evening
	}
	j, entry := jam.Found(b.now, f, h.cfg.HostName, h.chance())
	h.jam, h.recent, h.marked, h.here = j, recent{}, time.Time{}, nil
	b.keep(entry)
	return nil
}

// End ends the running jam if that is its code.
func (h *House) End(ctx context.Context, shareCode string) (refusal *wire.Error) {
	err := h.call(ctx, func(b *batch) {
		if refusal = h.View().Find(shareCode, b.now); refusal == nil && h.jam != nil {
			b.step("", "", jam.End{}, nil, func(r *wire.Error) { refusal = r })
		}
	})
	if err != nil {
		return wire.Refuse(wire.CodeInternal)
	}
	return refusal
}

// close says goodbye to everyone after the end was written and told.
func (h *House) close() {
	for _, p := range h.peers {
		p.seat.Store(nil)
		p.Outbox.Bye(wire.CloseEnded)
	}
	for p := range h.tvs {
		p.watches.Store(false)
		p.Outbox.Bye(wire.CloseEnded)
	}
	why, _ := h.jam.Ended()
	for _, p := range h.room {
		p.TurnAway("", wire.RefuseEnded(why))
	}
	clear(h.peers)
	clear(h.seats)
	clear(h.room)
	clear(h.tvs)
	clear(h.grants)
	if !h.jam.Solo() {
		h.last = h.jam
	}
	h.evening, h.eveningEnd = h.jam.Heard(), h.cfg.Now()
	h.jam, h.recent, h.gone, h.crowd, h.here = nil, recent{}, nil, crowd{}, nil
	h.forgetRefused()
}

// recallEnded remembers the codes of jams that ended lately.
func (h *House) recallEnded() error {
	rows, err := h.cfg.Store.History()
	if err != nil {
		return err
	}
	for _, row := range rows {
		if row.EndedAt != nil && h.cfg.Now().Sub(row.EndedAt.Time) < wire.EndedKept {
			h.ended[row.ShareCode] = ending{at: row.EndedAt.Time}
			if row.EndReason != nil {
				h.ended[row.ShareCode] = ending{row.EndedAt.Time, *row.EndReason}
			}
		}
	}
	return nil
}

// skippedByRestore is how many numbers of events are passed over after a snapshot took the place of the data file: more than were ever
// told since that snapshot. Whoever comes back with a number from that time then gets all of the jam anew, instead of
// what happened after another event of the same number.
const skippedByRestore = 1_000_000

// reopen takes up the jam that the disk holds, if any, and decides what the absence means.
func (h *House) reopen() error {
	mark, err := h.load()
	if err != nil || h.jam == nil {
		return err
	}
	b := &batch{h: h, now: h.cfg.Now(), alive: mark.At.Time}
	var refused *wire.Error
	reopen := jam.Reopen{Mark: mark.Mark, Absent: h.asleep.since(mark)}
	if mark.restored {
		reopen.Skip, h.recent = skippedByRestore, recent{}
	}
	b.step("", "", reopen, nil, func(r *wire.Error) { refused = r })
	if err := b.write(); err != nil {
		return err
	}
	b.tell()
	if refused != nil {
		return fmt.Errorf("take up the running jam: %w", refused)
	}
	return nil
}

// reload makes the jam what the disk holds, after a write failed, with what it remembered before the round.
func (h *House) reload(before jam.Memory) error {
	h.jam = nil
	_, err := h.load()
	if h.jam != nil {
		h.jam.Recall(before)
	}
	return err
}

// load replays the running jam from disk; h.jam stays nil when there is none.
func (h *House) load() (lifeSign, error) {
	running, err := h.cfg.Store.Running()
	if err != nil || running.Jam == "" {
		return lifeSign{}, err
	}
	entries := make([]jam.Entry, len(running.Entries))
	for i, line := range running.Entries {
		if err := json.Unmarshal(line, &entries[i]); err != nil {
			return lifeSign{}, fmt.Errorf("read entry %d of the running jam: %w", i, err)
		}
	}
	h.jam, err = jam.Replay(entries, h.chance())
	if err != nil {
		return lifeSign{}, fmt.Errorf("replay the running jam: %w", err)
	}
	h.recent, h.here = recent{}, h.jam.MembersHere()
	for _, e := range entries {
		if e.Skipped > 0 {
			h.recent = recent{} // who knows of events before these may know others than those on disk
		}
		for _, ev := range e.Events {
			if _, err := h.recent.add(ev); err != nil {
				return lifeSign{}, err
			}
		}
	}
	mark := lifeSign{Mark: jam.Mark{At: entries[len(entries)-1].At}, restored: !running.Restored.IsZero()}
	if running.Mark != nil {
		if err := json.Unmarshal(running.Mark, &mark); err != nil {
			return lifeSign{}, errors.Join(store.ErrDamaged, err)
		}
	}
	return mark, nil
}

// mark is the host's sign of life now.
func (h *House) mark(now time.Time) []byte {
	m := h.asleep.sign(jam.Mark{At: wire.At(now), PositionMS: h.jam.PositionMS(now)})
	if current := h.jam.Sound().Current; current != nil {
		m.Item = current.ID
	}
	b, _ := json.Marshal(m) // times, texts and numbers only: cannot fail
	return b
}
