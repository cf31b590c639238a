package install

import "syscall"

// ownSession takes the terminal of whoever runs the tests away: xdg-open would start the program in that.
func ownSession() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }

func makePipe(path string) error { return syscall.Mkfifo(path, 0o600) }
