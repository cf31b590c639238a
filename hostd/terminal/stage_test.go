package terminal

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"soul-jam/hostd/visitor"
	"soul-jam/shared/wire"
)

// noon is when every story of the tests takes place.
func noon() time.Time { return time.Date(2025, 11, 22, 20, 0, 0, 0, time.UTC) }

func ref[T any](v T) *T { return &v }

func track(n int, title, artist, album string, seconds int64) wire.TrackInfo {
	return wire.TrackInfo{TrackID: fmt.Sprintf("t%d", n), Title: title, Artist: artist, Album: album, DurationMS: seconds * 1000}
}

// tracks are the library of the stories, with names that are hard on columns.
func tracks() []wire.TrackInfo {
	return []wire.TrackInfo{
		track(0, "So What", "Miles Davis", "Kind of Blue", 562),
		track(1, "Blue in Green", "Bill Evans", "Kind of Blue", 337),
		track(2, "千と千尋の神隠し いつも何度でも", "木村弓", "Spirited Away", 215),
		track(3, "Für Elise", "Ludwig van Beethoven", "", 178),
		track(4, "Party 🎉🎉 (Club Mix, Extended, Remastered 2011)", "DJ Ünïcödé", "Hits", 421),
		track(5, "Paranoid Android", "Radiohead", "OK Computer", 387),
		track(6, "Águas de Março", "Elis Regina & Tom Jobim", "Elis & Tom", 212),
		track(7, "Space Oddity", "David Bowie", "David Bowie", 315),
		track(8, "한국의 봄", "아이유", "", 200),
	}
}

func item(n int, by string) wire.JamQueueItem {
	t := tracks()[n]
	i := wire.JamQueueItem{ID: fmt.Sprintf("i%d", n), TrackID: t.TrackID, TrackInfo: t, AddedAt: wire.At(noon())}
	if by != "" {
		i.AddedBy = &by
	}
	return i
}

func guestRights() wire.JamPermissions {
	return wire.JamPermissions{CanAddToQueue: true, CanRemoveOwn: true, CanVoteSkip: true, CanChat: true}
}

func hostRights() wire.JamPermissions {
	return wire.JamPermissions{CanAddToQueue: true, CanRemoveOwn: true, CanRemoveAny: true, CanReorder: true, CanSkip: true,
		CanKick: true, CanVoteSkip: true, CanChat: true, CanControl: true, CanSetVolume: true}
}

func somebodyCalled(id, name string, role wire.Role, path wire.Path, here bool) wire.JamParticipant {
	p := wire.JamParticipant{ID: id, DisplayName: name, Role: role, Permissions: guestRights(), Connected: here, Path: path, JoinedAt: wire.At(noon())}
	if role == wire.RoleHost {
		p.Permissions = hostRights()
	}
	return p
}

// friday is a jam in full swing, as Alice sees it.
func friday() wire.Joined {
	settings := wire.DefaultSettings()
	settings.Name = ref("Friday night")
	queue := []wire.JamQueueItem{item(8, "bob"), item(0, "bob"), item(1, "me"), item(2, "bob"), item(3, ""), item(4, "zoe"), item(5, "me")}
	queue[0].PlayedAt, queue[1].PlayedAt = ref(wire.At(noon().Add(-10*time.Minute))), ref(wire.At(noon().Add(-83*time.Second)))
	queue[3].Upvotes, queue[4].Pinned, queue[5].Upvotes = 2, true, 12
	why := func(n int, reason wire.WhyReason, turn int) wire.Why {
		return wire.Why{ItemID: fmt.Sprintf("i%d", n), Reason: reason, Params: wire.WhyParams{Turn: turn}}
	}
	line := func(id, name, text string, ago time.Duration) wire.ChatLine {
		return wire.ChatLine{From: name, FromID: id, Message: text, At: wire.At(noon().Add(-ago))}
	}
	return wire.Joined{
		Session: wire.JamSession{
			ID: "s", ShareCode: "HQRS-2K4M", Settings: settings, Queue: queue, CurrentIndex: 1, IsActive: true, State: wire.StateActive, Seq: 40,
			Participants: []wire.JamParticipant{
				somebodyCalled("host", "Hanna", wire.RoleHost, wire.PathLAN, true), somebodyCalled("me", "Alice", wire.RoleMember, wire.PathDirect, true),
				somebodyCalled("bob", "Bob", wire.RoleGuest, wire.PathRelayed, true), somebodyCalled("zoe", "Zoë 花子", wire.RoleGuest, wire.PathLAN, false),
			},
			ParticipantCount: 4,
			Playback:         wire.Playback{Playing: true, PositionMS: 23_000, AtMS: noon().Add(-time.Minute).UnixMilli(), Volume: 80},
			SkipVote:         &wire.SkipVote{QueueItemID: "i0", Votes: 1, Required: 2, Eligible: 4},
			Chat: []wire.ChatLine{
				line("host", "Hanna", "Welcome everybody!", 9*time.Minute), line("bob", "Bob", "この曲いいね 🎉", 5*time.Minute),
				line("me", "Alice", "More jazz, please. And then something that one can dance to, because my feet have been waiting for an hour.", 2*time.Minute),
			},
			QueueOrder: wire.QueueOrder{Order: []string{"i1", "i2", "i3", "i4", "i5"}, Why: []wire.Why{
				why(1, wire.WhyTurn, 2), why(2, wire.WhyTurn, 2), why(3, wire.WhyPinned, 0), why(4, wire.WhyTurn, 2), why(5, wire.WhyTurn, 3)}},
		},
		ParticipantID: ref("me"), Permissions: guestRights(), ResumeToken: ref("token"), ServerTimeMS: noon().UnixMilli(),
	}
}

