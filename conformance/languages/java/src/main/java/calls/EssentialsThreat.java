package calls;

import static java.time.temporal.ChronoUnit.SECONDS;

import essentialsthreat.api.SiemApi;
import essentialsthreat.client.ApiClient;
import essentialsthreat.client.ApiException;
import essentialsthreat.client.JSON;
import essentialsthreat.model.SiemEvents;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import proof.Tally;
import threat.Credentials;

public class EssentialsThreat implements Calls {
  @Override
  public void run(Sandbox sandbox, Tally tally) throws Exception {
    String service = new ApiClient().getBasePath();
    var http = Sandbox.client(Credentials.basic(sandbox.account().get("API key"), sandbox.account().get("API key secret")));

    Instant to = Instant.now().minus(Duration.ofHours(2)).truncatedTo(SECONDS);
    List<SiemEvents> hour = sandbox.lists(http, service).pages("listSiemAll", Map.of(), Map.of("interval", to.minus(Duration.ofHours(1)) + "/" + to), json -> JSON.deserialize(json, SiemEvents.class));
    tally.hold("calls", "window: an hour of events and its end", hour.size() == 1 && hour.get(0).getQueryEndTime() != null);
    var recent = new SiemApi(new ApiClient(http).setBasePath(sandbox.base(service))).listSiemIssues(null, 3600L, null, null, null, null, null);
    tally.hold("calls", "the last hour by seconds", recent.getQueryEndTime() != null);

    var stranger = Sandbox.client(Credentials.basic(sandbox.account().get("API key"), "wrong"));
    SiemApi refused = new SiemApi(new ApiClient(stranger).setBasePath(sandbox.base(service)));
    ApiException e = Refusal.of(ApiException.class, () -> refused.listSiemAll(null, 3600L, null, null, null, null, null));
    tally.hold("calls", "401 with its message", e.getCode() == 401 && !e.getResponseBody().isEmpty());
  }
}
