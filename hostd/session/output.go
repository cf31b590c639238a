package session

import (
	"context"
	"fmt"
	"slices"

	"soul-jam/hostd/player"
	"soul-jam/shared/wire"
)

// outputName is what the store remembers the chosen output under.
const outputName = "output"

func (h *House) recallOutput() error {
	name, err := h.cfg.Store.Remembered(outputName)
	if err != nil {
		return err
	}
	h.output = string(name)
	return nil
}

// Outputs tells where the music can be heard, and what was chosen.
func (h *House) Outputs(ctx context.Context) (wire.OutputList, error) {
	list := wire.OutputList{Outputs: []wire.Output{}}
	outputs, err := h.cfg.Player.Outputs(ctx)
	if err != nil {
		return list, fmt.Errorf("ask the player for its outputs: %w", err)
	}
	for _, o := range outputs {
		list.Outputs = append(list.Outputs, wire.Output(o))
	}
	err = h.call(ctx, func(*batch) { list.Chosen = h.output })
	return list, err
}

// ChooseOutput moves the sound to one of the outputs, "" to the system's choice, and remembers it. known is false when there is none of that name.
func (h *House) ChooseOutput(ctx context.Context, name string) (known bool, err error) {
	outputs, err := h.cfg.Player.Outputs(ctx)
	if err != nil {
		return false, fmt.Errorf("ask the player for its outputs: %w", err)
	}
	there := name == "" || slices.ContainsFunc(outputs, func(o player.Output) bool { return o.Name == name })
	called := h.call(ctx, func(*batch) {
		if known = there || name == h.output; !known {
			return
		}
		if err = h.cfg.Store.Remember(outputName, []byte(name)); err == nil {
			h.output = name
		}
	})
	if called != nil {
		return known, called
	}
	return known, err
}
