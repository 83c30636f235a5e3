package proof;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Reads each 2xx fixture as the model of its operation and writes it again. */
class Fixtures {
  static void prove(Tally tally, Models models, Path folder) throws IOException, ClassNotFoundException {
    List<Path> files;
    try (var found = Files.walk(folder)) {
      files = found.filter(f -> f.toString().endsWith(".json")).sorted().toList();
    }
    for (Path file : files) {
      JsonObject exchange = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
      String status = exchange.get("status").getAsString();
      JsonElement body = exchange.get("body");
      boolean isJson = exchange.has("contentType") && exchange.get("contentType").getAsString().contains("json");
      if (!status.startsWith("2") || body == null || body.isJsonNull() || !isJson) {
        continue;
      }
      Optional<JsonObject> schema = models.schemas().reply(exchange.get("operationId").getAsString(), status);
      if (schema.isEmpty()) {
        continue; // another media type, or one that the document does not declare
      }
      JsonElement again = body; // a body that cannot be read is only searched for deviations
      String refusal = null;
      try {
        Object value = models.read().read(body.toString(), models.of(schema.get()));
        again = JsonParser.parseString(models.write().write(value));
      } catch (RuntimeException e) {
        refusal = e.getMessage();
      }
      Document.Difference difference = models.schemas().compare(schema.get(), body, again);
      String name = folder.relativize(file).toString();
      if (!difference.deviating().isEmpty()) {
        tally.deviates(refusal == null);
      } else if (refusal != null) {
        tally.fail("fixtures", name + ": " + refusal);
      } else {
        tally.hold("fixtures", name + ": lost " + difference.lost(), difference.lost().isEmpty());
      }
    }
  }
}
