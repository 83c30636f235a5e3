package proof;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.yaml.snakeyaml.Yaml;

/** Compares an answer with what a model wrote of it, by the document's schema. */
record Document(JsonObject root) {
  /**
   * @param deviating where the answer deviates from the document on purpose: another JSON type, another name for a member,
   *     or a kind of element that the document does not know
   * @param lost known members that are missing or changed
   */
  record Difference(List<String> deviating, List<String> lost) {}

  static Document read(Path file) throws IOException {
    return new Document(new Gson().toJsonTree(new Yaml().load(Files.readString(file))).getAsJsonObject());
  }

  JsonObject follow(JsonObject node) {
    JsonObject at = node;
    while (at.has("$ref")) {
      JsonObject to = root;
      for (String part : at.get("$ref").getAsString().substring(2).split("/")) {
        to = to.getAsJsonObject(part);
      }
      at = to;
    }
    return at;
  }

  /** The schema of the JSON body of an answer. */
  Optional<JsonObject> reply(String operation, String status) {
    for (var item : root.getAsJsonObject("paths").entrySet()) {
      for (var op : item.getValue().getAsJsonObject().entrySet()) {
        if (!op.getValue().isJsonObject() || !text(op.getValue().getAsJsonObject(), "operationId").equals(operation)) {
          continue;
        }
        JsonObject responses = op.getValue().getAsJsonObject().getAsJsonObject("responses");
        JsonObject response = responses.has(status) ? follow(responses.getAsJsonObject(status)) : new JsonObject();
        JsonObject content = response.has("content") ? response.getAsJsonObject("content") : new JsonObject();
        return content.entrySet().stream().filter(c -> c.getKey().contains("json")).findFirst().map(c -> c.getValue().getAsJsonObject().getAsJsonObject("schema"));
      }
    }
    return Optional.empty();
  }

  Difference compare(JsonObject schema, JsonElement before, JsonElement after) {
    Difference found = new Difference(new ArrayList<>(), new ArrayList<>());
    compare(List.of(schema), before, after, "", found);
    return found;
  }

  /** Compares a value with what the model wrote. Null and absent are the same. */
  private void compare(List<JsonObject> schemas, JsonElement before, JsonElement after, String path, Difference found) {
    List<JsonObject> parts = new ArrayList<>();
    schemas.forEach(s -> parts(s, parts));
    if (before.isJsonNull()) {
      return;
    }
    if (parts.stream().anyMatch(s -> s.has("type")) && parts.stream().noneMatch(s -> fits(before, text(s, "type")))) {
      boolean seen = parts.stream().flatMap(s -> list(s, "x-also")).anyMatch(type -> fits(before, type.getAsString()));
      if (seen) {
        found.deviating.add(path);
      } else {
        found.lost.add(path + ": a type that the document does not know");
      }
      return;
    }
    if (parts.stream().anyMatch(s -> isOfUnknownKind(s, before))) {
      found.deviating.add(path);
      return;
    }
    if (after == null) {
      found.lost.add(path);
    } else if (before.isJsonObject() && after.isJsonObject()) {
      for (var member : before.getAsJsonObject().entrySet()) {
        String name = member.getKey();
        List<JsonObject> known = named(parts, name);
        boolean isAlias = parts.stream().flatMap(s -> properties(s).entrySet().stream())
            .anyMatch(p -> list(p.getValue().getAsJsonObject(), "x-aliases").anyMatch(new JsonPrimitive(name)::equals));
        if (known.isEmpty() && isAlias) {
          found.deviating.add(path + "." + name);
          continue;
        }
        if (known.isEmpty()) {
          known = parts.stream().map(s -> s.get("additionalProperties")).filter(s -> s != null && s.isJsonObject()).map(JsonElement::getAsJsonObject).toList();
        }
        if (!known.isEmpty()) {
          compare(known, member.getValue(), after.getAsJsonObject().get(name), path + "." + name, found);
        }
      }
    } else if (before.isJsonArray() && after.isJsonArray()) {
      List<JsonObject> items = parts.stream().filter(s -> s.has("items")).map(s -> s.getAsJsonObject("items")).toList();
      JsonArray then = after.getAsJsonArray();
      for (int i = 0; i < before.getAsJsonArray().size(); i++) {
        compare(items, before.getAsJsonArray().get(i), i < then.size() ? then.get(i) : null, path + "[" + i + "]", found);
      }
    } else if (!same(before, after)) {
      found.lost.add(path + ": " + before + " became " + after);
    }
  }

  /** A schema and all that it refers to or is composed of. */
  private void parts(JsonObject schema, List<JsonObject> into) {
    into.add(schema);
    if (schema.has("$ref")) {
      parts(follow(schema), into);
    }
    Stream.of("allOf", "anyOf", "oneOf").flatMap(key -> list(schema, key)).forEach(part -> parts(part.getAsJsonObject(), into));
  }

  private static List<JsonObject> named(List<JsonObject> parts, String name) {
    return parts.stream().map(Document::properties).filter(p -> p.has(name)).map(p -> p.getAsJsonObject(name)).toList();
  }

  private static JsonObject properties(JsonObject schema) {
    return schema.has("properties") ? schema.getAsJsonObject("properties") : new JsonObject();
  }

  private static boolean isOfUnknownKind(JsonObject schema, JsonElement value) {
    if (!schema.has("discriminator") || !value.isJsonObject()) {
      return false;
    }
    JsonObject discriminator = schema.getAsJsonObject("discriminator");
    JsonElement kind = value.getAsJsonObject().get(text(discriminator, "propertyName"));
    return kind != null && !discriminator.getAsJsonObject("mapping").has(kind.getAsString());
  }

  private static boolean fits(JsonElement value, String type) {
    JsonPrimitive scalar = value.isJsonPrimitive() ? value.getAsJsonPrimitive() : null;
    return switch (type) {
      case "string" -> scalar != null && scalar.isString();
      case "integer" -> scalar != null && scalar.isNumber() && scalar.getAsBigDecimal().stripTrailingZeros().scale() <= 0;
      case "number" -> scalar != null && scalar.isNumber();
      case "boolean" -> scalar != null && scalar.isBoolean();
      case "array" -> value.isJsonArray();
      case "object" -> value.isJsonObject();
      default -> false;
    };
  }

  /** Numbers and times are equal by value, however they are written. */
  private static boolean same(JsonElement a, JsonElement b) {
    if (a.equals(b) || !a.isJsonPrimitive() || !b.isJsonPrimitive()) {
      return a.equals(b);
    }
    if (a.getAsJsonPrimitive().isNumber() && b.getAsJsonPrimitive().isNumber()) {
      return new BigDecimal(a.getAsString()).compareTo(new BigDecimal(b.getAsString())) == 0;
    }
    try {
      return OffsetDateTime.parse(a.getAsString()).isEqual(OffsetDateTime.parse(b.getAsString()));
    } catch (DateTimeParseException e) {
      return false;
    }
  }

  private static Stream<JsonElement> list(JsonObject o, String name) {
    return o.has(name) ? o.getAsJsonArray(name).asList().stream() : Stream.empty();
  }

  private static String text(JsonObject o, String name) {
    return o.has(name) ? o.get(name).getAsString() : "";
  }
}
