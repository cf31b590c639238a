//go:build unix && !linux

package loudness

func limitMemory(int) {}
