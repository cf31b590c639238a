package jam

import "soul-jam/shared/wire"

// note adds a passing sentence to the entry; params come as key, value, key, value.
func (j *Jam) note(kind wire.NoticeKind, level wire.Level, message string, params ...string) {
	m := make(map[string]string, len(params)/2)
	for i := 0; i+1 < len(params); i += 2 {
		m[params[i]] = params[i+1]
	}
	j.entry.Notices = append(j.entry.Notices, wire.Notification{Kind: kind, Level: level, Message: message, Params: m})
}

func (j *Jam) noteJoined(name string) {
	j.note(wire.NoticeJoined, wire.LevelInfo, name+" joined", "name", name)
}

// noteTrack is the sentence "Alex added “Song”".
func (j *Jam) noteTrack(kind wire.NoticeKind, level wire.Level, verb string, item wire.JamQueueItem, seat string) {
	by := j.people[seat].DisplayName
	j.note(kind, level, by+" "+verb+" "+quoted(item.TrackInfo), "track", item.TrackInfo.Title, "by", by)
}

func quoted(t wire.TrackInfo) string { return "“" + t.Title + "”" }
