#!/usr/bin/env bash
# Proves the documents in TypeScript; README.md of the folder above describes the environment and the output.
# Types are made for all documents, since they take seconds and the calls are compiled as one program.
set -euo pipefail
rm -rf .out
[ node_modules -nt package-lock.json ] || npm ci --silent --no-fund --no-audit >&2
for document in "$SPECS"/*.yaml; do
  npx openapi-typescript "$document" -o ".out/types/$(basename "$document" .yaml).ts" >.out-log 2>&1 || { cat .out-log >&2; exit 1; }
done
rm -f .out-log
npx tsc -p .
node .out/js/prove.js
