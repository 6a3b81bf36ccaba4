"""The kernels to compile and the web client to build; everything else stands in pyproject.toml."""

import os
import shutil
import subprocess
from pathlib import Path

from Cython.Build import cythonize
from setuptools import Extension, setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).parent
SOURCE_ROOTS = ("server", "protocol", "bench")
CHECKED = os.environ.get("AUKIO_CHECKED_KERNELS") == "1"

DIRECTIVES = {
    "language_level": 3,
    "boundscheck": CHECKED,
    "wraparound": CHECKED,
    "initializedcheck": CHECKED,
    "cdivision": True,
    "embedsignature": True,
    "show_performance_hints": False,
}


def kernels() -> list[Extension]:
    """Every `_name.pyx` below the source roots, as the module its path says."""
    found = []
    for root in SOURCE_ROOTS:
        for path in sorted((ROOT / root).rglob("_*.pyx")):
            module = ".".join(path.relative_to(ROOT / root).with_suffix("").parts)
            source = str(path.relative_to(ROOT))
            found.append(Extension(module, [source], extra_compile_args=["-O3", "-g0"]))
    return found


class BuildWithClient(build_py):
    """Puts the built web client and the example worlds into the wheel."""

    def run(self) -> None:
        super().run()
        if self.editable_mode:
            return  # a checkout serves clients/web/dist and worlds/ from where they stand
        build_client()
        package = Path(self.build_lib) / "aukio"
        for source, name in ((ROOT / "clients/web/dist", "_client"), (ROOT / "worlds", "_worlds")):
            shutil.rmtree(package / name, ignore_errors=True)
            shutil.copytree(source, package / name)


def build_client() -> None:
    """Builds clients/web/dist with npm.

    Raises:
        SystemExit: Node or npm is missing, or the build fails.
    """
    npm = shutil.which("npm")
    if npm is None:
        raise SystemExit("aukio: building the web client needs Node 20 or newer (npm not found).")
    web = ROOT / "clients/web"
    for words in (["ci", "--no-audit", "--no-fund"], ["run", "build"]):
        if subprocess.run([npm, *words], cwd=web).returncode:
            raise SystemExit(f"aukio: 'npm {' '.join(words)}' failed in clients/web (see above).")


setup(
    ext_modules=cythonize(
        kernels(),
        compiler_directives=DIRECTIVES,
        build_dir="build/checked" if CHECKED else "build/cython",
    ),
    cmdclass={"build_py": BuildWithClient},
)
