package proof;

import calls.Calls;
import calls.Essentials;
import calls.EssentialsThreat;
import calls.Sandbox;
import calls.Tap;
import calls.ThreatConnectV2;
import calls.ThreatConnectV3;
import calls.ThreatStackV1;
import calls.ThreatStackV2;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import okhttp3.OkHttpClient;
import okhttp3.Request;

/** Runs all checks. The environment variables SANDBOX, SPECS, FIXTURES, DOCUMENTS and OUT are described in conformance/languages/README.md. */
public class Main {
  private record Api(String document, Models.Read read, Models.Write write, Calls calls) {}

  private static final List<Api> APIS = List.of(
      new Api("tap", tap.client.JSON::deserialize, tap.client.JSON::serialize, new Tap()),
      new Api("essentials", essentials.client.JSON::deserialize, essentials.client.JSON::serialize, new Essentials()),
      new Api("essentialsthreat", essentialsthreat.client.JSON::deserialize, essentialsthreat.client.JSON::serialize, new EssentialsThreat()),
      new Api("threatconnectv2", threatconnectv2.client.JSON::deserialize, threatconnectv2.client.JSON::serialize, new ThreatConnectV2()),
      new Api("threatconnectv3", threatconnectv3.client.JSON::deserialize, threatconnectv3.client.JSON::serialize, new ThreatConnectV3()),
      new Api("threatstackv1", threatstackv1.client.JSON::deserialize, threatstackv1.client.JSON::serialize, new ThreatStackV1()),
      new Api("threatstackv2", threatstackv2.client.JSON::deserialize, threatstackv2.client.JSON::serialize, new ThreatStackV2()));

  public static void main(String[] args) throws Exception {
    Path specs = Path.of(System.getenv("SPECS"));
    String sandbox = System.getenv("SANDBOX");
    JsonObject index = JsonParser.parseString(Files.readString(specs.resolve("operations.json"))).getAsJsonObject();
    JsonObject accounts = JsonParser.parseString(get(sandbox + "/_sandbox/accounts")).getAsJsonObject();
    List<String> wanted = List.of(System.getenv("DOCUMENTS").split("\\s+"));
    Tally signed = new Tally("-");
    Vectors.prove(signed, specs.resolve("vectors"));
    StringBuilder lines = new StringBuilder(signed.lines());
    boolean failed = signed.failed();
    for (Api api : APIS) {
      if (!wanted.contains(api.document)) {
        continue;
      }
      Tally tally = new Tally(api.document);
      Models models = new Models(api.document, Document.read(specs.resolve(api.document + ".yaml")), api.read, api.write);
      models.load(tally);
      Fixtures.prove(tally, models, Path.of(System.getenv("FIXTURES"), api.document));
      try {
        api.calls.run(Sandbox.of(sandbox, api.document, accounts, index), tally);
      } catch (Exception e) {
        tally.fail("calls", "stopped: " + e);
      }
      lines.append(tally.lines());
      failed |= tally.failed();
    }
    Files.writeString(Path.of(System.getenv("OUT")), lines);
    System.exit(failed ? 1 : 0);
  }

  private static String get(String url) throws IOException {
    try (var response = new OkHttpClient().newCall(new Request.Builder().url(url).build()).execute()) {
      return response.body().string();
    }
  }
}
