"""tcex, ThreatConnect's framework: sign, create, get, list to the end, delete, batch."""

import os
import sys
from pathlib import Path
from tempfile import mkdtemp
from types import SimpleNamespace

from tally import Tally
from tcex.api.tc.v2.batch.batch import Batch
from tcex.api.tc.v3.v3 import V3
from tcex.input.field_type.sensitive import Sensitive
from tcex.requests_tc.auth.hmac_auth import HmacAuth
from tcex.requests_tc.tc_session import TcSession

url, access_id, secret_key = sys.argv[1:]
session = TcSession(auth=HmacAuth(access_id, Sensitive(secret_key)), base_url=url + '/api', verify=os.environ['REQUESTS_CA_BUNDLE'])
v3 = V3(session)
tally = Tally()

for name in (
    'artifact_types', 'artifacts', 'attribute_types', 'case_attributes', 'cases', 'group_attributes', 'groups', 'indicator_attributes',
    'indicators', 'intel_requirements', 'notes', 'owner_roles', 'owners', 'system_roles', 'tags', 'tasks', 'user_groups',
    'users', 'victim_assets', 'victim_attributes', 'victims', 'workflow_events', 'workflow_templates',
):
    source = v3 if hasattr(v3, name) else v3.security
    tally.read(f'list {name}', lambda source=source, name=name: [o.model.id for o in getattr(source, name)(params={'result_limit': 1})])

makes = {
    'case': lambda: v3.case(name='Made by tcex', status='Open', severity='Low'),
    'group': lambda: v3.group(name='Made by tcex', type='Incident', status='New', event_date='2026-01-12T08:00:00Z'),
    'indicator': lambda: v3.indicator(type='Host', value1='tcex.example.org', host_name='tcex.example.org', rating=3, confidence=50),
    'tag': lambda: v3.tag(name='Made by tcex'),
    'victim': lambda: v3.victim(name='Made by tcex'),
}
for name, make in makes.items():
    def life(make=make):
        made = make()
        assert made.create().ok
        again = type(made)(session=session, id=made.model.id)
        assert again.get().ok
        for member in ('name', 'hostName', 'summary'):
            if getattr(made.model, member, None):
                assert getattr(again.model, member) == getattr(made.model, member), member
        assert again.delete().ok
        return made.model.id

    tally.read(f'life of a {name}', life)

folder = Path(mkdtemp())
inputs = SimpleNamespace(model=SimpleNamespace(tc_temp_path=folder, tc_temp=str(folder)))
batch = Batch(inputs, session, owner='Example Organization')
content = {
    'indicator': [{'type': 'Host', 'summary': 'batch.example.org', 'rating': 3, 'associatedGroups': [{'groupXid': 'example-tcex-0001'}]}],
    'group': [{'type': 'Incident', 'name': 'Made by a batch', 'xid': 'example-tcex-0001', 'status': 'New'}],
}
job = tally.read('batch job', batch.submit_job)
if job:
    tally.read('batch data', lambda: batch.submit_data(job, content))
    tally.read('batch state', lambda: batch.poll(job, retry_seconds=1, timeout=5)['data']['batchStatus']['status'])
    # what the batch held is there, under the paths that tcex itself asks
    tally.read('batch indicator', lambda: session.get('/v2/indicators/hosts/batch.example.org').json()['data']['host']['rating'])
    tally.read('batch group', lambda: [g['name'] for g in session.get('/v2/groups/incidents').json()['data']['incident'] if g['name'] == 'Made by a batch'])
    tally.read('batch association', lambda: session.get('/v2/indicators/hosts/batch.example.org/groups/incidents').json()['data']['incident'])
tally.read('batch in one', lambda: batch.submit_create_and_upload(content)['data']['batchId'])
tally.done()
