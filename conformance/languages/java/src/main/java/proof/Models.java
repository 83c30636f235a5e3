package proof;

import com.google.gson.JsonObject;
import com.google.gson.reflect.TypeToken;
import java.io.IOException;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The generated models of a document, by the names of their schemas. */
record Models(String document, Document schemas, Read read, Write write) {
  interface Read {
    Object read(String json, Type type);
  }

  interface Write {
    String write(Object value);
  }

  /** Counts the classes that were generated and can be loaded. */
  void load(Tally tally) throws IOException, ClassNotFoundException {
    try (var files = Files.list(Path.of("target/classes", document, "model"))) {
      for (String name : files.map(f -> f.getFileName().toString()).filter(f -> !f.contains("$")).toList()) {
        Class.forName(document + ".model." + name.replace(".class", ""));
        tally.pass("models");
      }
    }
  }

  /** The type that the generator gives to what a schema describes. */
  Type of(JsonObject schema) throws ClassNotFoundException {
    JsonObject target = schemas.follow(schema);
    if (target.has("items")) {
      return TypeToken.getParameterized(List.class, of(target.getAsJsonObject("items"))).getType();
    }
    boolean isClass = Stream.of("properties", "allOf", "anyOf", "oneOf").anyMatch(target::has);
    if (isClass && schema.has("$ref")) {
      String reference = schema.get("$ref").getAsString();
      return Class.forName(document + ".model." + reference.substring(reference.lastIndexOf('/') + 1));
    }
    if (!isClass && target.has("additionalProperties") && target.get("additionalProperties").isJsonObject()) {
      return TypeToken.getParameterized(Map.class, String.class, of(target.getAsJsonObject("additionalProperties"))).getType();
    }
    return Object.class;
  }
}
