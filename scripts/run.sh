#!/usr/bin/env bash
# Installs what is missing, builds, loads a demo county on the first start, and serves it.
#   LISTEN=127.0.0.1:8080                where to listen
#   DATABASE=sqlite:data/demo.sqlite     or postgres://user@host/name
set -euo pipefail
cd "$(dirname "$0")/.."

listen=${LISTEN:-127.0.0.1:8080}
database=${DATABASE:-sqlite:data/demo.sqlite}

scripts/packages.sh run
scripts/build.sh release --product jiaxin
jiaxin=.build/release/jiaxin

mkdir -p data
chmod 700 data

# The demo county is for trying things out: approvers sign in with a password alone unless somebody says otherwise.
export JIAXIN_SECOND_FACTOR=${JIAXIN_SECOND_FACTOR:-offered}

# An address may hold a password, so it travels in the environment and never on a command line.
export JIAXIN_DATABASE=$database

logins=data/demo-logins.txt
[ "$database" = sqlite:data/demo.sqlite ] || logins=data/demo-logins-$(printf %s "$database" | cksum | cut -d ' ' -f 1).txt

# A first start that was interrupted begins again.
loading=data/demo.sqlite.loading
if [ "$database" = sqlite:data/demo.sqlite ] && [ -e "$loading" ]; then
    rm -f data/demo.sqlite data/demo.sqlite-* data/demo.sqlite.* "$logins"
fi

# A SQLite file that is there already is served as it is. A PostgreSQL database is tried once: `demo` fills an empty
# one and refuses any other.
first=no
case "$database" in
sqlite:*) [ -e "${database#sqlite:}" ] || first=yes ;;
*) [ -e "$logins" ] || first=yes ;;
esac

if [ "$first" = yes ]; then
    echo "run: first start, loading the demo county"
    [ "$database" != sqlite:data/demo.sqlite ] || touch "$loading"
    if "$jiaxin" demo --logins-file "$logins"; then
        echo "run: above: role, sign-in name, password, unit, name"
    elif [[ $database == sqlite:* ]]; then
        exit 1
    else
        echo "run: no demo county was loaded; serving the store as it is"
    fi
    rm -f "$loading"
fi
if [ -e "$logins" ]; then
    echo "run: the demo sign-in names and passwords are kept in $logins"
fi
echo "run: Jiaxin on http://$listen (Ctrl+C stops it)"
exec "$jiaxin" serve --listen "$listen"
