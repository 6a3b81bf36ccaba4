"""Runs the Autobahn conformance suite against our websocket and prints what it found.

The suite is written for Python 2.7. It is installed once, with pinned versions, into an environment
of its own below the cache folder; the interpreter is `$AUKIO_PYTHON2`, `python2.7` on the path, or
one that pyenv knows. Compression (cases 12.* and 13.*) is left out: we never negotiate it, and the
suite would only report it as unimplemented.

    python bench/autobahn/run.py [--cases 1.*,2.*]

It ends with 0 when every case is OK, NON-STRICT or INFORMATIONAL, with 1 when one failed, and with
2 when the suite could not be run.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).parent
SERVER_ROOT = HERE.parent.parent / "server"
REQUIREMENTS = HERE / "requirements.txt"
VIRTUALENV = "virtualenv==20.15.1"  # the last that itself runs on Python 2.7
EXCLUDED = ["12.*", "13.*"]
PASSED = frozenset({"OK", "NON-STRICT", "INFORMATIONAL"})
INSTALL_TIMEOUT_S = 900
SUITE_TIMEOUT_S = 1_800
AGENT = "aukio"


class SuiteError(Exception):
    """The suite cannot be run; the message says why."""


def main() -> int:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("--cases", default="*", help="comma-separated patterns, default all")
    cases = arguments.parse_args().cases.split(",")
    try:
        folder = cache_folder()
        wstest = install(folder)
        with echo_server() as port:
            report = run_suite(wstest, folder / "reports", port, cases)
    except SuiteError as error:
        print(f"autobahn: {error}", file=sys.stderr)
        return 2
    return print_verdict(report)


def cache_folder() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "aukio" / "autobahn"


def install(folder: Path) -> Path:
    """Installs the suite unless it is there already.

    Returns:
        The suite's program.

    Raises:
        SuiteError: there is no Python 2.7, or its packages cannot be installed.
    """
    environment = folder / "environment"
    wstest = environment / "bin" / "wstest"
    stamp = environment / "installed"
    wanted = REQUIREMENTS.read_text()
    if stamp.exists() and stamp.read_text() == wanted:
        return wstest
    python2 = find_python2()
    shutil.rmtree(environment, ignore_errors=True)
    tools = folder / "tools"
    _run([python2, "-m", "pip", "install", "--quiet", "--target", tools, "--upgrade", VIRTUALENV])
    _run([python2, "-m", "virtualenv", "--quiet", "--no-download", environment], PYTHONPATH=tools)
    _run([environment / "bin/python", "-m", "pip", "install", "--quiet", "-r", REQUIREMENTS])
    stamp.write_text(wanted)
    return wstest


def find_python2() -> Path:
    """Finds a Python 2.7 that runs.

    Raises:
        SuiteError: there is none.
    """
    named = os.environ.get("AUKIO_PYTHON2")
    found = [named] if named else [shutil.which("python2.7"), *_pyenv_pythons()]
    for candidate in found:
        # pyenv puts a python2.7 on the path that only runs where that version is selected.
        if candidate and subprocess.run([candidate, "-c", ""], capture_output=True).returncode == 0:
            return Path(candidate)
    raise SuiteError("needs Python 2.7: put python2.7 on the path or set AUKIO_PYTHON2.")


def _pyenv_pythons() -> Iterator[str]:
    pyenv = shutil.which("pyenv")
    if pyenv is None:
        return
    listed = subprocess.run([pyenv, "versions", "--bare"], capture_output=True, text=True)
    for version in listed.stdout.split():
        if version.startswith("2.7"):
            prefix = subprocess.run([pyenv, "prefix", version], capture_output=True, text=True)
            yield str(Path(prefix.stdout.strip()) / "bin" / "python2.7")


@contextmanager
def echo_server() -> Iterator[int]:
    """Runs the echo server; it ends when its standard input does.

    Raises:
        SuiteError: it does not start.
    """
    words = [sys.executable, str(HERE / "echo.py")]
    environment = {**os.environ, "PYTHONPATH": str(SERVER_ROOT)}
    with subprocess.Popen(
        words, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None, "it was asked for"
        line = process.stdout.readline()
        if not line.strip().isdigit():
            raise SuiteError("the echo server did not start; are the kernels built?")
        yield int(line)


def run_suite(wstest: Path, reports: Path, port: int, cases: list[str]) -> dict[str, str]:
    """Runs the cases against 127.0.0.1.

    Returns:
        The behaviour of each case; the worse of what it did and how it closed.

    Raises:
        SuiteError: the suite broke off.
    """
    shutil.rmtree(reports, ignore_errors=True)
    reports.mkdir(parents=True)
    specification = reports / "specification.json"
    server = {"agent": AGENT, "url": f"ws://127.0.0.1:{port}"}
    specification.write_text(
        json.dumps(
            {
                "outdir": str(reports),
                "servers": [server],
                "cases": cases,
                "exclude-cases": EXCLUDED,
                "exclude-agent-cases": {},
            }
        )
    )
    _run([wstest, "-m", "fuzzingclient", "-s", specification], timeout_s=SUITE_TIMEOUT_S)
    index = reports / "index.json"
    if not index.exists():
        raise SuiteError("the suite wrote no report")
    results = json.loads(index.read_text())[AGENT]
    return {case: _worse(each["behavior"], each["behaviorClose"]) for case, each in results.items()}


def print_verdict(report: dict[str, str]) -> int:
    """Prints counts and failed cases; tells the exit status."""
    for behaviour, count in sorted(Counter(report.values()).items()):
        print(f"{behaviour:>14}  {count}")
    failed = {case: behaviour for case, behaviour in report.items() if behaviour not in PASSED}
    for case, behaviour in sorted(failed.items()):
        print(f"case {case}: {behaviour}")
    verdict = "failed" if failed or not report else "passed"
    print(f"autobahn: {len(report)} cases, {len(failed)} failed; left out {', '.join(EXCLUDED)}")
    return 0 if verdict == "passed" else 1


def _worse(behaviour: str, closing: str) -> str:
    return closing if behaviour in PASSED and closing not in PASSED else behaviour


def _run(words: list[Path | str], *, timeout_s: float = INSTALL_TIMEOUT_S, **extra: Path) -> None:
    environment = {**os.environ, **{name: str(value) for name, value in extra.items()}}
    command = [str(word) for word in words]
    done = subprocess.run(
        command, env=environment, timeout=timeout_s, capture_output=True, text=True
    )
    if done.returncode:
        last = (done.stderr or done.stdout).strip().splitlines()[-1:]
        raise SuiteError(f"'{' '.join(command)}' failed: {''.join(last)}")


if __name__ == "__main__":
    sys.exit(main())
