package calls;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import threat.Credentials;
import threat.Lists;

/** The sandbox for one document: its address, the credentials that it accepts, and the index of operations. */
public record Sandbox(String url, Map<String, String> account, JsonObject operations) {
  public static Sandbox of(String url, String document, JsonObject accounts, JsonObject index) {
    Map<String, String> account = new LinkedHashMap<>();
    for (JsonElement a : accounts.getAsJsonArray(document)) {
      account.put(a.getAsJsonObject().get("Name").getAsString(), a.getAsJsonObject().get("Value").getAsString());
    }
    return new Sandbox(url, account, index.getAsJsonObject(document));
  }

  static OkHttpClient client(Credentials credentials) {
    return new OkHttpClient.Builder().addInterceptor(credentials).build();
  }

  /** The sandbox instead of the service, with the same base path. */
  String base(String service) {
    String path = HttpUrl.get(service).encodedPath();
    return url + (path.equals("/") ? "" : path);
  }

  Lists lists(OkHttpClient client, String service) {
    return new Lists(client, base(service), operations);
  }

  /** Credentials that are headers, by their scheme; value finds the parts of an account. */
  public static Credentials headers(String scheme, Function<String, String> value) {
    Map<String, String> headers = new LinkedHashMap<>();
    switch (scheme) {
      case "user-password" -> {
        headers.put("X-User", value.apply("user"));
        headers.put("X-Password", value.apply("password"));
      }
      case "token" -> headers.put("Authorization", "TC-Token " + value.apply("token"));
      default -> {
        headers.put("Authorization", value.apply("key"));
        headers.put("Organization", value.apply("organization"));
      }
    }
    headers.values().removeIf(String::isEmpty);
    return Credentials.headers(headers);
  }
}
