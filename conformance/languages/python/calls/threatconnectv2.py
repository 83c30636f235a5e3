import io
from functools import partial

from pages import pages
from sandbox import Checks, collect, connect, credential, operations, want
from sign import threatconnect, token
from threatconnectv2.api.group_files import download_group_file, upload_group_file
from threatconnectv2.api.groups import create_adversary, create_document, list_adversaries
from threatconnectv2.api.indicators import create_url, delete_url, get_url, list_urls, update_url
from threatconnectv2.api.owners import list_owners
from threatconnectv2.api.types import list_association_types
from threatconnectv2.models import DocumentInput, GroupInput, IndicatorUpdateInput, UrlInput
from threatconnectv2.types import File

URL = "https://example.com/a b?c=d+e"


def calls():
    check, value = Checks("threatconnectv2"), partial(credential, "threatconnectv2")
    api = connect("threatconnectv2", "/api", threatconnect(value("Access ID"), value("Secret Key")))
    by_token = connect("threatconnectv2", "/api", token(value("or API token")))
    stranger = connect("threatconnectv2", "/api", threatconnect(value("Access ID"), "wrong"))
    paging = lambda name: operations["threatconnectv2"][name]["pagination"]

    @check
    def HMAC_is_accepted():
        want(list_owners.sync(client=api).status == "Success", "Success")

    @check
    def a_token_is_accepted():
        want(list_owners.sync(client=by_token).status == "Success", "Success")

    @check
    def a_wrong_key_is_refused():
        answer = list_owners.sync_detailed(client=stranger)
        want(answer.status_code == 401 and answer.parsed.message, "401 with a message", answer)

    @check
    def create():
        made = create_url.sync(client=api, body=UrlInput(text=URL, rating=3, confidence=60))
        want(made.status == "Success", "Success", made)

    @check
    def update_with_an_address_that_must_be_escaped_in_the_path():
        answer = update_url.sync_detailed(URL, client=api, body=IndicatorUpdateInput(rating=5))
        want(answer.status_code == 200, "a success", answer)
        after = get_url.sync(URL, client=api).data.url
        want(after.rating == 5 and after.text == URL, "the change", after)

    @check
    def delete():
        answer = delete_url.sync_detailed(URL, client=api)
        want(answer.status_code == 200, "a success", answer)
        want(get_url.sync_detailed(URL, client=api).status_code == 404, "404 after it")

    @check
    def pages_by_offset_to_the_end():
        for name in ("first", "second", "third"):
            want(create_adversary.sync(client=api, body=GroupInput(name=name)).status == "Success", "Success")
        get = partial(list_adversaries.sync_detailed, client=api)
        one, all_ = (collect(pages(paging("listAdversaries"), get, {"resultLimit": limit})) for limit in (1, 500))
        want(one[1] == all_[1] and one[0] == len(all_[1]) > 2, "as many adversaries one by one as at once", (one, all_))

    @check
    def a_list_in_one_answer():
        count, found = collect(pages(paging("listAssociationTypes"), partial(list_association_types.sync_detailed, client=api)))
        want(count == 1 and found, "one page", found)

    @check
    def an_upload_comes_back_as_a_download():
        made = create_document.sync(client=api, body=DocumentInput(name="Notes", file_name="notes.bin"))
        group, sent = str(made.data.document.id), bytes([0, 1, 2, 253, 254, 255, 10])
        done = upload_group_file.sync("documents", group, client=api, body=File(payload=io.BytesIO(sent)))
        want(done.status == "Success", "Success", done)
        want(download_group_file.sync("documents", group, client=api).payload.read() == sent, "the same bytes")

    @check
    def a_refusal_has_its_message():
        answer = list_urls.sync_detailed(client=api, result_limit=100000)
        want(answer.status_code == 400 and "resultLimit" in answer.parsed.message, "400 that names resultLimit", answer)
