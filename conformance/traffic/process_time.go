//go:build unix

package traffic

import (
	"syscall"
	"time"
)

// ProcessTime is the CPU time of this process so far, or 0 where the system does not say.
func ProcessTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
