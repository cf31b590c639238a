//go:build linux

package mpris

import (
	"context"
	"time"

	"github.com/godbus/dbus/v5"
)

// always is a property that never changes.
func always(name, signature string, value any) property {
	return property{name: name, value: signature, changes: "const", get: func(shown) any { return value }}
}

// rootMethods is org.mpris.MediaPlayer2.
func rootMethods() []method {
	return []method{
		{name: "Raise", order: func(d *desk, _ []any) (order, *dbus.Error) { return d.raise, nil }},
		{name: "Quit", order: func(*desk, []any) (order, *dbus.Error) { return nil, nil }}, // does nothing while CanQuit is false, as the specification has it
	}
}

func rootProperties() []property {
	return []property{
		always("CanQuit", "b", false),
		{name: "CanRaise", value: "b", changes: "const", get: func(s shown) any { return s.raise }},
		always("HasTrackList", "b", false),
		always("Identity", "s", "Soul Jam"),
		always("DesktopEntry", "s", "soul-jam"), // as hostd/install writes it
		always("SupportedUriSchemes", "as", []string{}),
		always("SupportedMimeTypes", "as", []string{}),
	}
}

// playerMethods is org.mpris.MediaPlayer2.Player. Whether something can be done is looked at when its turn comes.
func playerMethods() []method {
	simple := func(name string, pick func(d *desk) order) method {
		return method{name: name, order: func(d *desk, _ []any) (order, *dbus.Error) { return pick(d), nil }}
	}
	return []method{
		simple("Next", func(d *desk) order { return d.next }),
		simple("Previous", func(d *desk) order { return d.previous }),
		simple("Play", func(d *desk) order { return d.play }),
		simple("Pause", func(d *desk) order { return d.pause }),
		simple("PlayPause", func(d *desk) order { return d.playPause }),
		simple("Stop", func(d *desk) order { return d.pause }),
		{name: "Seek", in: args("Offset", "x"), order: func(d *desk, args []any) (order, *dbus.Error) {
			offset := args[0].(int64)
			return func(ctx context.Context) error { return d.seek(ctx, offset) }, nil
		}},
		{name: "SetPosition", in: args("TrackId", "o", "Position", "x"), order: func(d *desk, args []any) (order, *dbus.Error) {
			track, position := args[0].(dbus.ObjectPath), args[1].(int64)
			return func(ctx context.Context) error { return d.setPosition(ctx, track, position) }, nil
		}},
		{name: "OpenUri", in: args("Uri", "s"), order: func(*desk, []any) (order, *dbus.Error) {
			return nil, failed("NotSupported", "songs are added in the jam")
		}},
	}
}

func playerProperties() []property {
	told := func(name, signature string, get func(s shown) any) property {
		return property{name: name, value: signature, changes: "true", get: get}
	}
	rate := always("Rate", "d", 1.0)
	rate.set = (*desk).setRate
	loudness := told("Volume", "d", func(s shown) any { return volume(s.now.Volume) })
	loudness.set = (*desk).setVolume
	return []property{
		told("PlaybackStatus", "s", func(s shown) any { return s.status() }),
		rate,
		told("Metadata", "a{sv}", func(s shown) any { return s.metadata() }),
		loudness,
		{name: "Position", value: "x", changes: "false", get: func(s shown) any {
			if !s.any() {
				return int64(0)
			}
			return s.now.at(s.at).Microseconds()
		}},
		always("MinimumRate", "d", 1.0),
		always("MaximumRate", "d", 1.0),
		told("CanGoNext", "b", func(s shown) any { return s.canNext() }),
		told("CanGoPrevious", "b", func(s shown) any { return s.controlled() }),
		told("CanPlay", "b", func(s shown) any { return s.canPlay() }),
		told("CanPause", "b", func(s shown) any { return s.controlled() }),
		told("CanSeek", "b", func(s shown) any { return s.controlled() }),
		always("CanControl", "b", true),
	}
}

func (d *desk) raise(ctx context.Context) error {
	if d.config.Raise == nil {
		return nil
	}
	return d.config.Raise(ctx)
}

func (d *desk) next(ctx context.Context) error {
	if !d.inform().canNext() {
		return nil
	}
	return d.remote.Next(ctx)
}

func (d *desk) previous(ctx context.Context) error {
	if !d.inform().controlled() {
		return nil
	}
	return d.remote.SeekTo(ctx, 0)
}

func (d *desk) play(ctx context.Context) error {
	if !d.inform().canPlay() {
		return nil
	}
	return d.remote.Play(ctx)
}

func (d *desk) pause(ctx context.Context) error {
	if !d.inform().controlled() {
		return nil
	}
	return d.remote.Pause(ctx)
}

func (d *desk) playPause(ctx context.Context) error {
	switch s := d.inform(); {
	case !s.canPlay():
		return errNoControl
	case s.any() && s.now.Playing:
		return d.remote.Pause(ctx)
	default:
		return d.remote.Play(ctx)
	}
}

func (d *desk) seek(ctx context.Context, offset int64) error {
	s := d.inform()
	if !s.controlled() {
		return nil
	}
	position, beyond := moved(s.now, s.at, offset)
	if beyond {
		return d.next(ctx)
	}
	return d.remote.SeekTo(ctx, position)
}

// setPosition does nothing for another item, or beyond its ends: the desktop showed something that was over.
func (d *desk) setPosition(ctx context.Context, track dbus.ObjectPath, position int64) error {
	s := d.inform()
	length := s.now.Length
	if length <= 0 {
		length = 24 * time.Hour // not known
	}
	if !s.controlled() || track != trackPath(s.now.ItemID) || position < 0 || position > length.Microseconds() {
		return nil
	}
	return d.remote.SeekTo(ctx, time.Duration(position)*time.Microsecond)
}

// setRate takes no rate but pauses at 0, as the specification wants it.
func (d *desk) setRate(value any) (order, *dbus.Error) {
	if value.(float64) != 0 {
		return nil, nil
	}
	return d.pause, nil
}

func (d *desk) setVolume(value any) (order, *dbus.Error) {
	loudness, ok := percent(value.(float64))
	if !ok {
		return nil, failed("InvalidArgs", "the volume is a number from 0 to 1")
	}
	return func(ctx context.Context) error {
		if !d.inform().now.CanControl {
			return errNoControl
		}
		return d.remote.SetVolume(ctx, loudness)
	}, nil
}
