package library

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"math"
	"os"
	"sync"

	"golang.org/x/image/draw"
)

// Size is how large a cover is wanted.
type Size int

// The sizes, in pixels of the longer side. A smaller cover is not blown up.
const (
	Small Size = 96
	Large Size = 480
)

const (
	// maxPixels is the longest side of a picture that is decoded, in pixels.
	maxPixels = 4096
	// maxDecoded is how much a decoded picture may weigh, in bytes: maxPixels a side
	// with 4 bytes each.
	maxDecoded = 64 << 20
	// maxArtText is the longest cover as base64, in bytes: the protocol's
	// art_data carries at most 48 KiB.
	maxArtText = 48<<10 - 1
	// artCacheBytes is how much the covers in memory may weigh, in bytes.
	artCacheBytes = 4 << 20
)

// Art is a cover, made anew: no byte of the original is passed on.
type Art struct {
	MIME string // always image/jpeg
	Data []byte // under 36 KiB; not to be changed
}

// Art gives the cover of a track: the picture in its file, else the picture
// file in its folder. ErrUnknownTrack, ErrNoArt, or why it could not be read.
func (l *Library) Art(id string, size Size) (Art, error) {
	if size != Small {
		size = Large
	}
	t := l.now.Load().track(id)
	if t == nil {
		return Art{}, ErrUnknownTrack
	}
	if !t.hasArt() {
		return Art{}, ErrNoArt
	}
	if data := l.art.get(t, size); data != nil {
		return Art{"image/jpeg", data}, nil
	}
	// One at a time: a picture of 4096 pixels takes 100 MB while it is decoded.
	l.art.decoding <- struct{}{}
	defer func() { <-l.art.decoding }()
	if data := l.art.get(t, size); data != nil {
		return Art{"image/jpeg", data}, nil
	}
	original, err := l.original(t)
	if err != nil {
		return Art{}, err
	}
	small, large, err := remake(original)
	if err != nil {
		return Art{}, err
	}
	l.art.put(t, Small, small)
	l.art.put(t, Large, large)
	if size == Small {
		return Art{"image/jpeg", small}, nil
	}
	return Art{"image/jpeg", large}, nil
}

// original reads the picture as it is stored.
func (l *Library) original(t *track) ([]byte, error) {
	for _, p := range t.Places {
		if name, ok := p.server(); ok {
			return l.served(name, t.Cover.Rel)
		}
		if t.Flags&embedded != 0 {
			f, err := l.inspect.read(context.Background(), p.Dir, p.Rel, true)
			if err == nil && f.picture != nil {
				return f.picture, nil
			}
			continue
		}
		b, err := guarded(context.Background(), &l.inspect, func(stop func() error) ([]byte, error) {
			return readPictureFile(p.Dir, t.Cover.Rel, stop)
		})
		if err == nil {
			return b, nil
		}
	}
	return nil, ErrNoArt
}

// served asks a server for a picture.
func (l *Library) served(name, coverID string) ([]byte, error) {
	s := l.source(name)
	if s == nil {
		return nil, ErrNoArt
	}
	ctx, cancel := context.WithTimeout(context.Background(), coverTime)
	defer cancel()
	b, err := s.Cover(ctx, coverID)
	if err != nil || len(b) > maxPicture {
		return nil, errors.Join(ErrNoArt, err)
	}
	return b, nil
}

func readPictureFile(dir, rel string, stop func() error) ([]byte, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	f, info, err := openRegular(root, rel)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info.Size() > maxPicture {
		return nil, ErrNoArt
	}
	return newProbe(f, info.Size(), stop).exactly(0, int(info.Size()))
}

