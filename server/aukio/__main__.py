"""`python -m aukio` is the `aukio` command."""

from aukio.cli import main

main()
