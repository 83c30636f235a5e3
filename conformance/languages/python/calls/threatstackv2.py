from functools import partial

from pages import pages
from sandbox import Checks, collect, connect, credential, operations, want
from sign import hawk
from threatstackv2.api.agents import list_agents
from threatstackv2.api.rulesets import create_ruleset, delete_ruleset, get_ruleset, list_rulesets, update_ruleset
from threatstackv2.models import AgentStatusFilter, RulesetInput


def calls():
    check, value, made = Checks("threatstackv2"), partial(credential, "threatstackv2"), {}
    api = connect("threatstackv2", "", hawk(value("user ID"), value("API key"), value("organization ID")))
    stranger = connect("threatstackv2", "", hawk(value("user ID"), "wrong", value("organization ID")))
    ruleset = lambda name: RulesetInput(name=name, description="For a test", rule_ids=[])

    @check
    def Hawk_is_accepted():
        want(list_agents.sync(client=api, status=AgentStatusFilter.ONLINE).agents, "agents")

    @check
    def a_wrong_key_is_refused():
        answer = list_agents.sync_detailed(client=stranger, status=AgentStatusFilter.ONLINE)
        want(answer.status_code == 401, "401", answer)

    @check
    def pages_by_cursor_to_the_end():
        rulesets = lambda: collect(pages(operations["threatstackv2"]["listRulesets"]["pagination"], partial(list_rulesets.sync_detailed, client=api)))
        _, before = rulesets()
        for i in range(101):
            create_ruleset.sync(client=api, body=ruleset(f"Rules {i}"))
        count, found = rulesets()
        want(count > 1 and len(found) == len(before) + 101 == len({r["id"] for r in found}), "several pages, each ruleset once", (count, len(found)))

    @check
    def create_with_the_body_signed():
        new = create_ruleset.sync(client=api, body=ruleset("Übung"))
        want(new.name == "Übung", "the ruleset", new)
        made["id"] = new.id

    @check
    def update():
        answer = update_ruleset.sync_detailed(made["id"], client=api, body=ruleset("Changed"))
        want(answer.status_code == 200, "a success", answer)
        want(get_ruleset.sync(made["id"], client=api).name == "Changed", "the change")

    @check
    def delete():
        answer = delete_ruleset.sync_detailed(made["id"], client=api)
        want(answer.status_code == 200, "a success", answer)
        want(get_ruleset.sync_detailed(made["id"], client=api).status_code == 404, "404 after it")

    @check
    def a_refusal_has_its_message():
        answer = get_ruleset.sync_detailed("00000000-0f1e-11ee-8a9b-000000000000", client=api)
        want(answer.status_code == 404 and answer.parsed.to_dict(), "404 with a message", answer)
