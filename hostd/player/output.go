package player

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"time"
)

// retryEvery is how often a lost audio output is tried again.
const retryEvery = 2 * time.Second

// output is what is known about the audio device. A file that mpv cannot make
// heard for want of a device is not to blame, but a file can also be one that
// no device takes. So a moment of silence is played in its stead: if that
// fails, too, the output is lost and is tried until it is back; if it works,
// the file gets one more chance and then an error.
type output struct {
	lost    bool      // OutputLost was reported
	probing bool      // cur is the silence
	retryAt time.Time // when lost and not probing
	suspect string    // the item that failed before a probe that worked

	devices []Output // that there are now
	away    bool     // OutputAway was reported

	noLimiter bool // this FFmpeg has none that keeps the time
}

// try finds out with a fresh mpv whether there is an audio output.
func (d *deck) try(c *ipc) error {
	if err := d.attach(c); err != nil {
		return err
	}
	if err := d.startProbe(); err != nil {
		return err
	}
	for d.output.probing {
		m, ok := c.next()
		if !ok {
			select {
			case m, ok = <-c.lines:
				if !ok {
					return errGone
				}
			case <-c.closed:
				return errClosing
			}
		}
		if err := d.handle(m); err != nil {
			return err
		}
	}
	if d.output.lost {
		return ErrNoOutput
	}
	return nil
}

// startProbe replaces everything in mpv by a moment of silence.
func (d *deck) startProbe() error {
	var options []option
	if !d.output.noLimiter {
		options = append(options, option{"af", filters(1, 0, true)})
	}
	e, err := d.loadFile("hex://"+hex.EncodeToString(silence()), "replace", options...)
	if err != nil {
		return err
	}
	if e == nil {
		return fmt.Errorf("mpv refused to load the silence that tries the output")
	}
	e.probe = true
	d.cur, d.next, d.tail, d.gone = e, nil, nil, nil
	d.floor = e.id
	d.output.probing = true
	d.alive = time.Now()
	return nil
}

func (d *deck) probeWorked() error {
	d.output.probing = false
	d.foundOutput()
	return d.stop()
}

func (d *deck) probeFailed() {
	d.output.probing = false
	d.output.suspect = ""
	d.output.retryAt = time.Now().Add(retryEvery)
	d.cur, d.next = nil, nil
	d.lose(ErrNoOutput)
}

// lose reports once that nothing can be heard.
func (d *deck) lose(err error) {
	if d.output.lost {
		return
	}
	d.output.lost = true
	d.output.retryAt = time.Now().Add(retryEvery)
	d.out.send(Report{Kind: OutputLost, Item: d.heard.item, Position: d.heard.position, Err: err})
}

// foundOutput reports once that there is sound again.
func (d *deck) foundOutput() {
	if !d.output.lost {
		return
	}
	d.output.lost = false
	d.out.send(Report{Kind: OutputBack, Item: d.heard.item, Position: d.heard.position})
}

// silence is a WAV file of 20 ms, 48 kHz, stereo, 16 bits.
func silence() []byte {
	const (
		rate     = 48000
		channels = 2
		width    = 2 // bytes
		size     = rate / 50 * channels * width
	)
	b := append(make([]byte, 0, 44+size), "RIFF"...)
	b = binary.LittleEndian.AppendUint32(b, 36+size)
	b = append(b, "WAVEfmt "...)
	b = binary.LittleEndian.AppendUint32(b, 16)
	b = binary.LittleEndian.AppendUint16(b, 1) // PCM
	b = binary.LittleEndian.AppendUint16(b, channels)
	b = binary.LittleEndian.AppendUint32(b, rate)
	b = binary.LittleEndian.AppendUint32(b, rate*channels*width)
	b = binary.LittleEndian.AppendUint16(b, channels*width)
	b = binary.LittleEndian.AppendUint16(b, 8*width)
	b = append(b, "data"...)
	b = binary.LittleEndian.AppendUint32(b, size)
	return b[:44+size]
}
