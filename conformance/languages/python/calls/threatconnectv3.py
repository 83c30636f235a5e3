import io
from functools import partial

from pages import pages
from sandbox import Checks, collect, connect, credential, operations, want
from sign import threatconnect, token
from threatconnectv3.api.groups import create_group, download_group_file, upload_group_file
from threatconnectv3.api.indicators import create_indicator, delete_indicator, get_indicator, list_indicators, update_indicator
from threatconnectv3.api.tags import create_tag, list_tags
from threatconnectv3.models import GroupInput, IndicatorInput, IndicatorUpdateInput, TagInput
from threatconnectv3.types import File


def calls():
    check, value, made = Checks("threatconnectv3"), partial(credential, "threatconnectv3"), {}
    api = connect("threatconnectv3", "/api", threatconnect(value("Access ID"), value("Secret Key")))
    by_token = connect("threatconnectv3", "/api", token(value("or API token")))
    stranger = connect("threatconnectv3", "/api", threatconnect(value("Access ID"), "wrong"))

    @check
    def HMAC_is_accepted_with_an_expression_in_the_query():
        answer = list_indicators.sync_detailed(client=api, tql='typeName in ("Address") and rating > 2')
        want(answer.status_code == 200 and answer.parsed.data is not None, "200 and indicators", answer)

    @check
    def a_token_is_accepted():
        want(list_indicators.sync_detailed(client=by_token).status_code == 200, "200")

    @check
    def a_wrong_key_is_refused():
        answer = list_indicators.sync_detailed(client=stranger)
        want(answer.status_code == 401 and answer.parsed.message, "401 with a message", answer)

    @check
    def create():
        answer = create_indicator.sync_detailed(client=api, body=IndicatorInput.from_dict({"type": "Address", "ip": "203.0.113.78", "rating": 3, "confidence": 60}))
        want(answer.status_code == 201, "201", answer)
        made["id"] = answer.parsed.data.id

    @check
    def update():
        answer = update_indicator.sync_detailed(str(made["id"]), client=api, body=IndicatorUpdateInput(rating=5))
        want(answer.status_code == 200, "a success", answer)
        after = get_indicator.sync(str(made["id"]), client=api).data
        want(after.rating == 5 and after.confidence == 60, "the change", after)

    @check
    def delete():
        answer = delete_indicator.sync_detailed(str(made["id"]), client=api)
        want(answer.status_code == 200, "a success", answer)
        want(get_indicator.sync_detailed(str(made["id"]), client=api).status_code == 404, "404 after it")

    @check
    def pages_by_offset_to_the_end():
        for name in ("first", "second", "third"):
            want(create_tag.sync_detailed(client=api, body=TagInput(name=name)).status_code == 201, "201")
        get = partial(list_tags.sync_detailed, client=api)
        one, all_ = (collect(pages(operations["threatconnectv3"]["listTags"]["pagination"], get, {"resultLimit": limit})) for limit in (1, 1000))
        want(one[1] == all_[1] and one[0] == len(all_[1]) > 2, "as many tags one by one as at once", (one, all_))

    @check
    def an_upload_comes_back_as_a_download():
        group = create_group.sync(client=api, body=GroupInput.from_dict({"type": "Document", "name": "Notes", "fileName": "notes.bin"})).data.id
        sent = bytes([0, 1, 2, 253, 254, 255, 10])
        done = upload_group_file.sync(str(group), client=api, body=File(payload=io.BytesIO(sent)))
        want(done.status == "Success", "Success", done)
        back = download_group_file.sync(str(group), client=api)
        want(back.payload.read() == sent, "the same bytes")

    @check
    def a_refusal_has_its_message():
        answer = list_indicators.sync_detailed(client=api, result_limit=100000)
        want(answer.status_code == 400 and "resultLimit" in answer.parsed.message, "400 that names resultLimit", answer)
