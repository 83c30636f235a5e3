package client

import "time"

// UnixTime is an instant in Unix seconds, such as the key of a time slot in a report. It
// can be the key of a map.
type UnixTime int64

// Time is the instant in UTC.
func (t UnixTime) Time() time.Time { return time.Unix(int64(t), 0).UTC() }
