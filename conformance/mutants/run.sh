#!/bin/sh
# Mutates the hand-written packages and holds what survives against survivors.txt.
# Usage: run.sh [package …]; a package may be followed by the one file that is to be mutated, as
# in ./engine:redact.go. COEFFICIENT is how many times as long as the tests a mutant may take.
set -eu
cd "$(dirname "$0")/../.."
here=./conformance/mutants
work=$(mktemp -d)
# A mutant is compiled, linked and tested once: no vet, no symbols, and not the tests that need seconds. Without
# the cache the tests are timed as they are.
export GOFLAGS="${GOFLAGS:-} -vet=off -short -count=1 '-ldflags=-s -w'"
trap 'rm -rf "$work"' EXIT
[ $# -gt 0 ] || set -- ./client ./engine ./auth ./tql
code=0
for target in "$@"; do
	package=${target%%:*}
	file=${target#"$package"}
	exclude=
	if [ -n "$file" ]; then # everything else is left alone
		for other in "$package"/*.go; do
			[ "$(basename "$other")" = "${file#:}" ] || exclude="$exclude -E ^$(basename "$other")\$"
		done
	fi
	# shellcheck disable=SC2086 # the exclusions are several words
	go run github.com/go-gremlins/gremlins/cmd/gremlins@v0.6.0 unleash --workers 2 --timeout-coefficient "${COEFFICIENT:-30}" \
		$exclude -o "$work/report.json" "$package" >"$work/log" || { cat "$work/log"; exit 1; }
	go run "$here/report" -package "$package" -survivors "$here/survivors.txt" "$work/report.json" || code=1
done
exit $code
