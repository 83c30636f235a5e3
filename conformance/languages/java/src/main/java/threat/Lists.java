package threat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/**
 * Reads all pages of a list, by the pagination that specs/operations.json describes.
 *
 * @param operations the operations of one document
 */
public record Lists(OkHttpClient client, String base, JsonObject operations) {
  private static final JsonObject NONE = new JsonObject();

  /**
   * Returns the pages of a list, each read as a model. A list by windows is asked for one window, whose interval is in the query.
   *
   * @param model reads the text of a page
   */
  public <P> List<P> pages(String operation, Map<String, String> path, Map<String, String> query, Function<String, P> model) throws IOException {
    JsonObject op = operations.getAsJsonObject(operation);
    JsonObject list = op.getAsJsonObject("pagination");
    JsonObject turn = object(list, "pages", list);
    JsonObject blank = object(list, "blank", NONE);
    JsonObject envelope = object(op, "envelope", NONE);
    JsonObject media = object(op, "media", NONE);
    String style = turn.has("style") ? text(turn, "style") : "page";
    boolean always = turn.has("always");
    boolean later = blank.has("later");
    Map<String, String> sent = new HashMap<>(query);
    if (!media.isEmpty()) {
      sent.put(text(media, "param"), text(media.getAsJsonObject("values"), "application/json"));
    }
    if (always && turn.has("default")) {
      sent.putIfAbsent(text(turn, "size"), text(turn, "default"));
    }
    String size = turn.has("size") ? sent.getOrDefault(text(turn, "size"), text(turn, "default")) : text(turn, "default");
    long at = turn.has("first") ? turn.get("first").getAsLong() : 0;
    long seen = 0;
    OptionalLong total = OptionalLong.empty();
    String token = "";
    List<P> pages = new ArrayList<>();
    while (true) {
      if (style.equals("cursor") && !token.isEmpty()) {
        sent.put(text(turn, "param"), token);
      } else if ((style.equals("page") || style.equals("offset")) && (always || !pages.isEmpty())) {
        sent.put(text(turn, "param"), String.valueOf(at));
      }
      Answer answer = call(op, path, sent);
      boolean ends = list.has("empty") && list.getAsJsonArray("empty").contains(new JsonPrimitive(answer.status));
      if (ends && answer.body.isEmpty() && (!later || !pages.isEmpty())) {
        return pages;
      }
      if (answer.status != 200) {
        throw new IOException(operation + ": " + answer.status + " " + answer.body);
      }
      JsonElement body = JsonParser.parseString(answer.body);
      if (!envelope.isEmpty() && !member(body, text(envelope, "status")).equals(envelope.get("success"))) {
        throw new IOException(operation + ": " + answer.body);
      }
      long found = elements(list.get("items"), body);
      if (found < 0 && !(later && !pages.isEmpty()) && names(blank.get("members")).stream().allMatch(name -> member(body, name).isJsonNull())) {
        throw new IOException(operation + ": a page without its list");
      }
      pages.add(model.apply(answer.body));
      found = Math.max(found, 0);
      seen += found;
      JsonElement count = member(body, turn.has("total") ? text(turn, "total") : null);
      total = total.isEmpty() && !count.isJsonNull() ? OptionalLong.of(count.getAsLong()) : total;
      JsonElement next = member(body, turn.has("next") ? text(turn, "next") : null);
      token = next.isJsonNull() ? "" : next.getAsString();
      boolean more = !turn.has("more") || saysMore(member(body, text(turn, "more")));
      boolean isShort = text(turn, "until").equals("short") && !size.isEmpty() && found < Long.parseLong(size);
      boolean over = switch (style) {
        case "single", "window" -> true;
        case "cursor" -> token.isEmpty();
        default -> found == 0 || !more || isShort || total.isPresent() && seen >= total.getAsLong();
      };
      if (over) {
        return pages;
      }
      at += style.equals("offset") ? found : 1;
    }
  }

  private record Answer(int status, String body) {}

  private Answer call(JsonObject op, Map<String, String> path, Map<String, String> query) throws IOException {
    String template = text(op, "path");
    for (var part : path.entrySet()) {
      template = template.replace("{" + part.getKey() + "}", part.getValue());
    }
    HttpUrl.Builder url = HttpUrl.get(base + template).newBuilder();
    query.forEach(url::addQueryParameter);
    Request.Builder request = new Request.Builder().url(url.build()).method(text(op, "method"), null);
    object(op, "headers", NONE).entrySet().forEach(header -> request.header(header.getKey(), header.getValue().getAsString()));
    try (Response response = client.newCall(request.build()).execute()) {
      return new Answer(response.code(), response.body().string());
    }
  }

  /** The member of a body under a dotted name; the empty name is the body itself. */
  private static JsonElement member(JsonElement body, String name) {
    if (name == null) {
      return JsonNull.INSTANCE;
    }
    for (String part : name.isEmpty() ? new String[0] : name.split("\\.")) {
      body = body.isJsonObject() && body.getAsJsonObject().has(part) ? body.getAsJsonObject().get(part) : JsonNull.INSTANCE;
    }
    return body;
  }

  /** The number of elements of a page; -1 if it has no list at all. */
  private static long elements(JsonElement items, JsonElement body) {
    var lists = names(items).stream().map(name -> member(body, name)).filter(JsonElement::isJsonArray).map(JsonElement::getAsJsonArray).toList();
    return lists.isEmpty() ? -1 : lists.stream().mapToLong(JsonArray::size).sum();
  }

  private static List<String> names(JsonElement names) {
    if (names == null) {
      return List.of();
    }
    return names.isJsonArray() ? names.getAsJsonArray().asList().stream().map(JsonElement::getAsString).toList() : List.of(names.getAsString());
  }

  private static boolean saysMore(JsonElement value) {
    return !value.isJsonNull() && !List.of("", "0", "false").contains(value.getAsString());
  }

  private static String text(JsonObject o, String name) {
    return o.has(name) ? o.get(name).getAsString() : "";
  }

  private static JsonObject object(JsonObject o, String name, JsonObject otherwise) {
    return o.has(name) ? o.getAsJsonObject(name) : otherwise;
  }
}
