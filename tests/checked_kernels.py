"""Runs the kernels' tests on a build with bounds checks on.

`python tests/checked_kernels.py FOLDER` copies the sources beside the checked kernels in FOLDER and
runs pytest there, so that the fast build in the checkout is neither used nor disturbed.
"""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
TESTS = (
    "tests/server/sim",
    "tests/server/replication",
    "tests/server/interest",
    "tests/server/session",
    "tests/server/transport/test_stream.py",
    "tests/server/transport/test_sending.py",
    "tests/server/world/test_reach.py",
    "tests/scenarios",
    "tests/bench",
)


def main() -> None:
    """Lays the tree and runs the tests in it."""
    built = Path(sys.argv[1]).resolve()
    tree = built.parent / "checked-checkout"
    shutil.rmtree(tree, ignore_errors=True)
    ignore = shutil.ignore_patterns("*.so", "__pycache__", "*.c")
    for name in ("server", "protocol", "bench", "tests", "worlds"):
        shutil.copytree(ROOT / name, tree / name, ignore=ignore)
    shutil.copy(ROOT / "pyproject.toml", tree)
    kernels = sorted(built.rglob("*.so"))
    sources = sorted(tree.rglob("_*.pyx"))
    if len(kernels) != len(sources):
        sys.exit(f"expected a checked build of {len(sources)} kernels, found {len(kernels)}")
    for kernel in kernels:
        package = kernel.relative_to(built).parent
        (root,) = [r for r in ("server", "protocol", "bench") if (tree / r / package).is_dir()]
        shutil.copy(kernel, tree / root / package)
    tests = [name for name in TESTS if (tree / name).exists()]
    command = [sys.executable, "-P", "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests]
    # The editable install would find the fast kernels first; these roots go before it.
    roots = ":".join(str(tree / name) for name in ("server", "protocol", "bench", "tests"))
    sys.exit(
        subprocess.run(
            command, cwd=tree, env={"PYTHONPATH": roots, "PATH": "/usr/bin:/bin"}
        ).returncode
    )


if __name__ == "__main__":
    main()
