package proof;

import java.util.Map;
import java.util.TreeMap;

/** Counts what passed and failed for one document, by kind. */
public class Tally {
  private final String document;
  private final Map<String, int[]> counts = new TreeMap<>();

  public Tally(String document) {
    this.document = document;
  }

  public void pass(String kind) {
    counts.computeIfAbsent(kind, k -> new int[2])[0]++;
  }

  public void fail(String kind, String why) {
    counts.computeIfAbsent(kind, k -> new int[2])[1]++;
    System.err.println("java " + document + " " + kind + ": " + why);
  }

  public void hold(String kind, String what, boolean holds) {
    if (holds) {
      pass(kind);
    } else {
      fail(kind, what);
    }
  }

  /** Counts a fixture that deviates on purpose: it may be read or refused. */
  public void deviates(boolean isRead) {
    counts.computeIfAbsent("deviating", k -> new int[2])[isRead ? 0 : 1]++;
  }

  public boolean failed() {
    return counts.entrySet().stream().anyMatch(n -> !n.getKey().equals("deviating") && n.getValue()[1] > 0);
  }

  /** One line for each kind: document, kind, passed, failed. */
  public String lines() {
    StringBuilder lines = new StringBuilder();
    counts.forEach((kind, n) -> lines.append(String.join("\t", document, kind, "" + n[0], "" + n[1])).append('\n'));
    return lines.toString();
  }
}
