package server

import (
	"soul-jam/hostd/library"
	"soul-jam/hostd/loudness"
)

// expect has measured what is about to be played and nobody knows the loudness of.
func (s *server) expect(ids []string) {
	if s.loudness != nil {
		s.loudness.Expect(ids)
	}
}

// measured is the library as the measuring of loudness wants it.
type measured struct{ forHouse }

// Location is what to measure.
func (m measured) Location(id string) (loudness.Source, error) {
	path, header, err := m.Place(id)
	return loudness.Source{Path: path, Header: header}, err
}

// Known tells whether tags or a measurement say how loud it is.
func (m measured) Known(id string) bool {
	sound, ok := m.Library.Sound(id)
	return ok && sound.Known
}

// Measured keeps what was found.
func (m measured) Measured(id string, found loudness.Measurement) {
	m.Library.Measured(id, library.Measured{LUFS: found.LUFS, PeakDB: found.PeakDB})
}
