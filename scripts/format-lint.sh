#!/usr/bin/env bash
# The formatter's rules, strictly; `swift format --in-place --recursive Sources Tests Package.swift` repairs most of it.
set -euo pipefail
cd "$(dirname "$0")/.."

# A guard that cannot fail is no guard: the linter must refuse this line before its word is taken for the rest.
refusal=$(printf 'let a = b!\n' | swift format lint --strict --configuration .swift-format - 2>&1 || true)
if [[ $refusal != *NeverForceUnwrap* ]]; then
    echo "format: the linter accepts a line that it must refuse" >&2
    exit 1
fi

swift format lint --strict --parallel --recursive Sources Tests Package.swift

# Files stay small enough to be read at one sitting.
long=$(find Sources Tests -name '*.swift' -exec wc -l {} + |
    awk '$2 != "total" && (($2 ~ /^Sources/ && $1 > 400) || $1 > 800) { print "  " $2 ": " $1 " lines" }')
if [ -n "$long" ]; then
    printf 'format: too long (400 lines in Sources, 800 in Tests):\n%s\n' "$long" >&2
    exit 1
fi
