from functools import partial

from essentials.api.me import get_me
from essentials.api.stats import list_partner_stats
from essentials.api.users import create_users, delete_user, get_user, update_user
from essentials.models import UserInput, UserUpdateInput
from pages import pages
from sandbox import Checks, collect, connect, credential, operations, want
from sign import user_password

DOMAIN, USER = "example.com", "jo@example.com"


def calls():
    check, admin, password = Checks("essentials"), credential("essentials", "user"), credential("essentials", "password")
    api = connect("essentials", "/api/v1", user_password(admin, password))
    stranger = connect("essentials", "/api/v1", user_password(admin, "wrong"))

    @check
    def the_header_pair_is_accepted():
        answer = get_me.sync_detailed(client=api)
        want(answer.status_code == 200 and answer.parsed, "200 and the user", answer)

    @check
    def a_wrong_password_is_refused():
        answer = get_me.sync_detailed(client=stranger)
        want(answer.status_code in (401, 403), "401 or 403", answer)

    @check
    def pages_by_number_to_the_end():
        get = partial(list_partner_stats.sync_detailed, DOMAIN, client=api, period="90d")
        count, stats = collect(pages(operations["essentials"]["listPartnerStats"]["pagination"], get, {"page_size": 1}))
        want(count > 0 and stats, "elements", (count, stats))

    @check
    def create():
        made = create_users.sync(DOMAIN, client=api, body=[UserInput(primary_email=USER, firstname="Jo", type_="end_user")])
        want(made.primary_email == USER, "the user", made)

    @check
    def update():
        want(get_user.sync(DOMAIN, USER, client=api).firstname == "Jo", "the user that was created")
        answer = update_user.sync_detailed(DOMAIN, USER, client=api, body=UserUpdateInput(primary_email=USER, firstname="Jo", surname="Changed"))
        want(answer.status_code in (200, 204), "a success", answer)
        after = get_user.sync(DOMAIN, USER, client=api)
        want(after.surname == "Changed" and after.firstname == "Jo", "the change", after)

    @check
    def delete():
        answer = delete_user.sync_detailed(DOMAIN, USER, client=api)
        want(answer.status_code in (200, 204), "a success", answer)
        want(get_user.sync_detailed(DOMAIN, USER, client=api).status_code == 404, "404 after it")

    @check
    def a_207_names_what_failed():
        asking = connect("essentials", "/api/v1", user_password(admin, password), Prefer="example=ok-207")
        answer = create_users.sync_detailed(DOMAIN, client=asking, body=[UserInput(primary_email="sam@example.net"), UserInput(primary_email="kim@example.com")])
        names = operations["essentials"]["createUsers"]["partialFailure"]
        failed = answer.parsed.to_dict()[names["errors"]]
        want(answer.status_code == 207 and failed[0][names["identifier"]] and failed[0][names["message"]], "207 with who failed and why", answer)

    @check
    def a_refusal_has_its_message():
        answer = get_user.sync_detailed(DOMAIN, "nobody@example.com", client=api)
        want(answer.status_code == 404 and len(answer.content) > 4, "404 with a message", answer)
