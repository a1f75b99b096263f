#!/usr/bin/env bash
# Format lint, then a build in which every target may import only what it declares and warnings are errors.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/packages.sh run
scripts/format-lint.sh
echo "check: format is right"
scripts/build.sh debug --build-tests --explicit-target-dependency-import-check error
echo "check: targets import only what they declare"
