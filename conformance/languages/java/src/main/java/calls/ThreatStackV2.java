package calls;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import proof.Tally;
import threat.Credentials;
import threatstackv2.api.RulesetsApi;
import threatstackv2.client.ApiClient;
import threatstackv2.client.ApiException;
import threatstackv2.client.JSON;
import threatstackv2.model.ErrorReply;
import threatstackv2.model.Ruleset;
import threatstackv2.model.RulesetInput;
import threatstackv2.model.RulesetPage;

public class ThreatStackV2 implements Calls {
  @Override
  public void run(Sandbox sandbox, Tally tally) throws Exception {
    String service = new ApiClient().getBasePath();
    var account = sandbox.account();
    var http = Sandbox.client(Credentials.hawk(account.get("user ID"), account.get("API key"), account.get("organization ID")));
    RulesetsApi rulesets = new RulesetsApi(new ApiClient(http).setBasePath(sandbox.base(service)));

    String id = rulesets.createRuleset(new RulesetInput().name("Java").description("für Java")).getId();
    tally.hold("calls", "create: a signed body", rulesets.getRuleset(id).getDescription().equals("für Java"));
    rulesets.updateRuleset(id, new RulesetInput().name("Java, again"));
    tally.hold("calls", "update: the change is there", rulesets.getRuleset(id).getName().equals("Java, again"));

    List<String> ids = new ArrayList<>(List.of(id));
    for (int i = 0; i < 100; i++) {
      ids.add(rulesets.createRuleset(new RulesetInput().name("Java " + i)).getId());
    }
    List<RulesetPage> pages = sandbox.lists(http, service).pages("listRulesets", Map.of(), Map.of(), json -> JSON.deserialize(json, RulesetPage.class));
    var seen = new HashSet<>(pages.stream().flatMap(p -> p.getRulesets().stream()).map(Ruleset::getId).toList());
    tally.hold("calls", "cursor: all rulesets, until there is no token", pages.size() > 1 && seen.containsAll(ids));

    for (String made : ids) {
      rulesets.deleteRuleset(made);
    }
    ApiException gone = Refusal.of(ApiException.class, () -> rulesets.getRuleset(id));
    ErrorReply reason = JSON.deserialize(gone.getResponseBody(), ErrorReply.class);
    tally.hold("calls", "delete: the ruleset is gone, and the refusal says so", gone.getCode() == 404 && reason.getMessage().contains(id));
    var stranger = Sandbox.client(Credentials.hawk(account.get("user ID"), "wrong", account.get("organization ID")));
    RulesetsApi refused = new RulesetsApi(new ApiClient(stranger).setBasePath(sandbox.base(service)));
    ApiException e = Refusal.of(ApiException.class, () -> refused.getRuleset(id));
    tally.hold("calls", "a wrong key is refused, with the reason", e.getCode() == 401 && !e.getResponseBody().isEmpty());
  }
}
