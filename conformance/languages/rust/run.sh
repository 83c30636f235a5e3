#!/usr/bin/env bash
# Generates, compiles and runs the checks. SANDBOX, SPECS, FIXTURES, DOCUMENTS and OUT are set by the caller, which
# ../README.md describes.
set -euo pipefail
cd "$(dirname "$0")"
VERSION=7.25.0
supported="tap essentials essentialsthreat threatconnectv3 threatstackv1 threatstackv2"
jar=${M2:-$HOME/.m2}/repository/org/openapitools/openapi-generator-cli/$VERSION/openapi-generator-cli-$VERSION.jar

[ -f "$jar" ] || mvn -q -B dependency:get -Dartifact="org.openapitools:openapi-generator-cli:$VERSION"
mkdir -p generated
for document in $supported; do
  stamp=$VERSION$(cat "$SPECS/$document.yaml" generator.yaml templates/* | sha256sum)
  [ "$stamp" = "$(cat "generated/$document.stamp" 2>/dev/null)" ] && continue
  rm -rf "generated/$document"
  java -jar "$jar" generate -g rust --library reqwest -c generator.yaml -i "$SPECS/$document.yaml" -o "generated/$document" \
    --additional-properties="packageName=$document" --skip-validate-spec >"generated/$document.log" 2>&1 || { cat "generated/$document.log" >&2; exit 1; }
  echo "$stamp" >"generated/$document.stamp"
done
cargo build --quiet --locked || {
  for document in $supported; do case " $DOCUMENTS " in *" $document "*) printf '%s\tmodels\t0\t1\n' "$document" ;; esac done >"$OUT"
  exit 1
}
cargo run --quiet --locked
