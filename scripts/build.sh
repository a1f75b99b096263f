#!/usr/bin/env bash
# Runs `swift build` and shows where it is: the package manager's own progress on a terminal, otherwise one line
# about every 15 seconds.
#   scripts/build.sh debug|release [more flags of swift build]
# Its exit code is that of the build.
set -euo pipefail
cd "$(dirname "$0")/.."

configuration=${1:?usage: scripts/build.sh debug|release [flags]}
shift

if ! command -v swift >/dev/null; then
    echo "build: Swift 6.3 is needed and 'swift' is not on the path: https://www.swift.org/install" >&2
    exit 1
fi

if [ -t 1 ]; then
    exec swift build -c "$configuration" "$@"
fi

mkdir -p .build
log=.build/build-$configuration.log
: >"$log"
swift build -c "$configuration" "$@" >"$log" 2>&1 &
build=$!
trap 'kill "$build" 2>/dev/null || true' INT TERM

started=$SECONDS
shown=$SECONDS
while kill -0 "$build" 2>/dev/null; do
    sleep 1
    if [ $((SECONDS - shown)) -ge 15 ]; then
        shown=$SECONDS
        line=$(tr '\r' '\n' <"$log" | grep -E '^\[[0-9]+/[0-9]+\]|^(Fetching|Fetched|Creating|Computing|Updating|Planning|Building)' |
            tail -n 1 | cut -c 1-100 || true)
        echo "build ($configuration, $((SECONDS - started)) s): ${line:-starting}"
    fi
done

status=0
wait "$build" || status=$?
if [ "$status" -ne 0 ]; then
    grep -E 'error:|error -|warning:' "$log" | sort -u | head -n 60 >&2 || true
    tail -n 20 "$log" >&2
    echo "build ($configuration): failed after $((SECONDS - started)) s, the whole log is in $log" >&2
    exit "$status"
fi
echo "build ($configuration): done in $((SECONDS - started)) s"
