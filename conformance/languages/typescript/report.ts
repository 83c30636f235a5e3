// Counts what passed and what failed, for the runner.
import { writeFileSync } from "node:fs";

const counts = new Map<string, { passed: number; failed: number }>();
let failures = 0;

/** say counts one check; fault is why it failed. A fixture that deviates may be refused. */
export function say(document: string, kind: "vectors" | "models" | "fixtures" | "deviating" | "calls", name: string, fault?: unknown) {
  const key = `${document}\t${kind}`;
  const count = counts.get(key) ?? { passed: 0, failed: 0 };
  counts.set(key, count);
  if (fault === undefined) count.passed++;
  else count.failed++;
  if (fault !== undefined && kind !== "deviating") {
    failures++;
    console.error(`${document} ${kind} ${name}: ${fault instanceof Error ? fault.message : fault}`);
  }
}

/** write leaves the counts in a file and returns how many checks failed. */
export function write(file: string): number {
  writeFileSync(file, [...counts].map(([key, c]) => `${key}\t${c.passed}\t${c.failed}\n`).join(""));
  return failures;
}
