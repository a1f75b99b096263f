#!/usr/bin/env bash
# Everything that must pass: format, boundaries, Swift tests on both engines, the whole in a real browser.
#   ONLY=swift or ONLY=browser runs that part alone (after building).
# Stops at the first part that fails and says which.
set -euo pipefail
cd "$(dirname "$0")/.."

part() {
    local name=$1 started=$SECONDS status=0
    shift
    echo "== $name"
    "$@" || status=$?
    if [ "$status" -ne 0 ]; then
        echo "== $name: FAILED after $((SECONDS - started)) s (exit code $status)"
        exit 1
    fi
    echo "== $name: passed in $((SECONDS - started)) s"
}

# The browser tests run in a Python environment of their own; it is made again when its requirements change.
environment() {
    local wanted=Tests/EndToEnd/requirements.txt made=.build/venv/requirements.txt
    if cmp -s "$wanted" "$made"; then return 0; fi
    # `part` asks for the exit code, which switches `set -e` off in here: hence the chain.
    rm -rf .build/venv && mkdir -p .build &&
        /usr/bin/python3 -m venv .build/venv &&
        .build/venv/bin/python -m pip install --quiet --disable-pip-version-check --requirement "$wanted" &&
        cp "$wanted" "$made"
}

build() {
    scripts/build.sh debug --build-tests --explicit-target-dependency-import-check error
}

swift_tests() {
    swift test --skip-build
}

# Two at a time: a test waits for pages more than it computes. Each worker has stores and servers of its own.
browser_tests() {
    JIAXIN_BINARY=${JIAXIN_BINARY:-$PWD/.build/debug/jiaxin} \
        .build/venv/bin/python -m pytest Tests/EndToEnd -n 2 --dist worksteal "$@"
}

only=${ONLY:-all}
part "packages" scripts/packages.sh test
[ "$only" != all ] || part "format" scripts/format-lint.sh
part "build" build
if [ "$only" != browser ]; then
    part "Swift tests" swift_tests
fi
if [ "$only" != swift ]; then
    part "Python environment" environment
    part "browser tests" browser_tests
fi
