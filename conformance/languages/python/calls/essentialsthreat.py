from datetime import datetime, timedelta, timezone
from functools import partial

from essentialsthreat.api.siem import list_siem_all
from pages import pages
from sandbox import Checks, collect, connect, credential, operations, want
from sign import basic


def calls():
    check, key = Checks("essentialsthreat"), credential("essentialsthreat", "API key")
    api = connect("essentialsthreat", "", basic(key, credential("essentialsthreat", "API key secret")))
    stranger = connect("essentialsthreat", "", basic(key, "wrong"))
    end = datetime.now(timezone.utc).replace(second=0, microsecond=0) - timedelta(hours=1)

    @check
    def Basic_is_accepted():
        want(list_siem_all.sync(client=api, since_seconds=3600).query_end_time, "the end of the window")

    @check
    def a_wrong_secret_is_refused():
        answer = list_siem_all.sync_detailed(client=stranger, since_seconds=3600)
        want(answer.status_code == 401, "401", answer)

    @check
    def a_window_in_pieces_of_an_hour_to_its_end():
        get = partial(list_siem_all.sync_detailed, client=api)
        count, events = collect(pages(operations["essentialsthreat"]["listSiemAll"]["pagination"], get, window=(end - timedelta(hours=3), end)))
        want(count == 3 and len(events) > 3, "3 windows with events", (count, len(events)))

    @check
    def a_refusal_has_its_message():
        answer = list_siem_all.sync_detailed(client=api, interval=f"PT2H/{end:%Y-%m-%dT%H:%M:%SZ}")
        want(answer.status_code == 400 and "interval" in answer.parsed, "400 that names the interval", answer)
