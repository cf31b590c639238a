package jam

import "soul-jam/shared/wire"

// Passing is a message that changes nothing and is not kept: to one seat, or to
// all (To is "").
type Passing struct {
	To string
	wire.Message
}

func (j *Jam) tellAll(m wire.Message) { j.tellOne("", m) }

func (j *Jam) tellOne(seat string, m wire.Message) {
	j.entry.Passing = append(j.entry.Passing, Passing{To: seat, Message: m})
}

// notify adds a passing sentence for everyone.
func (j *Jam) notify(kind wire.NoticeKind, level wire.Level, message string, params map[string]any) {
	j.tellAll(wire.Notification{Kind: kind, Level: level, Message: message, Params: params})
}

// note is notify with params that are texts: key, value, key, value.
func (j *Jam) note(kind wire.NoticeKind, level wire.Level, message string, params ...string) {
	m := make(map[string]any, len(params)/2)
	for i := 0; i+1 < len(params); i += 2 {
		m[params[i]] = params[i+1]
	}
	j.notify(kind, level, message, m)
}

func (j *Jam) noteJoined(name string) {
	j.note(wire.NoticeJoined, wire.LevelInfo, name+" joined", "name", name)
}

// noteTrack is the sentence "Alex added “Song”".
func (j *Jam) noteTrack(kind wire.NoticeKind, level wire.Level, verb string, item wire.JamQueueItem, seat string) {
	by := j.people[seat].DisplayName
	j.note(kind, level, by+" "+verb+" "+quoted(item.TrackInfo), "track", item.TrackInfo.Title, "by", by)
}

// noteUpNext tells whoever added the song that plays next, and nobody else.
func (j *Jam) noteUpNext() {
	if len(j.upcoming) == 0 {
		return
	}
	if next := j.upcoming[0]; next.AddedBy != nil {
		j.tellOne(*next.AddedBy, wire.Notification{
			Kind: wire.NoticeUpNext, Level: wire.LevelInfo, Message: "You are up next: " + quoted(next.TrackInfo),
			Params: map[string]any{"track": next.TrackInfo.Title},
		})
	}
}

func quoted(t wire.TrackInfo) string { return "“" + t.Title + "”" }
