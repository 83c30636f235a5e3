package collector

import "github.com/threatclients/threatclients-go/gen/threatconnectv3"

var threatConnectFeeds = map[string]follower[*threatconnectv3.Client]{
	"CaseAttributes":          follow((*threatconnectv3.Client).FollowCaseAttributes, data),
	"Cases":                   follow((*threatconnectv3.Client).FollowCases, data),
	"GroupAttributes":         follow((*threatconnectv3.Client).FollowGroupAttributes, data),
	"Groups":                  follow((*threatconnectv3.Client).FollowGroups, data),
	"IndicatorAttributes":     follow((*threatconnectv3.Client).FollowIndicatorAttributes, data),
	"Indicators":              follow((*threatconnectv3.Client).FollowIndicators, data),
	"IntelRequirements":       follow((*threatconnectv3.Client).FollowIntelRequirements, data),
	"IntelRequirementResults": follow((*threatconnectv3.Client).FollowIntelRequirementResults, data),
	"Notes":                   follow((*threatconnectv3.Client).FollowNotes, data),
	"VictimAttributes":        follow((*threatconnectv3.Client).FollowVictimAttributes, data),
}

// data is the list of every ThreatConnect reply.
func data[T any, E interface {
	*T
	element
}](e *T) (string, element) {
	return "data", E(e)
}
