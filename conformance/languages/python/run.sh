#!/usr/bin/env bash
# Proves the documents in Python; README.md of the folder above describes the environment and the output.
set -euo pipefail
export PYTHONDONTWRITEBYTECODE=1 PIP_DISABLE_PIP_VERSION_CHECK=1
mkdir -p .out
if [ ! .out/venv/complete -nt requirements.txt ]; then
  python3 -m venv --clear .out/venv
  .out/venv/bin/pip install --quiet --require-hashes -r requirements.txt >&2
  touch .out/venv/complete
fi
mkdir -p .out/documents
for document in $DOCUMENTS; do
  .out/venv/bin/python document.py "$SPECS/$document.yaml" ".out/documents/$document.json"
  .out/venv/bin/openapi-python-client generate --path ".out/documents/$document.json" --output-path ".out/generated/$document" --meta none --config generator.yml --overwrite --fail-on-warning >.out/log 2>&1 ||
    { cat .out/log >&2; exit 1; }
done
PYTHONPATH=.out/generated .out/venv/bin/python prove.py
