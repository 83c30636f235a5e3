"""tap-api, the TAP client of a Proofpoint engineer: feeds, campaigns, people, decoding."""

import sys
from datetime import datetime, timedelta, timezone

from tally import Tally
from tap_api.common.filters import OffsetEndInterval, SinceSeconds, StartEndInterval
from tap_api.v2.client import Client

url, principal, secret = sys.argv[1:]
client = Client(principal, secret)
client._Resource__name = url + '/v2'  # its host is a constant
tally = Tally()

now = datetime.now(timezone.utc).replace(second=0, microsecond=0)
times = {
    'seconds': SinceSeconds(3600),
    'start/end': StartEndInterval(now - timedelta(minutes=50), now - timedelta(minutes=1)),
    'duration/end': OffsetEndInterval(timedelta(minutes=30), now),
}
siem = client.siem
feeds = {
    'all': siem.all, 'issues': siem.issues, 'clicks blocked': siem.clicks.blocked, 'clicks permitted': siem.clicks.permitted,
    'messages blocked': siem.messages.blocked, 'messages delivered': siem.messages.delivered,
}
for name, feed in feeds.items():
    for how, time in times.items():
        def events(feed=feed, time=time):
            data = feed(time)
            return data.messages_delivered + data.messages_blocked + data.clicks_permitted + data.clicks_blocked

        tally.read(f'siem {name} {how}', events)

campaigns = tally.read('campaign ids', lambda: client.campaign.ids(times['duration/end']).campaigns)
for one in campaigns or []:
    tally.read('campaign', lambda one=one: client.campaign[one.id]().name)
    break
tally.read('people', lambda: client.people.vap().users)
tally.read('decoded', lambda: client.url.decode(['https://urldefense.example.com/v3/__https://example.com__']).urls)
tally.done()
