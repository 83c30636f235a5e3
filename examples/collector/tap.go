package collector

import "github.com/threatclients/threatclients-go/gen/tap"

var tapFeeds = map[string]follower[*tap.Client]{
	"SIEMAll":               follow((*tap.Client).FollowSIEMAll, tapEvent),
	"SIEMClicksBlocked":     follow((*tap.Client).FollowSIEMClicksBlocked, tapEvent),
	"SIEMClicksPermitted":   follow((*tap.Client).FollowSIEMClicksPermitted, tapEvent),
	"SIEMIssues":            follow((*tap.Client).FollowSIEMIssues, tapEvent),
	"SIEMMessagesBlocked":   follow((*tap.Client).FollowSIEMMessagesBlocked, tapEvent),
	"SIEMMessagesDelivered": follow((*tap.Client).FollowSIEMMessagesDelivered, tapEvent),
	"CampaignIDs":           follow((*tap.Client).FollowCampaignIDs, func(c *tap.CampaignUpdate) (string, element) { return "campaigns", c }),
}

func tapEvent(e *tap.SIEMEvent) (string, element) {
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
