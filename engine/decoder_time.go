package engine

import "time"

// ReadTime reads a time of RFC 3339: that of UTC with at most nine digits of a second by
// hand, all others with json/v2.
func ReadTime(d *Decoder, p *time.Time) bool {
	if d.peek() != '"' || len(d.b)-d.i < len(`"2006-01-02T15:04:05Z"`) {
		return d.other(p)
	}
	b := d.b[d.i+1:]
	bad := (b[4] ^ '-') | (b[7] ^ '-') | (b[10] ^ 'T') | (b[13] ^ ':') | (b[16] ^ ':')
	two := func(i int) int {
		t, u := b[i]-'0', b[i+1]-'0'
		if t > 9 || u > 9 {
			bad = 1
		}
		return int(t)*10 + int(u)
	}
	year, month, day, hour, minute, second := two(0)*100+two(2), two(5), two(8), two(11), two(14), two(17)
	i, ns := 19, 0
	if b[i] == '.' {
		unit := 100_000_000
		for i = 20; i < len(b) && b[i]-'0' <= 9; i++ {
			ns += int(b[i]-'0') * unit
			unit /= 10
		}
	}
	if bad != 0 || month > 12 || hour > 23 || minute > 59 || second > 59 || i == 20 || i > 29 || i+1 >= len(b) || b[i] != 'Z' || b[i+1] != '"' {
		return d.other(p)
	}
	t := time.Date(year, time.Month(month), day, hour, minute, second, ns, time.UTC)
	if t.Day() != day || month == 0 {
		return d.other(p)
	}
	*p = t
	d.i += i + 3
	return true
}
