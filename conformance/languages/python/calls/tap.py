from datetime import datetime, timedelta, timezone
from functools import partial

from pages import pages
from sandbox import Checks, collect, connect, credential, operations, want
from sign import basic
from tap.api.campaigns import list_campaign_ids
from tap.api.people import list_very_attacked_people
from tap.api.siem import list_siem_all
from tap.api.urls import decode_urls
from tap.models import PeopleWindow, SiemFormat, UrlDecodeInput


def calls():
    check, principal = Checks("tap"), credential("tap", "principal")
    tap = connect("tap", "", basic(principal, credential("tap", "secret")))
    stranger = connect("tap", "", basic(principal, "wrong"))
    paging = lambda name: operations["tap"][name]["pagination"]
    end = datetime.now(timezone.utc).replace(second=0, microsecond=0) - timedelta(hours=1)

    @check
    def Basic_is_accepted():
        people = list_very_attacked_people.sync(client=tap, window=PeopleWindow.VALUE_14)
        want(isinstance(people.users[0].threat_statistics.attack_index, int), "a number as the attack index", people)

    @check
    def a_wrong_secret_is_refused():
        answer = list_very_attacked_people.sync_detailed(client=stranger, window=PeopleWindow.VALUE_14)
        want(answer.status_code == 401 and answer.parsed, "401 with a message", answer)

    @check
    def a_window_in_pieces_of_an_hour_to_its_end():
        get = partial(list_siem_all.sync_detailed, client=tap, format_=SiemFormat.JSON)
        count, events = collect(pages(paging("listSiemAll"), get, window=(end - timedelta(hours=3), end)))
        want(count == 3 and len(events) > 3, "3 windows with events", (count, len(events)))
        want(all(isinstance(e.get("GUID") or e.get("id"), str) for e in events), "an id in each event")

    @check
    def a_window_whose_parts_have_pages():
        get = partial(list_campaign_ids.sync_detailed, client=tap)
        count, ids = collect(pages(paging("listCampaignIds"), get, {"size": 200}, (end - timedelta(days=2), end)))
        want(count > 2 and len(ids) > 1000 and len({c["id"] + c["lastUpdatedAt"] for c in ids}) == len(ids), "two days of campaigns, each once", (count, len(ids)))

    @check
    def pages_by_number_to_the_end():
        get = partial(list_very_attacked_people.sync_detailed, client=tap, window=PeopleWindow.VALUE_14)
        one, all_ = (collect(pages(paging("listVeryAttackedPeople"), get, {"size": size})) for size in (1, 1000))
        want(one[1] == all_[1] and len(one[1]) > 0 and one[0] == len(one[1]) + 1, "as many people one by one as at once", (one, all_))

    @check
    def a_POST():
        decoded = decode_urls.sync(client=tap, body=UrlDecodeInput(urls=["https://urldefense.example.com/v3/__https://example.com"]))
        want(decoded.urls, "decoded URLs", decoded)

    @check
    def a_refusal_has_its_message():
        answer = list_siem_all.sync_detailed(client=tap, format_=SiemFormat.JSON, interval=f"PT2H/{end:%Y-%m-%dT%H:%M:%SZ}")
        want(answer.status_code == 400 and "interval" in answer.parsed, "400 that names the interval", answer)
