package calls;

import com.google.gson.reflect.TypeToken;
import java.util.List;
import java.util.Map;
import proof.Tally;
import threatstackv1.api.AgentsApi;
import threatstackv1.client.ApiClient;
import threatstackv1.client.ApiException;
import threatstackv1.client.JSON;
import threatstackv1.model.Agent;
import threatstackv1.model.ErrorReply;
import threatstackv1.model.Organization;

public class ThreatStackV1 implements Calls {
  @Override
  public void run(Sandbox sandbox, Tally tally) throws Exception {
    String service = new ApiClient().getBasePath();
    var http = Sandbox.client(Sandbox.headers("api-key", name -> name.equals("key") ? sandbox.account().get("API key") : ""));
    var lists = sandbox.lists(http, service);
    AgentsApi api = new AgentsApi(new ApiClient(http).setBasePath(sandbox.base(service)));

    var agents = new TypeToken<List<Agent>>() {}.getType();
    List<List<Agent>> one = lists.pages("listAgents", Map.of(), Map.of("count", "1"), json -> JSON.deserialize(json, agents));
    List<List<Agent>> all = lists.pages("listAgents", Map.of(), Map.of(), json -> JSON.deserialize(json, agents));
    tally.hold("calls", "page: the same agents one by one and at once", one.size() > 1 && one.stream().flatMap(List::stream).toList().equals(all.stream().flatMap(List::stream).toList()));
    List<List<Organization>> organizations = lists.pages("listOrganizations", Map.of(), Map.of(), json -> JSON.deserialize(json, new TypeToken<List<Organization>>() {}.getType()));
    tally.hold("calls", "single: organizations", organizations.size() == 1 && !organizations.get(0).isEmpty());

    String id = all.get(0).get(0).getId();
    tally.hold("calls", "an agent by its id", api.getAgent(id, null, null).getId().equals(id));
    ApiException missing = Refusal.of(ApiException.class, () -> api.getAgent("unknown", null, null));
    ErrorReply reason = JSON.deserialize(missing.getResponseBody(), ErrorReply.class);
    tally.hold("calls", "404 with its message", missing.getCode() == 404 && reason.getMessage().contains("unknown"));
    AgentsApi stranger = new AgentsApi(new ApiClient(Sandbox.client(Sandbox.headers("api-key", name -> "wrong"))).setBasePath(sandbox.base(service)));
    tally.hold("calls", "a wrong key is refused", Refusal.of(ApiException.class, () -> stranger.getAgent(id, null, null)).getCode() == 401);
  }
}
