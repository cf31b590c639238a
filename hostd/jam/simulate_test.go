package jam

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"soul-jam/shared/wire"
)

// TestSimulation lets people do what they like, badly connected, for some thousand
// steps a seed. After each step the invariants of world hold; every 100 steps,
// and at every restart, the replay is equal.
func TestSimulation(t *testing.T) {
	for seed := range uint64(5) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			settings := wire.DefaultSettings()
			settings.AllowDuplicates, settings.MaxParticipants = seed%2 == 0, 12
			s := &crowd{world: newWorld(t, settings, chance(byte(seed))), dice: rand.New(rand.NewPCG(seed, 1))}
			for i := range 2000 {
				s.moment()
				if err := s.sound(); err != nil {
					t.Fatalf("step %d, %s: %v", i, s.last, err)
				}
				if i%100 == 0 {
					s.check()
				}
				if why, _ := s.jam.Ended(); why != "" {
					s.check()
					t.Logf("ended after %d steps: %s", i, why)
					break
				}
			}
			s.check()
			if s.refused == 0 || s.done < 20 {
				t.Errorf("%d commands done, %d refused: this simulates nothing", s.done, s.refused)
			}
		})
	}
}

// crowd is a world in which everybody acts at random.
type crowd struct {
	*world
	dice          *rand.Rand
	last          string
	joins         int
	done, refused int
}

// seat is somebody's, most of the time of one who is in the list.
func (s *crowd) seat() string { return s.jam.arrival[s.dice.IntN(len(s.jam.arrival))].ID }

// item is an upcoming one as a rule, else the current one, a played one or nonsense.
func (s *crowd) item() string {
	j := s.jam
	switch n := s.dice.IntN(10); {
	case n < 7 && len(j.upcoming) > 0:
		return j.upcoming[s.dice.IntN(len(j.upcoming))].ID
	case n < 9 && j.current != nil:
		return j.current.ID
	case len(j.played) > 0:
		return j.played[s.dice.IntN(len(j.played))].ID
	}
	return "nonsense"
}

// moment is one thing that happens.
func (s *crowd) moment() {
	s.last = "time"
	switch n := s.dice.IntN(100); {
	case n < 12:
		s.pass(time.Duration(s.dice.Int64N(int64(2 * time.Minute))))
	case n < 15:
		s.pass(time.Duration(s.dice.Int64N(int64(12 * time.Minute))))
	case n < 16:
		s.crash()
	case n < 24:
		s.arrive()
	default:
		seat, id := s.seat(), ""
		if s.dice.IntN(2) == 0 {
			id = fmt.Sprint(s.dice.IntN(400))
		}
		c := s.something()
		if houseOnlyRule(c) {
			seat, id = "", ""
		}
		s.try(seat, id, c)
	}
}

func houseOnlyRule(c Command) bool {
	switch c.(type) {
	case Drop, Return, TrackEnded, Position:
		return true
	}
	return false
}

func (s *crowd) try(seat, id string, c Command) {
	s.last = fmt.Sprintf("%s %s %T %+v", seat, id, c, c)
	if _, refusal := s.step(seat, id, c); refusal != nil {
		s.refused++
		return
	}
	s.done++
}

// arrive lets somebody join, now and then as the host or again with the same key.
func (s *crowd) arrive() {
	s.joins++
	token := fmt.Sprint("token ", s.joins)
	s.tokens = append(s.tokens, token)
	names := []string{"", "Ann", "ann", "Αnn", "Ben", "\u202eBen", "Cid", "Hanna"}
	s.try("", "", Admit{
		DisplayName: names[s.dice.IntN(len(names))], Host: s.dice.IntN(6) == 0, Token: token, Path: wire.PathLAN,
		JoinKey: []string{"", "key 1", "key 2", "key 3"}[s.dice.IntN(4)],
	})
}

// crash is a restart of hostd, with or without a fresh sign of life.
func (s *crowd) crash() {
	s.check()
	m := Mark{At: wire.At(s.now), PositionMS: s.jam.PositionMS(s.now)}
	if c := s.jam.Sound().Current; c != nil {
		m.Item = c.ID
	}
	s.now = s.now.Add(time.Duration(s.dice.Int64N(int64(29 * time.Minute))))
	s.restart()
	s.try("", "", Reopen{Mark: m})
}

func (s *crowd) something() Command {
	position := s.dice.IntN(8) - 1
	switch s.dice.IntN(24) {
	case 0, 1, 2, 3, 4, 5, 6:
		return Add{Track: library(fmt.Sprint("t", s.dice.IntN(60)))}
	case 7:
		return Add{}
	case 8, 9:
		return Remove{QueueItemID: s.item()}
	case 10, 11:
		return Move{QueueItemID: s.item(), NewPosition: &position}
	case 12:
		return Move{QueueItemID: s.item(), Before: wire.OptionalID{ID: s.item(), Set: true}}
	case 13:
		return PlayNow{QueueItemID: s.item()}
	case 14:
		return Skip{}
	case 15:
		return TrackEnded{Item: s.item(), Failed: s.dice.IntN(2) == 0, Reason: "it is broken"}
	case 16:
		return Position{Item: s.item(), PositionMS: s.dice.Int64N(200_000)}
	case 17:
		return []Command{Play{}, Pause{}, Seek{PositionMS: s.dice.Int64N(200_000) - 10}, SetVolume{Volume: s.dice.IntN(104) - 2}}[s.dice.IntN(4)]
	case 18:
		return Drop{Seat: s.seat()}
	case 19:
		return []Command{Away{}, Back{}, Leave{}}[s.dice.IntN(3)]
	case 20, 21:
		return s.comeBack()
	case 22:
		return UpdateSettings{Settings: json.RawMessage(fmt.Sprintf(`{"guest_can_control":%v,"allow_guests":%v,"max_queue_per_person":%d}`,
			s.dice.IntN(2) == 0, s.dice.IntN(4) > 0, s.dice.IntN(5)))}
	}
	if s.dice.IntN(1500) == 0 {
		return End{}
	}
	return Play{}
}

// comeBack resumes with some token that was valid once.
func (s *crowd) comeBack() Command {
	for range 10 {
		if len(s.tokens) == 0 {
			break
		}
		used := s.tokens[s.dice.IntN(len(s.tokens))]
		if seat, ok := s.jam.SeatOf(used); ok {
			s.joins++
			token := fmt.Sprint("token ", s.joins)
			s.tokens = append(s.tokens, token)
			return Return{Seat: seat, Used: used, Token: token, Path: []wire.Path{wire.PathLAN, wire.PathDirect}[s.dice.IntN(2)]}
		}
	}
	return Return{Seat: "nobody", Token: "stolen"}
}
