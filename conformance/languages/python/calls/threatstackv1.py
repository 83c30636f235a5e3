from functools import partial

from pages import bare, pages
from sandbox import Checks, collect, connect, credential, operations, want
from sign import api_key
from threatstackv1.api.agents import get_agent, list_agents
from threatstackv1.api.organizations import list_organizations
from threatstackv1.api.policies import list_policies


def calls():
    check, key = Checks("threatstackv1"), api_key(credential("threatstackv1", "API key"))
    api = connect("threatstackv1", "/api/v1", key)
    stranger = connect("threatstackv1", "/api/v1", api_key("wrong"))
    paging = lambda name: operations["threatstackv1"][name]["pagination"]

    @check
    def the_key_is_accepted():
        want(isinstance(list_policies.sync(client=api), list), "policies")

    @check
    def a_wrong_key_is_refused():
        answer = list_policies.sync_detailed(client=stranger)
        want(answer.status_code == 401, "401", answer)

    @check
    def pages_by_number_to_the_end():
        lists = connect("threatstackv1", "/api/v1", key, [bare(paging("listAgents"))])
        get = partial(list_agents.sync_detailed, client=lists)
        one, all_ = (collect(pages(paging("listAgents"), get, {"count": count})) for count in (1, 100))
        want(one[1] == all_[1] and one[1] and one[0] >= all_[0], "as many agents one by one as at once", (one, all_))

    @check
    def a_list_in_one_answer():
        count, found = collect(pages(paging("listOrganizations"), partial(list_organizations.sync_detailed, client=api)))
        want(count == 1 and found[0]["id"], "one page of organizations", found)

    @check
    def a_refusal_has_its_message():
        answer = get_agent.sync_detailed("f" * 24, client=api)
        want(answer.status_code == 404 and len(answer.content) > 4, "404 with a message", answer)
