"""Counts what passed and what failed, for the runner."""

import sys

counts: dict[tuple[str, str], list[int]] = {}


def say(document: str, kind: str, name: str, fault: object = None):
    """Counts one check; fault is why it failed. A fixture that deviates may be refused."""
    counts.setdefault((document, kind), [0, 0])[0 if fault is None else 1] += 1
    if fault is not None and kind != "deviating":
        print(f"{document} {kind} {name}: {fault}", file=sys.stderr)


def write(file: str) -> bool:
    """Writes the counts to a file and returns whether all checks passed."""
    with open(file, "w") as out:
        for (document, kind), (passed, failed) in counts.items():
            out.write(f"{document}\t{kind}\t{passed}\t{failed}\n")
    return not any(failed for (_, kind), (_, failed) in counts.items() if kind != "deviating")
