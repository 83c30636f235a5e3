package calls;

import static java.time.temporal.ChronoUnit.SECONDS;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import proof.Tally;
import tap.api.ThreatsApi;
import tap.api.UrlsApi;
import tap.client.ApiClient;
import tap.client.ApiException;
import tap.client.JSON;
import tap.model.CampaignIds;
import tap.model.CompromisedAccounts;
import tap.model.SiemEvents;
import tap.model.TopClickers;
import tap.model.UrlDecodeInput;
import threat.Credentials;

public class Tap implements Calls {
  @Override
  public void run(Sandbox sandbox, Tally tally) throws Exception {
    String service = new ApiClient().getBasePath();
    var http = Sandbox.client(Credentials.basic(sandbox.account().get("principal"), sandbox.account().get("secret")));
    var lists = sandbox.lists(http, service);
    ApiClient client = new ApiClient(http).setBasePath(sandbox.base(service));

    Instant to = Instant.now().minus(Duration.ofHours(2)).truncatedTo(SECONDS);
    List<SiemEvents> hour = lists.pages("listSiemAll", Map.of(), Map.of("interval", to.minus(Duration.ofHours(1)) + "/" + to), json -> JSON.deserialize(json, SiemEvents.class));
    tally.hold("calls", "window: an hour of events and its end", hour.size() == 1 && !hour.get(0).getMessagesDelivered().isEmpty() && hour.get(0).getQueryEndTime() != null);

    String day = to.minus(Duration.ofHours(24)) + "/" + to;
    List<CampaignIds> one = lists.pages("listCampaignIds", Map.of(), Map.of("interval", day, "size", "1"), json -> JSON.deserialize(json, CampaignIds.class));
    List<CampaignIds> all = lists.pages("listCampaignIds", Map.of(), Map.of("interval", day), json -> JSON.deserialize(json, CampaignIds.class));
    var ids = all.stream().flatMap(p -> p.getCampaigns().stream()).toList();
    tally.hold("calls", "window in pages: the same campaigns one by one and at once", one.size() == ids.size() && one.stream().flatMap(p -> p.getCampaigns().stream()).toList().equals(ids));

    List<TopClickers> people = lists.pages("listTopClickers", Map.of(), Map.of("window", "30", "size", "1"), json -> JSON.deserialize(json, TopClickers.class));
    tally.hold("calls", "page: people one by one until an empty page", people.size() > 1 && people.get(people.size() - 1).getUsers().isEmpty());
    List<CompromisedAccounts> accounts = lists.pages("listCompromisedAccounts", Map.of(), Map.of("interval", day), json -> JSON.deserialize(json, CompromisedAccounts.class));
    tally.hold("calls", "single: compromised accounts", accounts.size() == 1 && accounts.get(0).getCompromisedAccounts() != null);

    ThreatsApi threats = new ThreatsApi(client);
    String id = "abfa00dab4335751d0824ef8718ff356782db2d64da3ab7cbf47d7c312255dff";
    tally.hold("calls", "a threat by its id", threats.getThreatSummary(id).getId().equals(id));
    var decoded = new UrlsApi(client).decodeUrls(new UrlDecodeInput().addUrlsItem("https://urldefense.example.com/v3/__http://example.com/__;!!a!b$"));
    tally.hold("calls", "a POST that reads", !decoded.getUrls().isEmpty());

    ApiException missing = Refusal.of(ApiException.class, () -> threats.getThreatSummary("unknown"));
    tally.hold("calls", "404 with its message", missing.getCode() == 404 && missing.getResponseBody().contains("identifier"));
    var stranger = new ApiClient(Sandbox.client(Credentials.basic(sandbox.account().get("principal"), "wrong"))).setBasePath(sandbox.base(service));
    ApiException refused = Refusal.of(ApiException.class, () -> new ThreatsApi(stranger).getThreatSummary(id));
    tally.hold("calls", "401 with its message", refused.getCode() == 401 && refused.getResponseBody().contains("password"));
  }
}
