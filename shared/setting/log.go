package setting

import (
	"fmt"
	"io"
	"log/slog"
)

// Log is the log that --log-format (text or json) and --log-level (debug, info, warn or error) ask for.
func Log(out io.Writer, format, level string) (*slog.Logger, error) {
	var l slog.Level
	if err := l.UnmarshalText([]byte(level)); err != nil {
		return nil, fmt.Errorf("--log-level should be debug, info, warn or error, not %q", level)
	}
	options := slog.HandlerOptions{Level: l}
	switch format {
	case "text":
		return slog.New(slog.NewTextHandler(out, &options)), nil
	case "json":
		return slog.New(slog.NewJSONHandler(out, &options)), nil
	}
	return nil, fmt.Errorf("--log-format should be text or json, not %q", format)
}
