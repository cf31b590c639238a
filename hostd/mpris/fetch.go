//go:build linux

package mpris

import "context"

// picture is a fetched cover.
type picture struct {
	item string
	data []byte
	err  error
}

// fetch begins to get the cover of the item that plays.
func (v *visit) fetch(ctx context.Context) {
	v.fetching()
	v.fetching = func() {}
	v.cover, v.pictured = "", ""
	if v.now.ItemID == "" || v.now.Art == nil || v.covers.dir == "" {
		return
	}
	v.pictured = v.now.ItemID
	ctx, cancel := context.WithTimeout(ctx, orderTime)
	v.fetching = cancel
	p, art := picture{item: v.now.ItemID}, v.now.Art
	v.fetchers.Go(func() {
		defer cancel()
		p.data, p.err = art(ctx)
		select {
		case <-ctx.Done():
		case v.arts <- p:
		}
	})
}

// hang shows a fetched cover, when its item still plays.
func (v *visit) hang(p picture) {
	if p.item != v.pictured {
		return
	}
	if p.err == nil {
		v.cover, p.err = v.covers.put(p.data)
	}
	if p.err != nil {
		v.config.Log.Debug("the desktop gets no cover", "err", p.err)
	}
}
