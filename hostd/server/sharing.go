package server

import (
	"encoding/json"
	"errors"
	"fmt"

	"soul-jam/hostd/library"
	"soul-jam/shared/wire"
)

// sharingName is what the store remembers the rules of sharing under.
const sharingName = "sharing"

// mostGenres are offered to be chosen from, those of most songs.
const mostGenres = 200

// Share makes other rules hold and remembers them: what cannot be remembered does not hold.
func (m forGuests) Share(rules wire.Sharing) *wire.Error {
	content, err := json.Marshal(rules)
	if err == nil {
		err = m.remember(sharingName, content)
	}
	if err == nil {
		err = m.Library.Share(library.Sharing(rules))
	}
	switch {
	case errors.Is(err, library.ErrSharing):
		return wire.Refuse(wire.CodeBadRequest)
	case err != nil:
		return wire.Refuse(wire.CodeInternal)
	}
	return nil
}

// recallSharing makes the rules hold that were remembered.
func (s *server) recallSharing() error {
	content, err := s.store.Remembered(sharingName)
	if err != nil || content == nil {
		return err
	}
	var rules library.Sharing
	if err := json.Unmarshal(content, &rules); err != nil {
		return fmt.Errorf("read what is shared: %w", err)
	}
	return s.library.Share(rules)
}

// Sharing is the rules, and what they can name.
func (m forGuests) Sharing() wire.SharingStatus {
	rules := m.Library.Sharing()
	st := wire.SharingStatus{
		Sharing: wire.Sharing(rules), Blocked: []wire.TrackInfo{}, Shared: m.Library.Shared().Tracks(), Tracks: m.Library.Everything().Tracks(),
		Choices: wire.Choices{Folders: choices(m.Folders()), Genres: choices(m.Genres()), Playlists: m.Playlists()},
	}
	st.Choices.Genres = st.Choices.Genres[:min(len(st.Choices.Genres), mostGenres)]
	for _, list := range []*[]string{&st.Folders, &st.Playlists, &st.Genres, &st.BlockedTracks, &st.BlockedArtists} {
		if *list == nil {
			*list = []string{}
		}
	}
	for _, id := range rules.BlockedTracks {
		if t, ok := m.Track(id); ok {
			st.Blocked = append(st.Blocked, t)
		}
	}
	return st
}

func choices(counts []library.Count) []wire.Choice {
	all := make([]wire.Choice, len(counts))
	for i, c := range counts {
		all[i] = wire.Choice(c)
	}
	return all
}
