package rtc

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/pion/logging"
)

// quiet writes the library's log at debug level: most of its warnings are about what
// a stranger sent, and a stranger must not be able to fill the log.
type quiet struct{ log *slog.Logger }

// NewLogger is for one part of the library.
func (q quiet) NewLogger(scope string) logging.LeveledLogger {
	return quietly{q.log, scope}
}

type quietly struct {
	log   *slog.Logger
	scope string
}

func (q quietly) say(format string, args ...any) {
	if q.log.Enabled(context.Background(), slog.LevelDebug) {
		q.log.Debug(fmt.Sprintf(format, args...), "part", q.scope) //nolint:sloglint // the library's own words
	}
}

func (q quietly) Trace(string)              {}
func (q quietly) Tracef(string, ...any)     {}
func (q quietly) Debug(string)              {}
func (q quietly) Debugf(string, ...any)     {}
func (q quietly) Info(m string)             { q.say("%s", m) }
func (q quietly) Infof(f string, a ...any)  { q.say(f, a...) }
func (q quietly) Warn(m string)             { q.say("%s", m) }
func (q quietly) Warnf(f string, a ...any)  { q.say(f, a...) }
func (q quietly) Error(m string)            { q.say("%s", m) }
func (q quietly) Errorf(f string, a ...any) { q.say(f, a...) }
