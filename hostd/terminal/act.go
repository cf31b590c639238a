package terminal

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"

	tea "charm.land/bubbletea/v2"

	"soul-jam/shared/wire"
)

const (
	wireHost   = wire.RoleHost
	wireMember = wire.RoleMember
)

// Steps of the keys: seekBy ms, volumeBy of 100.
const (
	seekBy   = 10_000
	volumeBy = 5
)

func (m *model) openAdd() tea.Cmd   { return m.open(pageAdd) }
func (m *model) openChat() tea.Cmd  { return m.open(pageChat) }
func (m *model) openReact() tea.Cmd { m.cover = coverReact; return nil }
func (m *model) quit() tea.Cmd      { return tea.Quit }

func (m *model) openInfo() tea.Cmd {
	m.cover, m.scroll, m.seen = coverInfo, 0, true
	return nil
}

// open goes to a page.
func (m *model) open(p page) tea.Cmd {
	m.page = (p + pages) % pages
	if m.page != pageChat {
		m.chat.back = 0
	}
	if m.page == pageAdd && m.search.answered == nil {
		return m.searchSoon(0)
	}
	return nil
}

// confirm asks before something that cannot be undone.
func (m *model) confirm(text string, answers ...answer) tea.Cmd {
	m.ask = &question{text, answers}
	return nil
}

func (m *model) askLeave() tea.Cmd {
	return m.confirm("Leave this jam for good? Your songs stay in the queue.", answer{"y", "leave", func(m *model) {
		m.leaving = true
		m.jam.Leave()
	}})
}

func (m *model) voteSkip() tea.Cmd {
	before, item := m.ballot.skip, m.room.Current.ID
	undo := func(m *model) { m.ballot.skip = before }
	if votedSkip(&m.state) {
		m.ballot.skip = ""
		m.do(wire.UnvoteSkip{}, nil, undo)
		return nil
	}
	m.ballot.skip = item
	m.do(wire.VoteSkip{}, nil, undo)
	return nil
}

func (m *model) upvote() tea.Cmd {
	id, before := m.selected().ID, upvoted(&m.state)
	undo := func(m *model) { m.ballot.mark(id, before) }
	m.ballot.mark(id, !before)
	if before {
		m.do(wire.Unupvote{QueueItemID: id}, nil, undo)
	} else {
		m.do(wire.Upvote{QueueItemID: id}, nil, undo)
	}
	return nil
}

func (b *ballot) mark(id string, yes bool) {
	if yes {
		b.upvotes[id] = true
	} else {
		delete(b.upvotes, id)
	}
}

// mayRemove says why the chosen song cannot be removed by this person, "" when it can.
func (s *state) mayRemove() string {
	item := s.selected()
	switch {
	case item == nil:
		return noItem
	case s.room.Rights.CanRemoveAny || s.room.Rights.CanRemoveOwn && s.mine(item):
		return ""
	case s.room.Rights.CanRemoveOwn:
		return "You can remove your own songs only."
	}
	return "Only the host removes songs."
}

func (m *model) remove() tea.Cmd {
	m.do(wire.RemoveTrack{QueueItemID: m.selected().ID}, nil, nil)
	return nil
}

func (m *model) playPause() tea.Cmd {
	if m.room.Playback.Playing {
		m.do(wire.Pause{}, nil, nil)
	} else {
		m.do(wire.Play{}, nil, nil)
	}
	return nil
}

func (m *model) skip() tea.Cmd {
	m.do(wire.Skip{}, nil, nil)
	return nil
}

func (m *model) back() tea.Cmd  { return m.seek(-seekBy) }
func (m *model) forth() tea.Cmd { return m.seek(seekBy) }

// seek shows the new place at once, so that the next key counts from there.
func (m *model) seek(by float64) tea.Cmd {
	before := m.room.Playback
	to := int64(max(0, m.position()+by))
	if length := m.room.Current.TrackInfo.DurationMS; length > 0 {
		to = min(to, length)
	}
	m.room.Playback.PositionMS, m.room.Playback.AtMS = to, int64(math.Round(m.clock.at(m.now)))
	m.do(wire.Seek{PositionMS: to}, nil, func(m *model) { m.room.Playback = before })
	return nil
}

func (m *model) louder() tea.Cmd  { return m.volume(volumeBy) }
func (m *model) quieter() tea.Cmd { return m.volume(-volumeBy) }

func (m *model) volume(by int) tea.Cmd {
	before := m.room.Playback.Volume
	m.room.Playback.Volume = max(0, min(100, before+by))
	m.do(wire.SetVolume{Volume: m.room.Playback.Volume}, nil, func(m *model) { m.room.Playback.Volume = before })
	m.tell(fmt.Sprintf("Volume %d", m.room.Playback.Volume), false)
	return nil
}

func (m *model) playNow() tea.Cmd {
	m.do(wire.PlayNow{QueueItemID: m.selected().ID}, nil, nil)
	return nil
}

// moveUp and moveDown name the item to stand before, which does not race with what others do.
func (m *model) moveUp() tea.Cmd {
	if i := m.queue.at; i > 0 {
		m.reorder(wire.OptionalID{ID: m.room.Upcoming[i-1].ID, Set: true})
	}
	return nil
}

