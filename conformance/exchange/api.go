package exchange

import (
	"path"
	"strings"
)

// APIOf tells the API of an exchange file from its path: a folder that is
// named after the API or its product, or the V1- and V2- before the names of
// Threat Stack files.
func APIOf(name string) string {
	for _, part := range strings.Split(path.Dir(name), "/") {
		switch strings.ToLower(part) {
		case "tap", "proofpoint-tap":
			return "tap"
		case "essentials", "proofpoint-essentials":
			return "essentials"
		case "threatstack":
			if strings.HasPrefix(path.Base(name), "V1-") {
				return "threatstackv1"
			}
			return "threatstackv2"
		case "threatstackv1", "threatstackv2":
			return part
		case "threatconnectv2", "threatconnect-v2":
			return "threatconnectv2"
		case "threatconnectv3", "threatconnect-v3":
			return "threatconnectv3"
		}
	}
	return ""
}