func raw(m wire.Message, seq uint64) json.RawMessage {
	b, err := wire.Encode(m, seq)
	if err != nil {
		panic(err) // a test that cannot go on
	}
	return b
}

func joinedLine() visitor.Line {
	return visitor.Line{State: visitor.Joined, Path: "direct", Code: "HQRS-2K4M", HostName: "Hanna", Verified: true, Known: true,
		Words: []string{"amber", "tiger", "lake", "moon"}}
}

// A visit is a jam.
var _ Jam = (*visitor.Visit)(nil)

// stage is a host made of answers, for one guest.
type stage struct {
	updates chan visitor.Update
	ids     int
	seq     uint64
	jam     wire.Joined
	asked   []wire.Command
	// mute: nothing is answered.
	mute bool
}

func newStage() *stage {
	return &stage{updates: make(chan visitor.Update, 1000), seq: 40, jam: friday()}
}

func (s *stage) Updates() <-chan visitor.Update { return s.updates }

func (s *stage) line(l visitor.Line) { s.updates <- visitor.Update{Line: &l} }

func (s *stage) say(m wire.Message) { s.updates <- visitor.Update{Message: raw(m, 0)} }

func (s *stage) event(m wire.Message) {
	s.seq++
	s.updates <- visitor.Update{Message: raw(m, s.seq)}
}

func (s *stage) Leave() {
	s.line(visitor.Line{State: visitor.Over, Said: "You left the jam."})
	close(s.updates)
}

// Do answers as a host would, as far as the stories need it.
func (s *stage) Do(c wire.Command) string {
	s.ids++
	id := fmt.Sprintf("c%d", s.ids)
	if _, ping := c.(wire.Ping); !ping {
		s.asked = append(s.asked, c)
	}
	if s.mute {
		return id
	}
	switch c := c.(type) {
	case wire.Ping:
		s.say(wire.Pong{T0: c.T0, T1: noon().UnixMilli()})
	case wire.Search:
		var found []wire.TrackInfo
		for _, t := range tracks() {
			if strings.Contains(strings.ToLower(t.Title+" "+t.Artist), strings.ToLower(c.Q)) {
				found = append(found, t)
			}
		}
		s.say(wire.SearchResults{ID: id, Q: c.Q, Tracks: found})
		return id
	case wire.AddTrack:
		var n int
		fmt.Sscanf(c.TrackID, "t%d", &n)
		s.event(wire.TrackAdded{Item: item(n, "me"), By: ref("me"), Position: 5, Why: wire.Why{ItemID: fmt.Sprintf("i%d", n), Reason: wire.WhyTurn, Params: wire.WhyParams{Turn: 4}}})
	case wire.VoteSkip:
		s.event(wire.SkipVote{QueueItemID: "i0", Votes: 2, Required: 3, Eligible: 5})
	case wire.Chat:
		s.event(wire.ChatLine{From: "Alice", FromID: "me", Message: c.Message, At: wire.At(noon())})
	case wire.Upvote:
		s.event(wire.TrackUpdated{ItemID: c.QueueItemID, Upvotes: 3})
	case wire.RemoveTrack:
		s.event(wire.TrackRemoved{ItemID: c.QueueItemID, By: ref("me")})
	case wire.EndSession:
		s.event(wire.SessionEnded{Reason: wire.EndedByHost, Recap: &wire.Recap{TrackCount: 12, ParticipantCount: 4, DurationMS: 95 * 60_000,
			TopAdder: &wire.TopAdder{Name: "Bob", Tracks: 5}, TopTrack: &wire.RecapTrack{Title: "So What", Upvotes: 3}}})
		s.line(visitor.Line{State: visitor.Over, Said: "This jam has ended"})
	}
	s.say(wire.Ack{ID: id, Seq: s.seq})
	return id
}

// host gives Alice the rights of the host.
func (s *stage) host() {
	s.event(wire.ParticipantUpdated{Participant: somebodyCalled("host", "Hanna", wire.RoleMember, wire.PathLAN, true)})
	s.event(wire.ParticipantUpdated{Participant: somebodyCalled("me", "Alice", wire.RoleHost, wire.PathDirect, true)})
	s.say(wire.Granted{Role: wire.RoleHost, Permissions: hostRights()})
	s.say(wire.JoinRequested{Participant: somebodyCalled("zed", "Zed", wire.RoleGuest, wire.PathRelayed, true)})
}

// storyVariable makes the test's own program a terminal client of a stage; its value says what happens there.
const storyVariable = "SOUL_JAM_TERMINAL_STORY"

func TestMain(m *testing.M) {
	story := os.Getenv(storyVariable)
	if story == "" {
		os.Exit(m.Run())
	}
	if err := tell(story); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// tell runs one story in this process's terminal.
func tell(story string) error {
	if story == "ask" {
		name, ok, err := Ask(context.Background(), AskConfig{Code: "HQRS-2K4M", Server: "soul.example", Name: "Alice"})
		fmt.Printf("%q %v\n", name, ok)
		return err
	}
	s := newStage()
	switch story {
	case "friday", "host":
		s.line(joinedLine())
		s.say(s.jam)
		if story == "host" {
			s.host()
		}
	case "door":
		s.line(visitor.Line{State: visitor.Waiting, Code: "HQRS-2K4M", HostName: "Hanna", Words: joinedLine().Words})
		s.say(wire.JoinPending{Message: "The host decides.", Position: 2})
	}
	return Run(context.Background(), Config{Jam: s, Now: noon, Zone: time.UTC})
}
