package server

import (
	"sync"

	"soul-jam/hostd/config"
)

// wifi keeps the network that guests may be shown the way into, in the configuration of a data directory.
type wifi struct {
	data string
	mu   sync.Mutex // held from reading the file to writing it
}

// Wifi is what is kept now.
func (w *wifi) Wifi() (config.Wifi, error) {
	c, err := config.Load(w.data)
	return c.Wifi, err
}

// SetWifi changes it; what edit refuses is not written.
func (w *wifi) SetWifi(edit func(config.Wifi) (config.Wifi, error)) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	c, err := config.Load(w.data)
	if err == nil {
		c.Wifi, err = edit(c.Wifi)
	}
	if err != nil {
		return err
	}
	return config.Save(w.data, c)
}
