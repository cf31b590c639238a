package player

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

const (
	// maxOutputs is how many devices are listed at most.
	maxOutputs = 64
	// maxOutputName bounds a device's name and its description, in bytes.
	maxOutputName = 512
	// systemOutput is mpv's name for the system's choice.
	systemOutput = "auto"
)

// outputs is an answer to MPV.Outputs.
type outputs struct {
	list []Output
	err  error
}

// Outputs implements Player. While mpv is being started again it waits.
func (m *MPV) Outputs(ctx context.Context) ([]Output, error) {
	answer := make(chan outputs, 1) // so that a caller who has left holds nobody up
	select {
	case m.asks <- answer:
	case <-ctx.Done():
		return nil, fmt.Errorf("ask mpv for its outputs: %w", ctx.Err())
	case <-m.done:
		return nil, fmt.Errorf("ask mpv for its outputs: %w", errClosing)
	}
	select {
	case a := <-answer:
		return a.list, a.err
	case <-ctx.Done():
		return nil, fmt.Errorf("ask mpv for its outputs: %w", ctx.Err())
	case <-m.done:
		return nil, fmt.Errorf("ask mpv for its outputs: %w", errClosing)
	}
}

func (d *deck) listOutputs(ask chan<- outputs) error {
	data, err := d.ipc.call(listCommand("get_property", "audio-device-list"))
	if err != nil {
		ask <- outputs{err: fmt.Errorf("ask mpv for its outputs: %w", err)}
		var refused *refusedError
		if errors.As(err, &refused) {
			return nil
		}
		return err
	}
	list, err := decodeOutputs(data)
	ask <- outputs{list, err}
	return nil
}

// decodeOutputs reads mpv's audio-device-list, whose descriptions come from
// devices that anybody can plug in or switch on nearby.
func decodeOutputs(data []byte) ([]Output, error) {
	var devices []struct{ Name, Description string }
	if err := json.Unmarshal(data, &devices); err != nil {
		return nil, fmt.Errorf("read mpv's list of outputs: %w", err)
	}
	var list []Output
	for _, device := range devices {
		if !worthListing(device.Name) || checkOutput(device.Name) != nil || len(list) == maxOutputs {
			continue
		}
		words := strings.Map(printable, strings.ToValidUTF8(device.Description, ""))
		if words == "" || len(words) > maxOutputName {
			words = device.Name
		}
		list = append(list, Output{Name: device.Name, Description: words})
	}
	return list, nil
}

// worthListing leaves out what is no device: the system's choice, SDL (a way to
// the same devices), and ALSA's converters, which name no card ("alsa/upmix").
func worthListing(name string) bool {
	driver, device, named := strings.Cut(name, "/")
	return name != systemOutput && driver != "sdl" && (driver != "alsa" || !named || strings.Contains(device, ":"))
}

// checkOutput lets no name through that is none, nor mpv's output to a file.
func checkOutput(name string) error {
	driver, _, _ := strings.Cut(name, "/")
	switch {
	case name == "" || len(name) > maxOutputName || strings.ToValidUTF8(name, "") != name || strings.Map(printable, name) != name:
		return errors.New("the name of the output cannot be one")
	case driver == "pcm":
		return errors.New("a file is no output")
	}
	return nil
}

// printable drops control characters.
func printable(r rune) rune {
	if r < ' ' || r >= 0x7f && r < 0xa0 {
		return -1
	}
	return r
}

// onDevices: a device has come or gone. When one goes, a sound server moves what
// plays to another by itself, and mpv never hears of it; nobody moves it back.
func (d *deck) onDevices(data []byte) error {
	list, err := decodeOutputs(data)
	if err != nil {
		d.log.Debug("outputs came or went", "err", err)
		return nil
	}
	d.output.devices = list
	if !d.followDevice() || !d.movable() || d.output.lost {
		return nil
	}
	return d.move("ao-reload")
}

// movable says that something sounds which has to go on elsewhere where it is.
func (d *deck) movable() bool { return d.cur != nil && d.cur.sounding && !d.seeking && d.tail == nil }

// move has mpv open an output by that command and goes on where the sound is
// now: what the former device held and had not played would be left out.
func (d *deck) move(command ...any) error {
	at, err := d.askPosition(d.heard.position)
	if err != nil {
		return err
	}
	if err := d.tell(command...); err != nil {
		return err
	}
	return d.seekTo(at)
}

// followDevice says when the chosen device goes and when it is there again, which is when it returns true.
func (d *deck) followDevice() (home bool) {
	named := d.device != "" && d.device != systemOutput
	away := named && d.output.devices != nil && !slices.ContainsFunc(d.output.devices, func(o Output) bool { return o.Name == d.device })
	if away == d.output.away {
		return false
	}
	d.output.away = away
	kind := OutputHome
	if away {
		kind = OutputAway
	}
	d.out.send(Report{Kind: kind, Item: d.heard.item, Position: d.heard.position})
	return !away
}

// choose makes mpv use that output. mpv opens it at once if something sounds;
// when that fails it says so as of any output that is gone.
func (d *deck) choose(name string) error {
	if name == "" && d.device == "" {
		return nil // as mpv was started
	}
	if name == "" {
		name = systemOutput
	}
	if name == d.device {
		return nil
	}
	d.device = name
	d.followDevice()
	if err := checkOutput(name); err != nil {
		d.log.Warn("an output was asked for that is none, what was used stays", "err", err)
		return nil
	}
	d.output.suspect = ""
	d.output.retryAt = time.Now() // if one is lost, this one may do
	if !d.movable() {
		return d.tell("set_property", "audio-device", name)
	}
	return d.move("set_property", "audio-device", name)
}
