"""The folders and the habits that a newcomer relies on."""

import subprocess
from pathlib import Path

import numpy as np

from aukio.sim import units
from aukio_protocol import motion

ROOT = Path(__file__).parents[2]


def tracked() -> list[Path]:
    words = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def test_source_roots_are_no_packages() -> None:
    for root in ("server", "protocol", "bench", "tests"):
        assert not (ROOT / root / "__init__.py").exists(), f"{root}/ is a source root"


def test_no_file_hides_behind_a_name_that_names_nothing() -> None:
    nameless = {"utils", "util", "helpers", "helper", "common", "misc", "manager"}
    assert not [path for path in tracked() if path.stem in nameless]


def test_every_kernel_has_its_types_beside_it() -> None:
    kernels = [path for path in tracked() if path.suffix == ".pyx"]
    assert kernels
    for path in kernels:
        assert path.name.startswith("_"), f"{path.name}: a kernel's name begins with _"
        assert path.with_suffix(".pyi").is_file(), f"{path.name} has no .pyi"


def test_lock_files_name_no_download_address() -> None:
    assert "://" not in (ROOT / "constraints.txt").read_text()
    assert '"resolved"' not in (ROOT / "clients/web/package-lock.json").read_text()


def test_the_simulation_and_the_wire_have_the_same_steps() -> None:
    for name, value in vars(units).items():
        if name.isupper() and isinstance(value, int) and hasattr(motion, name):
            assert value == getattr(motion, name), f"{name} differs"
    shared = {name for name in vars(units) if name.isupper() and hasattr(motion, name)}
    assert len(shared) >= 18, "the constants are still shared by name"
    assert np.array_equal(units.sine_table(), np.array(motion.SINE))
    assert tuple(motion.Gait) == (units.STAND, units.WALK, units.RUN, units.KEEP)
