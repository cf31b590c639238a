package server

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"soul-jam/hostd/store"
	"soul-jam/shared/wire"
)

// dataTroubles are about what is on disk.
func (s *server) dataTroubles() []wire.Trouble {
	var out []wire.Trouble
	if t, so := diskTrouble(s.house.View().Disk, s.cfg.Data); so {
		out = append(out, t)
	}
	if t, so := startTrouble(s.start); so {
		out = append(out, t)
	}
	return out
}

// diskTrouble tells why the last change could not be saved; nil = it was.
func diskTrouble(err error, folder string) (wire.Trouble, bool) {
	switch {
	case err == nil:
		return wire.Trouble{}, false
	case errors.Is(err, store.ErrDiskFull):
		return trouble(wire.TroubleDiskFull, "Changes are not saved, because the disk is full: the music goes on, and everything else once there is room", "folder", folder), true
	case errors.Is(err, store.ErrAway):
		return trouble(wire.TroubleDataAway, fmt.Sprintf("Changes are not saved, because the folder %s is gone, or what was in it: put it back, or start hostd again", folder), "folder", folder), true
	}
	// The log has the details: they are in no person's words.
	reason := strings.TrimPrefix(store.Unsaved(err), "Not saved: ")
	return trouble(wire.TroubleNotSaved, "Changes are not saved: "+reason, "folder", folder, "reason", reason), true
}

// startTrouble tells what happened to the data file at the start. It stays until the next one: whoever comes to the console this evening is told.
func startTrouble(start store.Start) (wire.Trouble, bool) {
	switch {
	case start.Damage == "":
		return wire.Trouble{}, false
	case start.Restored.IsZero() && start.Kept == "":
		return trouble(wire.TroubleDataLost, "The data file was missing, and there was no good snapshot of it: hostd began anew", "reason", start.Damage), true
	case start.Restored.IsZero():
		return trouble(wire.TroubleDataLost, fmt.Sprintf("The data file was damaged, and there was no good snapshot of it: hostd began anew; the damaged one is kept at %s", start.Kept),
			"kept", start.Kept, "reason", start.Damage), true
	}
	at := start.Restored.UTC().Format(time.RFC3339)
	if start.Kept == "" {
		return trouble(wire.TroubleDataRestored, fmt.Sprintf("The data file was missing, so what was saved on %s took its place", start.Restored.Local().Format("2 Jan 15:04")),
			"at", at, "reason", start.Damage), true
	}
	return trouble(wire.TroubleDataRestored, fmt.Sprintf("The data file was damaged, so what was saved on %s took its place; the damaged one is kept at %s",
		start.Restored.Local().Format("2 Jan 15:04"), start.Kept), "at", at, "kept", start.Kept, "reason", start.Damage), true
}
