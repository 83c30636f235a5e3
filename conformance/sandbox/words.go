package sandbox

import "strings"

// windowWords are what the SIEM APIs of Proofpoint say of a window, by what the rules of the document say.
var windowWords = []struct{ parameter, reason, words string }{
	{"interval", "spans less than", "The requested interval is too short"},
	{"interval", "ends in the future", "The requested interval is still current"},
	{"interval", "begins more than", "The requested start time is too far into the past"},
	{"sinceTime", "spans more than", "The sinceTime parameter gives a time too far into the past"},
}

// worded puts the words of the service before a reason, since clients look for them.
func (sv *apiServer) worded(c *call, reason string) string {
	if text(extension(c.op, "x-pagination")["style"]) != "window" {
		return reason
	}
	for _, w := range windowWords {
		if strings.HasPrefix(reason, "parameter "+w.parameter+" "+w.reason) {
			return w.words + ": " + reason
		}
	}
	return reason
}
