#!/usr/bin/env bash
# Names the Debian packages that Jiaxin needs and installs those that are missing.
#   scripts/packages.sh run     to build and run
#   scripts/packages.sh test    to run the tests as well
#   scripts/packages.sh bench   to run the benchmarks
# As root it installs them; otherwise it prints the exact line to run and stops.
set -euo pipefail

run=(
    ca-certificates     # fetching the Swift packages over TLS
    pkg-config          # how the Swift package manager finds the C libraries
    libsqlite3-dev      # the embedded engine
    libpq-dev           # PostgreSQL's client library
    libqrencode-dev     # QR codes on receipts
    libxlsxwriter-dev   # lists as Excel workbooks
    fonts-noto-cjk      # Chinese glyphs in the browser and on paper
    weasyprint          # PDFs of official documents (docs/decisions/0007-pdf.md)
    libharfbuzz-subset0 # cuts their Chinese fonts to size, ten times faster
    python3-pil         # copies of pictures without hidden data (docs/decisions/0009-attachments.md)
    libmagic1           # what a file is, by its content
    libjs-chart.js      # pictures of tables (docs/decisions/0017-oversight.md)
    libjs-leaflet       # the map of townships
)
test=(
    postgresql          # tests start a server of their own on loopback
    chromium-headless-shell # the browser tests: Chromium without its windows
    python3-venv        # the test runner's own Python environment
    strace              # proves that commits reach the disk before they are acknowledged
    poppler-utils       # reads PDFs back
)
bench=(
    postgresql python3
    wrk                 # the load
)

case "${1:-run}" in
run) wanted=("${run[@]}") ;;
test) wanted=("${run[@]}" "${test[@]}") ;;
bench) wanted=("${run[@]}" "${bench[@]}") ;;
*)
    echo "usage: scripts/packages.sh [run|test|bench]" >&2
    exit 2
    ;;
esac

if ! command -v dpkg-query >/dev/null; then
    echo "packages: this is not Debian; please install the equivalents of: ${wanted[*]}" >&2
    exit 0
fi

# Prints the wanted packages that are not completely installed.
missing() {
    local name
    for name in "${wanted[@]}"; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null || true)" = installed ] || echo "$name"
    done
}

mapfile -t absent < <(missing)
[ ${#absent[@]} -gt 0 ] || exit 0

if [ "$(id -u)" -ne 0 ]; then
    {
        echo "packages: these are missing: ${absent[*]}"
        echo "Please run this line, then try again:"
        echo
        echo "    sudo apt-get update && sudo apt-get install -y --no-install-recommends ${absent[*]}"
        echo
    } >&2
    exit 1
fi

echo "packages: installing ${absent[*]}"
export DEBIAN_FRONTEND=noninteractive

# Another installation may be running: wait for it rather than fail.
install() {
    apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=900 "${absent[@]}"
}
update() {
    local attempt
    for attempt in 1 2 3 4 5 6; do
        apt-get update -qq -o DPkg::Lock::Timeout=900 && return 0
        echo "packages: the package lists are in use or unreachable, trying again ($attempt)"
        sleep 10
    done
    return 1
}

# The lists of a fresh image are empty or old: update once, and only if the names are unknown or the first try fails.
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! apt-cache show "${absent[@]}" >/dev/null 2>&1; then
    update
fi
if ! install >"$log" 2>&1; then
    update
    if ! install >"$log" 2>&1; then
        tail -n 40 "$log" >&2
        echo "packages: could not install ${absent[*]}" >&2
        exit 1
    fi
fi

mapfile -t absent < <(missing)
if [ ${#absent[@]} -gt 0 ]; then
    echo "packages: still missing: ${absent[*]}" >&2
    exit 1
fi
