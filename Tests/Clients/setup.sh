#!/usr/bin/env bash
# Installs what the build and the tests need and the machine lacks, and makes the clients' Python environments.
# Run again, it does nothing but look. Every environment has a stamp: the hash of the requirements it was made from.
# With the argument `system`, only the system packages; with `bench`, also those that the benchmarks compare with; with
# `all`, also the environments that only `make test-clients` needs.
set -euo pipefail
cd "$(dirname "$0")/../.."

install() {
    echo "setup: installing $* with apt-get"
    local root=()
    [ "$(id -u)" = 0 ] || root=(sudo)
    "${root[@]}" apt-get update -qq
    DEBIAN_FRONTEND=noninteractive "${root[@]}" apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

# A Python that all clients run on, 3.10 to 3.12, and that can make environments.
find_python() {
    local candidate
    for candidate in ${PYTHON:-} python3.12 python3.11 python3.10 python3 /usr/bin/python3; do
        if "$candidate" -c 'import sys, venv, ensurepip; sys.exit(not (3, 10) <= sys.version_info < (3, 13))' \
            2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    return 1
}

missing=()
[ -e /usr/include/sqlite3.h ] || missing+=(libsqlite3-dev)
command -v bwrap >/dev/null || missing+=(bubblewrap)
# Looks at reports: their schema, their pages.
if [ "${1:-}" != system ]; then command -v xmllint >/dev/null || missing+=(libxml2-utils); fi
if [ "${1:-}" != system ]; then command -v chromium >/dev/null || missing+=(chromium); fi
find_python >/dev/null || missing+=(python3 python3-venv)
if [ "${1:-}" = bench ]; then [ -x /usr/sbin/nginx ] || missing+=(nginx-light); fi
if [ ${#missing[@]} -gt 0 ]; then install "${missing[@]}"; else echo "setup: all system packages are there"; fi

[ "${1:-}" != system ] || exit 0

python=$(find_python) || { echo "setup: error: no Python 3.10 to 3.12 with venv; name one as PYTHON" >&2; exit 4; }

# Installs the same packages several times faster than pip, but does not read pip's settings. Where it fails, pip does.
installer=uv==0.13.9
installer_folder=.venv/installer
stamp="$("$python" --version) $installer"
if [ "$(cat "$installer_folder/stamp" 2>/dev/null || true)" != "$stamp" ]; then
    echo "setup: making $installer_folder"
    rm -rf "$installer_folder"
    "$python" -m venv "$installer_folder"
    "$installer_folder/bin/python" -m pip install --quiet --disable-pip-version-check "$installer"
    echo "$stamp" >"$installer_folder/stamp"
fi

for requirements in Tests/Clients/*.txt; do
    group=$(basename "$requirements" .txt)
    folder=.venv/$group
    if [ "$group" = frameworks ] && [ "${1:-}" != all ]; then continue; fi
    wanted=$("$python" --version | cat - "$requirements" | sha256sum | cut -d' ' -f1)
    if [ "$(cat "$folder/stamp" 2>/dev/null || true)" = "$wanted" ]; then
        echo "setup: $folder is up to date"
        continue
    fi
    echo "setup: making $folder"
    rm -rf "$folder"
    "$python" -m venv --without-pip "$folder"
    "$installer_folder/bin/uv" pip install --quiet --python "$folder/bin/python" --requirement "$requirements" ||
        "$installer_folder/bin/python" -m pip --python "$folder/bin/python" install --quiet \
            --disable-pip-version-check --requirement "$requirements"
    echo "$wanted" >"$folder/stamp"
done
