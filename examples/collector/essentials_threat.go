package collector

import "github.com/threatclients/threatclients-go/gen/essentialsthreat"

var essentialsThreatFeeds = map[string]follower[*essentialsthreat.Client]{
	"SIEMAll":               follow((*essentialsthreat.Client).FollowSIEMAll, essentialsThreatEvent),
	"SIEMClicksBlocked":     follow((*essentialsthreat.Client).FollowSIEMClicksBlocked, essentialsThreatEvent),
	"SIEMClicksPermitted":   follow((*essentialsthreat.Client).FollowSIEMClicksPermitted, essentialsThreatEvent),
	"SIEMIssues":            follow((*essentialsthreat.Client).FollowSIEMIssues, essentialsThreatEvent),
	"SIEMMessagesBlocked":   follow((*essentialsthreat.Client).FollowSIEMMessagesBlocked, essentialsThreatEvent),
	"SIEMMessagesDelivered": follow((*essentialsthreat.Client).FollowSIEMMessagesDelivered, essentialsThreatEvent),
}

func essentialsThreatEvent(e *essentialsthreat.SIEMEvent) (string, element) {
	switch {
	case e.MessagesDelivered != nil:
		return "messagesDelivered", e.MessagesDelivered
	case e.MessagesBlocked != nil:
		return "messagesBlocked", e.MessagesBlocked
	case e.ClicksPermitted != nil:
		return "clicksPermitted", e.ClicksPermitted
	}
	return "clicksBlocked", e.ClicksBlocked
}
