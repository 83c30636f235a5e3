#!/bin/sh
# Mutates the hand-written packages and compares the mutants that survive with survivors.txt.
# Usage: run.sh [package …]; a package may be followed by the one file that is to be mutated, as
# in ./engine:redact.go.
set -eu
cd "$(dirname "$0")/../.."
here=./conformance/mutants
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Tests that take seconds are left out, because every mutant runs the rest.
export GOFLAGS="${GOFLAGS:-} -short"
ulimit -v 16000000 2>/dev/null || true # KB: a mutant may allocate without end
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
	go run github.com/go-gremlins/gremlins/cmd/gremlins@v0.6.0 unleash --dry-run $exclude -o "$work/report.json" "$package" >"$work/log" ||
		{ cat "$work/log"; exit 1; }
	go run "$here" -package "$package" -survivors "$here/survivors.txt" "$work/report.json" || code=1
done
exit $code
