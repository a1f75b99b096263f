#!/usr/bin/env bash
# Imports the real letters that may lie beside this folder (../shared/data, not part of the project) into a new
# store, twice, and verifies it.
set -euo pipefail
cd "$(dirname "$0")/.."

letters=../shared/data/letters/replied-2000.csv
if [ ! -e "$letters" ]; then
    echo "data-check: $letters is not there, nothing to check"
    exit 0
fi

scripts/packages.sh run
scripts/build.sh release --product jiaxin

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
store=sqlite:$work/letters.sqlite
jiaxin=.build/release/jiaxin

echo "data-check: first import"
"$jiaxin" import letters "$letters" --database "$store"
echo "data-check: second import, which must add nothing"
"$jiaxin" import letters "$letters" --database "$store"
echo "data-check: verify"
"$jiaxin" verify --database "$store"