func (m *model) moveDown() tea.Cmd {
	i, before := m.queue.at, wire.OptionalID{Set: true}
	if i+1 >= len(m.room.Upcoming) {
		return nil
	}
	if i+2 < len(m.room.Upcoming) {
		before.ID = m.room.Upcoming[i+2].ID
	}
	m.reorder(before)
	return nil
}

func (m *model) reorder(before wire.OptionalID) {
	m.do(wire.Reorder{QueueItemID: m.selected().ID, Before: before}, nil, nil)
}

// asking is who the keys to let in and turn away mean: the chosen one, else the first.
func (m *model) asking() wire.JamParticipant {
	if one := m.person(); one != nil && one.part == atDoor {
		return one.JamParticipant
	}
	return m.room.Pending[0]
}

func (m *model) approve() tea.Cmd {
	m.do(wire.ApproveJoin{ParticipantID: m.asking().ID}, nil, nil)
	return nil
}

func (m *model) deny() tea.Cmd {
	m.do(wire.DenyJoin{ParticipantID: m.asking().ID}, nil, nil)
	return nil
}

func (m *model) mute() tea.Cmd {
	one, rights := m.person(), json.RawMessage(`{"can_chat":false}`)
	said := one.DisplayName + " is muted: no chat and no reactions from them."
	if !one.Permissions.CanChat {
		rights, said = json.RawMessage(`{"can_chat":null}`), one.DisplayName+" may chat as the settings say."
	}
	m.do(wire.SetPermissions{ParticipantID: one.ID, Permissions: rights}, func(m *model) { m.tell(said, false) }, nil)
	return nil
}

func (m *model) setRole() tea.Cmd {
	one := m.person()
	role, said := wire.RoleMember, one.DisplayName+" is a member now, and known in the next jam, too."
	if one.Role == wire.RoleMember {
		role, said = wire.RoleGuest, one.DisplayName+" is a guest again."
	}
	m.do(wire.SetRole{ParticipantID: one.ID, Role: role}, func(m *model) { m.tell(said, false) }, nil)
	return nil
}

func (m *model) askKick() tea.Cmd {
	one := m.person()
	return m.confirm(fmt.Sprintf("Remove %s? They cannot come back unless you allow it.", cut(one.DisplayName, 20)),
		answer{"y", "remove", func(m *model) { m.do(wire.Kick{ParticipantID: one.ID}, nil, nil) }})
}

func (m *model) unban() tea.Cmd {
	m.do(wire.Unban{ParticipantID: m.person().ID}, nil, nil)
	return nil
}

func (m *model) askTransfer() tea.Cmd {
	one := m.person()
	return m.confirm(fmt.Sprintf("Make %s the host? They get every right of yours.", cut(one.DisplayName, 20)),
		answer{"y", "make host", func(m *model) { m.do(wire.TransferHost{ParticipantID: one.ID}, nil, nil) }})
}

// askEnd ends the jam; an end that a host announced is taken back.
func (m *model) askEnd() tea.Cmd {
	if m.room.Ending != nil && m.room.Ending.Reason == wire.EndedByHost {
		return m.confirm("Go on after all?", answer{"y", "keep going", func(m *model) { m.do(wire.EndSession{Cancel: true}, nil, nil) }})
	}
	in := 300
	return m.confirm("End the jam for everyone?",
		answer{"y", "end it now", func(m *model) { m.do(wire.EndSession{}, nil, nil) }},
		answer{"5", "in 5 minutes", func(m *model) { m.do(wire.EndSession{InSeconds: &in}, nil, nil) }})
}

// add asks for the chosen song; it stands in the queue at once, and is taken back when the host refuses.
func (m *model) add() tea.Cmd {
	if m.found.at >= len(m.search.tracks) {
		return nil
	}
	track := m.search.tracks[m.found.at]
	if m.queued(track.TrackID) && !m.room.Settings.AllowDuplicates {
		m.tell("That song is already in the queue", true)
		return nil
	}
	var id string
	gone := func(m *model) {
		m.adding = slices.DeleteFunc(m.adding, func(a adding) bool { return a.id == id })
	}
	id = m.do(wire.AddTrack{TrackID: track.TrackID}, func(m *model) {
		gone(m)
		m.tell(fmt.Sprintf("“%s” is in the queue", track.Title), false)
	}, gone)
	if id != "" {
		m.adding = append(m.adding, adding{id, track})
	}
	return nil
}

// send says what stands in the chat's field. The words of somebody who was too quick are not lost, unless they have written on.
func (m *model) send() tea.Cmd {
	said := clean(m.chat.editor.String())
	if said == "" {
		return nil
	}
	m.chat.editor.set("")
	m.chat.back = 0
	m.do(wire.Chat{Message: cleanTo(said, wire.MaxChat)}, nil, func(m *model) {
		if m.chat.editor.String() == "" {
			m.chat.editor.set(said)
		}
	})
	return nil
}

func (m *model) react(i int) {
	if all := reactions(); i < len(all) {
		m.do(wire.React{Emoji: all[i].emoji}, nil, nil)
	}
}
