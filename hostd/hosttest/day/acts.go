package day

import (
	"fmt"
	"strings"
	"time"

	"soul-jam/hostd/terminal"
	"soul-jam/shared/wire"
)

// enough songs wait: people add no more then.
const enough = 40

// act has somebody do something.
func (w *world) act(p *person) {
	if !p.here() {
		return
	}
	room, _ := p.sees()
	if p.hosts && w.chance(50) {
		w.lead(p, room)
		return
	}
	switch n := w.dice.IntN(100); {
	case n < 40 && len(room.Upcoming) < enough:
		p.do(w.song())
	case n < 55:
		w.chatter(p)
	case n < 65:
		if id := w.upcoming(room); id != "" {
			p.do(wire.Upvote{QueueItemID: id})
		}
	case n < 70:
		if id := w.upcoming(room); id != "" {
			p.do(wire.Unupvote{QueueItemID: id})
		}
	case n < 80:
		p.do(wire.VoteSkip{})
	case n < 83:
		p.do(wire.UnvoteSkip{})
	case n < 88:
		p.do(wire.React{Emoji: "🎉"})
	case n < 93:
		p.do(wire.Search{Q: fmt.Sprintf("Song %d", w.dice.IntN(10))})
	case n < 96:
		w.takeBack(p, room)
	case n < 98:
		p.do(wire.Ping{T0: float64(time.Now().UnixMilli())})
	case len(room.Upcoming) < enough: // in a rush, beyond what the rates allow
		for range 14 {
			p.do(w.song())
		}
	}
}

func (w *world) song() wire.Command {
	return wire.AddTrack{TrackID: fmt.Sprint("s", w.dice.IntN(songs))}
}

func (w *world) chatter(p *person) {
	p.do(wire.Chat{Message: fmt.Sprintf("%s says something, the %dth of today", p.name, w.dice.IntN(100_000))})
}

func (w *world) upcoming(room terminal.Room) string {
	if len(room.Upcoming) == 0 {
		return ""
	}
	return room.Upcoming[w.dice.IntN(len(room.Upcoming))].ID
}

// takeBack removes one's own song.
func (w *world) takeBack(p *person, room terminal.Room) {
	for _, item := range room.Upcoming {
		if item.AddedBy != nil && *item.AddedBy == room.Me {
			p.do(wire.RemoveTrack{QueueItemID: item.ID})
			return
		}
	}
}

// lead is what only a host does. Music that waits goes on.
func (w *world) lead(p *person, room terminal.Room) {
	switch n := w.dice.IntN(9); {
	case !room.Playback.Playing:
		p.do(wire.Play{})
	case n == 0:
		p.do(wire.Skip{})
	case n == 1:
		p.do(wire.Seek{PositionMS: w.dice.Int64N(200_000)})
	case n == 2:
		p.do(wire.SetVolume{Volume: w.dice.IntN(101)})
	case n == 3:
		p.do(wire.Pause{})
		w.in(w.about(time.Minute), func() {
			if p.here() {
				p.do(wire.Play{})
			}
		})
	case n == 4:
		w.change(p)
	default:
		w.arrange(p, room, n)
	}
}

// arrange changes the queue by hand.
func (w *world) arrange(p *person, room terminal.Room, how int) {
	id := w.upcoming(room)
	at := w.dice.IntN(10)
	switch {
	case id == "":
	case how == 5:
		p.do(wire.PlayNow{QueueItemID: id})
	case how == 6:
		p.do(wire.RemoveTrack{QueueItemID: id})
	default:
		p.do(wire.Reorder{QueueItemID: id, NewPosition: &at})
	}
}

// change changes a setting; what people may do is given back after a while.
func (w *world) change(p *person) {
	of := []string{
		`{"queue_order":"fair"}`, `{"queue_order":"votes"}`, `{"queue_order":"fifo"}`, `{"skip_threshold":0.3}`, `{"skip_threshold":0.7}`,
		`{"name":"A longer day"}`, `{"guest_can_skip_vote":false}`, `{"allow_chat":false}`,
	}
	to := of[w.dice.IntN(len(of))]
	p.do(wire.UpdateSettings{Settings: []byte(to)})
	if strings.Contains(to, "false") {
		w.in(w.about(5*time.Minute), func() {
			if p.here() {
				p.do(wire.UpdateSettings{Settings: []byte(strings.Replace(to, "false", "true", 1))})
			}
		})
	}
}

// wander has somebody leave, or close the page, and come back later. The host stays.
func (w *world) wander(p *person) {
	if !p.here() || p.trouble != "" || p.hosts {
		return
	}
	if w.chance(40) {
		w.count("somebody leaves")
		p.leave()
	} else {
		w.count("somebody closes the page")
		p.quit()
	}
	w.in(w.between(time.Minute, 25*time.Minute), func() {
		if !p.here() {
			p.come()
			p.calm = time.Now()
		}
	})
}
