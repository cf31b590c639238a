package jam

func (s *stage) history() {
	h := s.world.jam.History()
	s.say("%d people, %d tracks", h.ParticipantCount, h.TrackCount)
	for _, t := range h.Tracks {
		by := "autoplay"
		if t.AddedBy != nil {
			by = *t.AddedBy
		}
		s.say("%s %s by %s skipped=%v %s", t.PlayedAt.Format("15:04:05"), t.TrackID, by, t.Skipped, t.Outcome)
	}
	if h.EndedAt != nil {
		s.say("ended %s %s", h.EndedAt.Format("15:04:05"), *h.EndReason)
	}
}
