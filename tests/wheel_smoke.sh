#!/bin/sh
# Builds the wheel, installs it into an empty environment, and serves from an empty folder.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
server=
finish() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    rm -rf "$work"
}
trap finish EXIT
python="$root/.venv/bin/python"

"$python" -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir "$work" "$root"
"$python" -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
    --constraint "$root/constraints.txt" "$work"/aukio-*.whl
mkdir "$work/anywhere"
cd "$work/anywhere"
"$work/venv/bin/aukio" --version
"$work/venv/bin/aukio" serve --host 127.0.0.1 --port 0 >"$work/out" 2>"$work/err" &
server=$!
"$work/venv/bin/python" - "$work/out" "$server" "$work/err" <<'PY'
import os, re, sys, time, urllib.request

deadline = time.monotonic() + 30
port = None
while port is None and time.monotonic() < deadline:
    try:
        os.kill(int(sys.argv[2]), 0)
    except ProcessLookupError:
        sys.exit("the server ended: " + open(sys.argv[3]).read())
    found = re.search(r"localhost:(\d+)", open(sys.argv[1]).read())
    port = found[1] if found else None
    time.sleep(0.1)
assert port, "the server did not say where it is"
base = f"http://127.0.0.1:{port}"
page = urllib.request.urlopen(f"{base}/").read().decode()
script = re.search(r'src="(/assets/[^"]+\.js)"', page)
assert script, "the page has its script"
assert urllib.request.urlopen(base + script[1]).status == 200
assert b'"ready":true' in urllib.request.urlopen(f"{base}/healthz").read()
assert b"scene-" in urllib.request.urlopen(f"{base}/worlds/square/index.json").read()
print("wheel smoke: 1 passed, 0 failed")
PY
