//go:build !unix

package player

import (
	"context"
	"errors"
)

// process stands for a running mpv, which there never is here.
type process struct{ ipc *ipc }

// startProcess fails: mpv is controlled over an inherited socket, which this
// system does not offer.
func startProcess(context.Context, Config) (*process, error) {
	return nil, errors.New("mpv cannot be controlled on this system")
}

func (p *process) end()              {}
func (p *process) pid() int          { return 0 }
func (p *process) lastWords() string { return "" }
