package traffic

import (
	"fmt"
	"io"
)

// Indicators are hosts of ThreatConnect, as the array that a bulk download (under
// "indicator") or a batch file of the first version holds.
type Indicators struct {
	Count int
	Bulk  bool // the object of a bulk download, with what the service adds
}

// WriteTo streams the indicators.
func (s Indicators) WriteTo(w io.Writer) (int64, error) {
	out := &counter{w: w}
	if s.Bulk {
		_, _ = io.WriteString(out, `{"indicator":`)
	}
	_, _ = io.WriteString(out, "[")
	for i := 0; i < s.Count && out.err == nil; i++ {
		if i > 0 {
			_, _ = io.WriteString(out, ",")
		}
		added := ""
		if s.Bulk {
			added = fmt.Sprintf(`"id":%d,"ownerName":"Example Organization","dateAdded":"2026-01-15T10:00:00Z","lastModified":"2026-01-15T11:00:00Z",`+
				`"webLink":"https://tc.example.com/auth/indicators/details/host.xhtml?host=host%d.example.com","source":"https://feed.example.com/","description":"Seen in a lure of the example campaign",`, i+1, i)
		}
		fmt.Fprintf(out, `{%s"type":"Host","summary":"host%d.example.com","rating":3.0,"confidence":80,"tag":[{"name":"example"},{"name":"tour"}],"attribute":[{"type":"Description","value":"Seen in a lure"}]}`, added, i)
	}
	_, _ = io.WriteString(out, "]")
	if s.Bulk {
		_, _ = io.WriteString(out, "}")
	}
	return out.n, out.err
}
