#!/usr/bin/env bash
# Generates, compiles and runs the checks. SANDBOX, SPECS, FIXTURES, DOCUMENTS and OUT are set by the caller, which
# ../README.md describes.
set -uo pipefail
cd "$(dirname "$0")"
supported="tap essentials essentialsthreat threatconnectv2 threatconnectv3 threatstackv1 threatstackv2"
mvn -q -B compile -Dspecs="$SPECS" >target.log 2>&1 || {
  grep ERROR target.log >&2
  for document in $supported; do case " $DOCUMENTS " in *" $document "*) printf '%s\tmodels\t0\t1\n' "$document" ;; esac done >"$OUT"
  exit 1
}
mvn -q -B exec:java -Dspecs="$SPECS"
