"""threatstack, the vendor's Python client: v2 with Hawk, and v1 with its key."""

import sys

from tally import Tally
from threatstack import ThreatStack
from threatstack.v1.client import Client as V1
from threatstack.v2.client import Client as V2

url, user, key, organization = sys.argv[1:]
V1.BASE_URL, V2.BASE_URL = url + '/api/v1/', url + '/v2/'  # its hosts are constants
tally = Tally()

v2 = ThreatStack(api_key=key, org_id=organization, user_id=user, api_version=2)
for status in ('offline', 'online'):
    agents = tally.read(f'agents {status}', lambda status=status: list(v2.agents.list(status=status)))
for agent in agents or []:
    tally.read('agent', lambda agent=agent: v2.agents.get(agent['id'])['id'])
alerts = []
for state in ('active', 'dismissed'):
    alerts += tally.read(f'alerts {state}', lambda state=state: list(v2.alerts.list(dismissed=state == 'dismissed'))) or []
for alert in alerts[:2]:
    tally.read('alert', lambda alert=alert: v2.alerts.get(alert['id'])['id'])
    tally.read('events', lambda alert=alert: v2.alerts.events(alert['id'])['events'])
tally.read('severities', v2.alerts.severity_counts)
tally.read('vulnerabilities', lambda: list(v2.vulnerabilities.list()))
tally.read('suppressions', lambda: list(v2.vulnerabilities.suppressed()))
rulesets = tally.read('rulesets', lambda: list(v2.rulesets.list()))
for ruleset in (rulesets or [])[:2]:
    tally.read('ruleset', lambda ruleset=ruleset: v2.rulesets.get(ruleset['id'])['id'])

v1 = ThreatStack(api_key=key, api_version=1)
for resource in ('agents', 'alerts'):
    tally.read(f'v1 {resource}', lambda resource=resource: list(getattr(v1, resource).list()))
tally.done()
