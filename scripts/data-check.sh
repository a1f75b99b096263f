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

# Rows that cannot be taken are written beside the file; exit code 1 only says that there are some.
cp "$letters" "$work/letters.csv"
import_letters() {
    local status=0
    "$jiaxin" import letters "$work/letters.csv" --database "$store" | tee "$work/summary" || status=$?
    [ "$status" -le 1 ] || exit "$status"
    if [ -e "$work/letters.csv.rejected.csv" ]; then cut -c 1-200 "$work/letters.csv.rejected.csv"; fi
}

echo "data-check: first import"
import_letters
echo "data-check: second import, which must add nothing"
import_letters
grep -Eq '^imported +0$' "$work/summary"
echo "data-check: verify"
"$jiaxin" verify --database "$store"
echo "data-check: as if the national pack had been in force"
"$jiaxin" replay --as-if-pack national-petition "$letters"
