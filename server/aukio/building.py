"""The commands of world builders: new, check, fmt, schema, preview, explain, diff."""

import dataclasses
import json
import sys
from pathlib import Path
from typing import NoReturn

import click

from aukio.errors import AukioError
from aukio.world.problems import WorldProblems

EXIT_PROBLEMS = 1
FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)
FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--name", default="", help="What people read; if not said, the folder's name.")
def new(folder: Path, name: str) -> None:
    """Make a new world in FOLDER: a small place that is sound, to begin from."""
    from aukio.world.starter import new_world

    try:
        file = new_world(folder, name)
    except (AukioError, OSError) as error:
        _fail(str(error))
    click.echo(f"Wrote {file}. Its first lines say how to look at it; next: aukio serve {folder}")


@click.command()
@click.argument("worlds", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--strict",
    is_flag=True,
    help="Texts missing in a language, and things without a description, are problems too.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for editors and CI.")
def check(worlds: tuple[Path, ...], strict: bool, as_json: bool) -> None:
    """Check world folders: every problem at once, each with file:line:col.

    Exits 1 when there is a problem.
    """
    from aukio.world.check import check_world

    checked = [check_world(folder, strict=strict) for folder in worlds]
    if as_json:
        problems = [dataclasses.asdict(one) for each in checked for one in each.problems]
        sound = [each.folder.name for each in checked if not each.problems]
        click.echo(json.dumps({"sound": sound, "problems": problems}, ensure_ascii=False, indent=1))
    else:
        for each in checked:
            for problem in each.problems:
                click.echo(str(problem))
            if each.summary:
                click.echo(each.summary)
    sys.exit(EXIT_PROBLEMS if any(each.problems for each in checked) else 0)


@click.command()
@click.argument("world", type=FOLDER)
@click.option("-o", "--output", type=FILE, help="Write a file; without it the schema is printed.")
def schema(world: Path, output: Path | None) -> None:
    """Print the JSON Schema of a WORLD, made from its own prefabs.

    An editor with a YAML language server completes and checks with it, when the first line of
    world.yaml names it: # yaml-language-server: $schema=world.schema.json
    """
    from aukio.world.reader import editor_schema

    text = json.dumps(editor_schema(world), ensure_ascii=False, indent=1) + "\n"
    if output is None:
        click.echo(text, nl=False)
    else:
        _write(output, text.encode())


@click.command()
@click.argument("world", type=FOLDER)
@click.option("-o", "--output", type=FILE, required=True, help="The map: a .png or an .svg.")
@click.option(
    "--width", default=1400, show_default=True, type=click.IntRange(200, 8000), help="Pixels."
)
@click.option("--language", default="en", show_default=True, help="Of names, where they have it.")
@click.option("--walk", is_flag=True, help="Tint where nobody can stand.")
def preview(world: Path, output: Path, width: int, language: str, walk: bool) -> None:
    """Draw the map of a WORLD as seen from above, north up."""
    from aukio.world import load_world
    from aukio.world.compile import compile_walk_field
    from aukio.world.drawing import to_png, to_svg
    from aukio.world.preview import draw_world

    kind = output.suffix.lower()
    if kind not in (".png", ".svg"):
        raise click.BadParameter("a map is a .png or an .svg", param_hint="--output")
    try:
        found = load_world(world)
        drawing = draw_world(found, compile_walk_field(found) if walk else None, language, width)
    except WorldProblems as error:
        _fail(str(error))
    _write(output, to_png(drawing) if kind == ".png" else to_svg(drawing).encode())


@click.command()
@click.argument("world", type=FOLDER)
@click.argument("path")
def explain(world: Path, path: str) -> None:
    """Tell where the value at PATH of a WORLD comes from, and what it overrode.

    \b
      aukio explain worlds/mine entities/bench_1          each key of a thing
      aukio explain worlds/mine entities/bench_1/length   one of them
      aukio explain worlds/mine prefabs/bench/parts/seat  a part, through what it extends
      aukio explain worlds/mine sky/time                  a setting
    """
    from aukio.world.explain import explain as explained

    try:
        found = explained(world, path)
    except (AukioError, OSError) as error:
        _fail(str(error))
    rows = [
        (each.path if n == 0 else "", "" if n == 0 else "over ", origin)
        for each in found
        for n, origin in enumerate(each.origins)
    ]
    wide = max((len(row[0]) for row in rows), default=0)
    for name, word, origin in rows:
        place = origin.place
        where = f"{place.file}:{place.line}:{place.column}" if place is not None else ""
        told = ", ".join(part for part in (origin.source, where) if part)
        value = json.dumps(origin.value, ensure_ascii=False)
        shown = value if len(value) <= 60 else value[:59] + "…"
        click.echo(f"{name:{wide}}  {word}{shown}   {told}")


@click.command()
@click.argument("old", type=FOLDER)
@click.argument("new", type=FOLDER)
def diff(old: Path, new: Path) -> None:
    """Tell what is different between two WORLDS for the people inside, by id.

    Comments, order and other things that nobody sees do not count.
    """
    from aukio.world import load_world
    from aukio.world.changes import changes_between, details, prints_of, setting_details
    from aukio.world.reader import read_world

    try:
        before, after = load_world(old), load_world(new)
    except WorldProblems as error:
        _fail(str(error))
    written = [read_world(folder).document.values for folder in (old, new)]
    found = changes_between(prints_of(before), prints_of(after))
    for path in found.removed:
        click.echo(f"- {path}")
    for path in found.added:
        click.echo(f"+ {path}")
    for path in found.changed:
        told = details(path, before, after) or setting_details(path, *written)
        click.echo(f"~ {path}{f': {told}' if told else ''}")
    if not found:
        click.echo("Nothing is different for the people inside.")


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option("--check", "only_checks", is_flag=True, help="Write nothing; exit 1 if one is not.")
def fmt(paths: tuple[Path, ...], only_checks: bool) -> None:
    """Write files in one way: PATHS are .yaml files, or folders with some. Comments stay."""
    from aukio.world.formatting import formatted

    files = [
        file
        for path in paths
        for file in (sorted(path.glob("*.yaml")) if path.is_dir() else [path])
    ]
    wrong = False
    for file in files:
        name = f"{file.resolve().parent.name}/{file.name}"
        try:
            before = file.read_bytes()
            after = formatted(before, name)
        except (AukioError, OSError) as error:
            click.echo(str(error), err=True)
            wrong = True
            continue
        if after == before:
            continue
        if only_checks:
            click.echo(f"{name} is not formatted: aukio fmt {file}")
            wrong = True
        else:
            kept = file.with_name(f".{file.name}.new")  # whole or not at all
            kept.write_bytes(after)
            kept.replace(file)
            click.echo(f"Formatted {name}.")
    sys.exit(EXIT_PROBLEMS if wrong else 0)


COMMANDS = (new, check, fmt, schema, preview, explain, diff)


def _write(file: Path, data: bytes) -> None:
    try:
        file.write_bytes(data)
    except OSError as error:
        _fail(f"{file}: {error.strerror or error}")
    click.echo(f"Wrote {file}.")


def _fail(message: str) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(EXIT_PROBLEMS)
