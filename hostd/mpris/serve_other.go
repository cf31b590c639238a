//go:build !linux

package mpris

import "context"

// Serve does nothing: there is no MPRIS on this system.
func Serve(context.Context, Config) error { return nil }
