package jam

import (
	"time"

	"soul-jam/shared/wire"
)

// playedItem is an item of the past.
type playedItem struct {
	wire.JamQueueItem
	outcome wire.Outcome
}

func (p playedItem) skipped() bool {
	return p.outcome == wire.OutcomeSkipped || p.outcome == wire.OutcomeVotedOut
}

// began is all that began to play, in order, also what plays now.
func (j *Jam) began() []playedItem {
	if j.current == nil {
		return j.played
	}
	return append(j.played[:len(j.played):len(j.played)], playedItem{JamQueueItem: *j.current})
}

// adder is the name of who added an item, nil for autoplay.
func (j *Jam) adder(item wire.JamQueueItem) *string {
	if item.AddedBy == nil {
		return nil
	}
	name := j.people[*item.AddedBy].DisplayName
	return &name
}

// History is the jam as the host's archive keeps it.
func (j *Jam) History() wire.HistoryDetail {
	h := wire.HistoryDetail{HistoryRow: wire.HistoryRow{
		ID: j.founded.ID, Name: j.settings.Name, ShareCode: j.founded.ShareCode, CreatedAt: j.founded.CreatedAt,
		ParticipantCount: len(j.arrival),
	}, Tracks: []wire.HistoryTrack{}}
	if j.ended != "" {
		at, why, recap := wire.At(j.endedAt), j.ended, j.recap(j.endedAt)
		h.EndedAt, h.EndReason, h.Recap = &at, &why, &recap
	}
	for _, p := range j.began() {
		h.Tracks = append(h.Tracks, wire.HistoryTrack{
			TrackInfo: p.TrackInfo, AddedAt: p.AddedAt, PlayedAt: *p.PlayedAt, AddedBy: j.adder(p.JamQueueItem),
			Upvotes: p.Upvotes, Skipped: p.skipped(), Outcome: p.outcome,
		})
	}
	h.TrackCount = len(h.Tracks)
	return h
}

// recap looks back. Of two who added as many, and of two songs with as many votes, the first counts.
func (j *Jam) recap(now time.Time) wire.Recap {
	items := j.began()
	r := wire.Recap{
		TrackCount: len(items), ParticipantCount: len(j.arrival), DurationMS: now.Sub(j.founded.CreatedAt.Time).Milliseconds(),
		Tracks: []wire.RecapTrack{},
	}
	added := map[string]int{}
	for i, p := range items {
		track := wire.RecapTrack{Title: p.TrackInfo.Title, Artist: p.TrackInfo.Artist, AddedBy: j.adder(p.JamQueueItem), Upvotes: p.Upvotes, Skipped: p.skipped()}
		if len(items)-i <= wire.RecapTracks {
			r.Tracks = append(r.Tracks, track)
		}
		if track.Upvotes > 0 && (r.TopTrack == nil || track.Upvotes > r.TopTrack.Upvotes) {
			r.TopTrack = &track
		}
		if p.AddedBy != nil {
			added[*p.AddedBy]++
		}
	}
	for _, p := range j.arrival {
		if n := added[p.ID]; n > 0 && (r.TopAdder == nil || n > r.TopAdder.Tracks) {
			r.TopAdder = &wire.TopAdder{Name: p.DisplayName, Tracks: n}
		}
	}
	return r
}
