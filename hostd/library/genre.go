package library

import (
	"strconv"
	"strings"
)

const (
	// maxGenres is the most genres kept of one track; maxGenreRunes is how long
	// the name of one may be, in characters. A longer one is no genre.
	maxGenres     = 8
	maxGenreRunes = 60
	// genreSeparator stands between the genres of a track.
	genreSeparator = "; "
)

// numberedGenres are the genres that ID3 knows by number, from 0 (the list of ID3v1
// with Winamp's additions).
const numberedGenres = "Blues|Classic Rock|Country|Dance|Disco|Funk|Grunge|Hip-Hop|Jazz|Metal|New Age|Oldies|Other|Pop|R&B|Rap|Reggae|" +
	"Rock|Techno|Industrial|Alternative|Ska|Death Metal|Pranks|Soundtrack|Euro-Techno|Ambient|Trip-Hop|Vocal|" +
	"Jazz+Funk|Fusion|Trance|Classical|Instrumental|Acid|House|Game|Sound Clip|Gospel|Noise|Alternative Rock|Bass|" +
	"Soul|Punk|Space|Meditative|Instrumental Pop|Instrumental Rock|Ethnic|Gothic|Darkwave|Techno-Industrial|" +
	"Electronic|Pop-Folk|Eurodance|Dream|Southern Rock|Comedy|Cult|Gangsta|Top 40|Christian Rap|Pop/Funk|Jungle|" +
	"Native American|Cabaret|New Wave|Psychedelic|Rave|Showtunes|Trailer|Lo-Fi|Tribal|Acid Punk|Acid Jazz|Polka|" +
	"Retro|Musical|Rock & Roll|Hard Rock|Folk|Folk-Rock|National Folk|Swing|Fast Fusion|Bebop|Latin|Revival|Celtic|" +
	"Bluegrass|Avantgarde|Gothic Rock|Progressive Rock|Psychedelic Rock|Symphonic Rock|Slow Rock|Big Band|Chorus|" +
	"Easy Listening|Acoustic|Humour|Speech|Chanson|Opera|Chamber Music|Sonata|Symphony|Booty Bass|Primus|" +
	"Porn Groove|Satire|Slow Jam|Club|Tango|Samba|Folklore|Ballad|Power Ballad|Rhythmic Soul|Freestyle|Duet|" +
	"Punk Rock|Drum Solo|A capella|Euro-House|Dance Hall|Goa|Drum & Bass|Club-House|Hardcore|Terror|Indie|Britpop|" +
	"Punk|Polsk Punk|Beat|Christian Gangsta Rap|Heavy Metal|Black Metal|Crossover|Contemporary Christian|" +
	"Christian Rock|Merengue|Salsa|Thrash Metal|Anime|JPop|Synthpop|Christmas|Art Rock|Baroque|Bhangra|Big Beat|" +
	"Breakbeat|Chillout|Downtempo|Dub|EBM|Eclectic|Electro|Electroclash|Emo|Experimental|Garage|Global|IDM|" +
	"Illbient|Industro-Goth|Jam Band|Krautrock|Leftfield|Lounge|Math Rock|New Romantic|Nu-Breakz|Post-Punk|" +
	"Post-Rock|Psytrance|Shoegaze|Space Rock|Trop Rock|World Music|Neoclassical|Audiobook|Audio Theatre|" +
	"Neue Deutsche Welle|Podcast|Indie Rock|G-Funk|Dubstep|Garage Rock|Psybient"

// numberedGenre gives the name of a genre of ID3, empty when there is no such number.
func numberedGenre(n int) string {
	i := 0
	for name := range strings.SplitSeq(numberedGenres, "|") {
		if i == n {
			return name
		}
		i++
	}
	return ""
}

// addGenre adds the genres in a tag's value: several may stand there, with
// semicolons, and ID3 writes "17", "(17)" and "(17)Rock" for "Rock".
func addGenre(genres []string, value string) []string {
	for g := range strings.SplitSeq(value, ";") {
		g = strings.TrimSpace(g)
		for strings.HasPrefix(g, "(") {
			number, rest, ok := strings.Cut(g[1:], ")")
			n, err := strconv.Atoi(number)
			if !ok || err != nil {
				break
			}
			if g = strings.TrimSpace(rest); g == "" || strings.HasPrefix(g, "(") {
				genres = oneGenre(genres, numberedGenre(n))
			}
		}
		if n, err := strconv.Atoi(g); err == nil {
			g = numberedGenre(n)
		}
		genres = oneGenre(genres, g)
	}
	return genres
}

func oneGenre(genres []string, g string) []string {
	g = cleanText(g)
	if g == "" || len(genres) >= maxGenres || len([]rune(g)) > maxGenreRunes {
		return genres
	}
	for _, have := range genres {
		if strings.EqualFold(have, g) {
			return genres
		}
	}
	return append(genres, g)
}