// remake decodes a picture, when it is a JPEG or PNG of acceptable size, and
// makes the two sizes of it. What kind it is its first bytes tell: decoders
// that other packages registered have no say.
func remake(original []byte) (small, large []byte, err error) {
	defer func() {
		if recover() != nil {
			small, large, err = nil, nil, ErrNoArt
		}
	}()
	config, decode := jpeg.DecodeConfig, jpeg.Decode
	switch pictureKind(original) {
	case "jpeg":
	case "png":
		config, decode = png.DecodeConfig, png.Decode
	default:
		return nil, nil, ErrNoArt
	}
	c, err := config(bytes.NewReader(original))
	if err != nil || len(original) > maxPicture || !decodable(c) {
		return nil, nil, ErrNoArt
	}
	img, err := decode(io.Reader(bytes.NewReader(original)))
	if err != nil {
		return nil, nil, ErrNoArt
	}
	mid := shrink(img, int(Large))
	if large, err = fit(mid); err != nil {
		return nil, nil, err
	}
	small, err = fit(shrink(mid, int(Small)))
	return small, large, err
}

// decodable tells pictures that may be decoded, by what their first bytes say of them.
func decodable(c image.Config) bool {
	return c.Width > 0 && c.Height > 0 && c.Width <= maxPixels && c.Height <= maxPixels && c.Width*c.Height*bytesOf(c.ColorModel) <= maxDecoded
}

// bytesOf gives how much a pixel weighs at most.
func bytesOf(m color.Model) int {
	switch m {
	case color.NRGBA64Model, color.RGBA64Model:
		return 8
	}
	return 4
}

// shrink scales a picture down to at most side pixels, on white where it was
// transparent.
func shrink(img image.Image, side int) *image.RGBA {
	b := img.Bounds()
	w, h := b.Dx(), b.Dy()
	if longer := max(w, h); longer > side {
		scale := float64(side) / float64(longer)
		w = max(1, int(math.Round(float64(w)*scale)))
		h = max(1, int(math.Round(float64(h)*scale)))
	}
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(out, out.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.BiLinear.Scale(out, out.Bounds(), img, b, draw.Over, nil)
	return out
}

// fit encodes a picture so that its base64 is within maxArtText: with less and
// less quality, then with fewer pixels.
func fit(img *image.RGBA) ([]byte, error) {
	for range 6 {
		for _, quality := range []int{85, 75, 65, 50, 35} {
			var b bytes.Buffer
			if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: quality}); err != nil {
				return nil, errors.Join(ErrNoArt, err)
			}
			if base64.StdEncoding.EncodedLen(b.Len()) <= maxArtText {
				return b.Bytes(), nil
			}
		}
		img = shrink(img, max(img.Bounds().Dx(), img.Bounds().Dy())*3/4)
	}
	return nil, ErrNoArt
}

// artCache keeps covers that were asked for lately.
type artCache struct {
	decoding chan struct{} // holds one token

	mu    sync.Mutex // guards the rest
	items map[artKey]artItem
	bytes int
	clock uint64
}

type artKey struct {
	id   string
	size Size
}

type artItem struct {
	track *track // of which it was made: an edited track has another
	data  []byte
	used  uint64
}

func (a *artCache) get(t *track, size Size) []byte {
	a.mu.Lock()
	defer a.mu.Unlock()
	k := artKey{t.ID, size}
	it, ok := a.items[k]
	if !ok || it.track != t {
		return nil
	}
	a.clock++
	it.used = a.clock
	a.items[k] = it
	return it.data
}

func (a *artCache) put(t *track, size Size, data []byte) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.items == nil {
		a.items = make(map[artKey]artItem)
	}
	k := artKey{t.ID, size}
	a.clock++
	a.bytes += len(data) - len(a.items[k].data)
	a.items[k] = artItem{t, data, a.clock}
	for a.bytes > artCacheBytes {
		oldest := k
		for k, it := range a.items {
			if it.used < a.items[oldest].used {
				oldest = k
			}
		}
		a.bytes -= len(a.items[oldest].data)
		delete(a.items, oldest)
	}
}

// drop forgets the covers of a track that has changed.
func (a *artCache) drop(id string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, size := range []Size{Small, Large} {
		k := artKey{id, size}
		a.bytes -= len(a.items[k].data)
		delete(a.items, k)
	}
}
