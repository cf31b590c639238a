package visitor

import (
	"syscall"
	"time"
)

// lock opens the lock file for nobody else, until unlock is called or the process ends.
func lock(path string, within time.Duration) (unlock func(), err error) {
	name, err := syscall.UTF16PtrFromString(path)
	if err != nil {
		return nil, err
	}
	for until := time.Now().Add(within); ; time.Sleep(lockEvery) {
		const sharedWithNobody = 0
		f, err := syscall.CreateFile(name, syscall.GENERIC_READ|syscall.GENERIC_WRITE, sharedWithNobody, nil, syscall.OPEN_ALWAYS, syscall.FILE_ATTRIBUTE_NORMAL, 0)
		if err == nil {
			return func() { _ = syscall.CloseHandle(f) }, nil
		}
		if time.Now().After(until) {
			return nil, err
		}
	}
}
