#!/usr/bin/env bash
# Generates from every document with third-party generators, and compiles the output:
#
#   ./run.sh                              all documents with all generators, one after another
#   DOCUMENTS=tap GENERATORS="ogen rust" ./run.sh
#
# Output and messages stay in .out/<document>/<generator>. A table is printed. A failure that
# known.txt does not list with its reason fails the run, and so does an entry that is no longer needed.
set -uo pipefail
cd "$(dirname "$0")"
here=$PWD specs=$PWD/../../specs out=$PWD/.out
DOCUMENTS=${DOCUMENTS:-$(cd "$specs" && ls ./*.yaml | xargs -n1 basename -s .yaml)}
GENERATORS=${GENERATORS:-openapi-typescript hey-api orval oapi-codegen ogen python java rust}
OGEN=v1.24.0 OPENAPI_GENERATOR=7.25.0
LIMIT=${LIMIT:-900} # seconds for one step
jar=${M2:-$HOME/.m2}/repository/org/openapitools/openapi-generator-cli/$OPENAPI_GENERATOR/openapi-generator-cli-$OPENAPI_GENERATOR.jar

limited() { timeout "$LIMIT" nice -n 10 "$@"; }
compile_typescript() { limited npx tsc --noEmit --strict --skipLibCheck --target es2022 --module esnext --moduleResolution bundler --lib es2022,dom,dom.iterable --types node "$@"; }
openapi_generator() { limited java -Xmx3g -jar "$jar" generate -i "$spec" -o "$dir" --skip-validate-spec "$@"; }

# Each generates from $spec into $dir and compiles the output; it fails if either step fails.
make_openapi-typescript() { limited npx openapi-typescript "$spec" -o "$dir/schema.ts" && compile_typescript --exactOptionalPropertyTypes "$dir/schema.ts"; }
make_hey-api() { limited npx openapi-ts -i "$spec" -o "$dir" -p @hey-api/client-fetch @hey-api/typescript @hey-api/sdk && compile_typescript "$dir/index.ts"; }
make_orval() { limited npx orval --input "$spec" --output "$dir/client.ts" --client fetch && compile_typescript "$dir/client.ts"; }
make_oapi-codegen() { limited go run github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen -generate types,client -package api -o "$dir/api.go" "$spec" && limited go build "$dir"; }
make_ogen() {
  limited go run "github.com/ogen-go/ogen/cmd/ogen@$OGEN" -config ogen.yml -clean -target "$dir/api" -package api "$spec" || return
  (cd "$dir" && go mod init example.com/generated && go get "github.com/ogen-go/ogen@$OGEN" && go mod tidy && limited go build ./...)
}
make_python() {
  openapi_generator -g python --additional-properties=packageName=api &&
    limited "$out/venv/bin/python" -c "import sys; sys.path.insert(0, '$dir'); import api; from api import models"
}
make_java() {
  openapi_generator -g java --library okhttp-gson --additional-properties=hideGenerationTimestamp=true --global-property=apis,models,supportingFiles,apiTests=false,modelTests=false,apiDocs=false,modelDocs=false &&
    (cd "$dir" && limited mvn -q -B -o compile 2>&1 || limited mvn -q -B compile)
}
make_rust() {
  openapi_generator -g rust --library reqwest --additional-properties=packageName=api --global-property=apis,models,supportingFiles,apiDocs=false,modelDocs=false &&
    (cd "$dir" && CARGO_TARGET_DIR="$out/target" limited cargo check --quiet)
}

prepare() {
  mkdir -p "$out"
  [ -d node_modules ] || npm ci --silent --no-fund --no-audit || exit 1
  case " $GENERATORS " in *" python "* | *" java "* | *" rust "*)
    [ -f "$jar" ] || mvn -q -B dependency:get -Dartifact="org.openapitools:openapi-generator-cli:$OPENAPI_GENERATOR" || exit 1 ;;
  esac
  case " $GENERATORS " in *" python "*)
    [ -d "$out/venv" ] || { python3 -m venv "$out/venv" && "$out/venv/bin/pip" install -q "pydantic>=2" urllib3 python-dateutil typing-extensions; } || exit 1 ;;
  esac
}

prepare
unexpected=0 table="| document |"
for g in $GENERATORS; do table+=" $g |"; done
table+=$'\n| --- |'
for g in $GENERATORS; do table+=" --- |"; done
for document in $DOCUMENTS; do
  table+=$'\n'"| $document |"
  for g in $GENERATORS; do
    spec=$specs/$document.yaml dir=$out/$document/$g log=$out/$document/$g.log
    rm -rf "$dir" && mkdir -p "$dir"
    begin=$SECONDS
    if "make_$g" >"$log" 2>&1; then result=ok; else result=fails; fi
    excused=$(grep -c "^$document $g " known.txt)
    echo "$document $g: $result after $((SECONDS - begin)) s" >&2
    if [ "$result" = fails ] && [ "$excused" = 0 ]; then unexpected=1 && tail -n 5 "$log" | cut -c1-300 >&2; fi
    if [ "$result" = ok ] && [ "$excused" != 0 ]; then unexpected=1 && echo "$document $g works: take it out of known.txt" >&2; fi
    table+=" $result |"
  done
done
echo "$table"
exit $unexpected
