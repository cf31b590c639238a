package library

// maxPageSamples is more than one page of an Ogg file can hold: 255 packets of
// 8192 samples.
const maxPageSamples = 255 * 8192

// oggStart is how the sound of a stream begins.
type oggStart struct {
	at    int64 // granule of its first page
	again int64 // samples before the point where the count begins anew
}

// isVorbisHead tells whether a page begins with the first header of Vorbis. There
// are files (in Debian's hyperrogue-music, too) with the headers a second time
// where the sound should begin. FFmpeg, and so the player, refuses them.
func isVorbisHead(p *probe, g oggPage) bool {
	const head = "\x01vorbis"
	b, err := p.upTo(g.data, len(head))
	return err == nil && string(b) == head
}

// oggAgain looks at the page after the first one with sound. When that counts from
// before where the first one ended, as where those second headers follow a page of
// sound, what they have in common is heard twice.
func oggAgain(p *probe, g oggPage) int64 {
	const noPacketEnds = -1
	next := g
	for range 4 { // there may be pages of other streams between
		var err error
		if next, err = readOggPage(p, next.end); err != nil {
			return 0
		}
		if next.serial == g.serial && next.granule != noPacketEnds {
			return min(max(0, g.granule-next.granule), maxPageSamples)
		}
	}
	return 0
}
