package sandbox

import (
	"errors"
	"io/fs"
	"os"
	"time"

	"github.com/threatclients/threatclients-go/conformance/exchange"
)

// folder is a folder of exchanges that may change while the server runs.
type folder struct {
	dir, api string
	alone    bool // the folder may hold the files of this API without a folder of their own

	list   []*exchange.Exchange
	looked time.Time
	state  [2]int64 // newest change and count of what was read
}

// lookEvery is how often the folder is looked at.
const lookEvery = 500 * time.Millisecond

// read loads the folder when it has changed, and says whether it has.
func (f *folder) read() (changed bool, err error) {
	if f.dir == "" || time.Since(f.looked) < lookEvery {
		return false, nil
	}
	f.looked = time.Now()
	below := f.api
	if _, err := os.Stat(f.dir + "/" + below); errors.Is(err, fs.ErrNotExist) && f.alone {
		below = "."
	}
	var state [2]int64
	fsys := os.DirFS(f.dir)
	err = fs.WalkDir(fsys, below, func(_ string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err == nil {
			state = [2]int64{max(state[0], info.ModTime().UnixNano()), state[1] + 1}
		}
		return err
	})
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil // nothing for this API
	}
	if err != nil || state == f.state {
		return false, err
	}
	list, err := exchange.Load(fsys, below)
	if err != nil {
		return false, err
	}
	f.list, f.state = list, state
	return true, nil
}
