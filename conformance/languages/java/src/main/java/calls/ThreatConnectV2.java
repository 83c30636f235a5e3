package calls;

import java.util.List;
import java.util.Map;
import proof.Tally;
import threat.Credentials;
import threatconnectv2.api.IndicatorsApi;
import threatconnectv2.client.ApiClient;
import threatconnectv2.client.ApiException;
import threatconnectv2.client.JSON;
import threatconnectv2.model.AddressInput;
import threatconnectv2.model.IndicatorUpdateInput;

public class ThreatConnectV2 implements Calls {
  @Override
  public void run(Sandbox sandbox, Tally tally) throws Exception {
    String service = new ApiClient().getBasePath();
    String access = sandbox.account().get("Access ID");
    var http = Sandbox.client(Credentials.threatConnect(access, sandbox.account().get("Secret Key")));
    IndicatorsApi indicators = new IndicatorsApi(new ApiClient(http).setBasePath(sandbox.base(service)));

    List<?> pages = sandbox.lists(http, service).pages("listIndicators", Map.of(), Map.of("resultLimit", "1"), json -> json);
    tally.hold("calls", "offset: indicators one by one, to the total", pages.size() > 1);
    String ip = "192.0.2.77";
    var made = indicators.createAddress(new AddressInput().ip(ip).rating(3.0), null, null);
    tally.hold("calls", "create: an address", made.getStatus().equals("Success"));
    indicators.updateAddress(ip, new IndicatorUpdateInput().rating(4.5), null, null);
    tally.hold("calls", "update: the change is there", indicators.getAddress(ip, null, null, null, null, null).getData().getAddress().getRating() == 4.5);
    indicators.deleteAddress(ip, null, null);
    ApiException gone = Refusal.of(ApiException.class, () -> indicators.getAddress(ip, null, null, null, null, null));
    tally.hold("calls", "delete: the address is gone, and the refusal says so", gone.getCode() == 404 && gone.getResponseBody().contains(ip));
  }
}
