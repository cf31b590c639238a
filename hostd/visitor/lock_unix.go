//go:build unix

package visitor

import (
	"errors"
	"os"
	"syscall"
	"time"
)

// lock holds the lock file for this opening of it, until unlock is called or the process ends.
func lock(path string, within time.Duration) (unlock func(), err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	for until := time.Now().Add(within); ; time.Sleep(lockEvery) {
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return func() { _ = f.Close() }, nil
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) && !errors.Is(err, syscall.EINTR) || time.Now().After(until) {
			_ = f.Close()
			return nil, err
		}
	}
}
