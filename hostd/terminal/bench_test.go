package terminal

import (
	"strings"
	"testing"

	"soul-jam/shared/wire"
)

// BenchmarkUpdate is what one message costs with everything full: 500 songs, 2,000 people, and 100 long lines of chat in sight.
func BenchmarkUpdate(b *testing.B) {
	s := newStage()
	m := newModel(s, noon, kit{colour: true, unicode: true})
	j := friday()
	for range 494 {
		j.Session.Queue = append(j.Session.Queue, item(2, "bob"))
	}
	for range 100 {
		j.Session.Chat = append(j.Session.Chat, wire.ChatLine{From: "Zoë 花子", FromID: "zoe", Message: strings.Repeat("日本語 ", 125)})
	}
	l := joinedLine()
	m.moved(l)
	m.hear(0, j)
	m.size = point{200, 60}
	for i := range 2000 {
		m.room.Apply(raw(wire.ParticipantJoined{Participant: somebodyCalled(string(rune(0x4e00+i)), "x", wire.RoleGuest, wire.PathLAN, true)}, uint64(50+i)))
	}
	for b.Loop() {
		m.Update(update{{Message: raw(wire.Reaction{FromID: "bob", Emoji: "x"}, 0)}})
		m.View()
	}
}
