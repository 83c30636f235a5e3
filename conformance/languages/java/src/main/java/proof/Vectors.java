package proof;

import static java.nio.charset.StandardCharsets.UTF_8;

import calls.Sandbox;
import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;
import threat.Credentials;

/** Signs the requests of specs/vectors and compares the signatures. */
class Vectors {
  static void prove(Tally tally, Path folder) throws IOException {
    for (String name : List.of("basic", "headers", "threatconnect-hmac", "hawk")) {
      JsonObject file = JsonParser.parseString(Files.readString(folder.resolve(name + ".json"))).getAsJsonObject();
      for (JsonElement element : file.getAsJsonArray("vectors")) {
        JsonObject vector = element.getAsJsonObject();
        tally.hold("vectors", name + ": " + text(vector, "name"), holds(name, vector));
      }
    }
  }

  private static boolean holds(String file, JsonObject vector) {
    Credentials credentials = switch (file) {
      case "basic" -> Credentials.basic(text(vector, "username"), text(vector, "password"));
      case "threatconnect-hmac" -> Credentials.threatConnect(text(vector, "accessId"), text(vector, "secretKey"));
      case "hawk" -> Credentials.hawk(text(vector, "id"), text(vector, "key"), text(vector, "ext"));
      default -> Sandbox.headers(text(vector, "scheme"), name -> text(vector, name));
    };
    HttpUrl url = HttpUrl.get(vector.has("url") ? text(vector, "url") : "https://example.com/");
    var payload = vector.has("body") ? new Credentials.Payload(text(vector, "contentType"), text(vector, "body").getBytes(UTF_8)) : null;
    long time = vector.has("time") ? vector.get("time").getAsLong() : 0;
    Map<String, String> made = credentials.sign(text(vector, "method"), url, payload, time, text(vector, "nonce"));
    JsonElement wanted = vector.get(file.equals("hawk") ? "attributes" : "headers");
    return new Gson().toJsonTree(file.equals("hawk") ? attributes(made.get("Authorization")) : made).equals(wanted);
  }

  /** The attributes of a Hawk header, whose order does not matter. */
  private static Map<String, String> attributes(String header) {
    Map<String, String> attributes = new TreeMap<>();
    Pattern.compile("(\\w+)=\"([^\"]*)\"").matcher(header).results().forEach(a -> attributes.put(a.group(1), a.group(2)));
    return attributes;
  }

  private static String text(JsonObject o, String name) {
    return o.has(name) ? o.get(name).getAsString() : "";
  }
}
