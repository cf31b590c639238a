package server

import (
	"encoding/base64"

	"soul-jam/hostd/library"
	"soul-jam/shared/wire"
)

// music shows the library as the session, the guests and the API want to see it.
type music struct{ *library.Library }

// Cover gives a picture in one of two sizes.
func (m music) Cover(trackID string, large bool) (mime string, data []byte, ok bool) {
	size := library.Small
	if large {
		size = library.Large
	}
	art, err := m.Art(trackID, size)
	return art.MIME, art.Data, err == nil
}

// ArtData gives the large cover as a message.
func (m music) ArtData(trackID string) (wire.ArtData, bool) {
	mime, data, ok := m.Cover(trackID, true)
	text := base64.StdEncoding.EncodeToString(data)
	return wire.ArtData{TrackID: trackID, Mime: mime, Data: text}, ok && len(text) <= wire.MaxArtData
}
