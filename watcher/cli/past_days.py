"""The commands that play past days through the product: demo, replay."""

import asyncio
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from watcher.cli.options import Options, commands, print_error, read_json_lines
from watcher.cli.progress import ProgressBar


@commands.command()
def demo(
    context: typer.Context,
    out: Annotated[Path, typer.Option(help="The folder to write the digests into, as HTML files.")] = Path("demo-out"),
    browse: Annotated[str, typer.Option(metavar="HOST:PORT", help="Serve the pages of these days there.")] = "",
) -> None:
    """Play bundled days and show what would have been sent. Through the real product, on this machine alone."""
    try:
        from watcher.demo.browse import browse_demo
        from watcher.demo.play import play_demo
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "aiosmtpd":
            raise
        print_error("the demo needs the package aiosmtpd; install it with: pip install 'practice-watcher[demo]'")
        raise typer.Exit(2) from None
    options: Options = context.obj
    if browse:
        with tempfile.TemporaryDirectory() as work:
            asyncio.run(browse_demo(options.folder, Path(work), browse))
        return
    with ProgressBar("playing the days"):
        exit_code = play_demo(options.folder, out)
    raise typer.Exit(exit_code)


@commands.command()
def replay(
    context: typer.Context,
    file: Annotated[str, typer.Argument(help="JSON lines; - for stdin.")],
    out: Annotated[Path, typer.Option(help="The folder to write stories, alerts, notes and deliveries into.")],
) -> None:
    """Play dated items and write what would have been sent. Through the whole product, on a simulated clock."""
    from watcher.replay import files
    from watcher.replay.play import replay_items
    from watcher.replay.rows import ROW_CURE, read_row

    options: Options = context.obj
    rows, unreadable = read_json_lines(file, read_row, ROW_CURE)
    dated_rows = [row for row in rows if row]
    configuration, settings = options.configuration(), options.settings()
    with ProgressBar("playing", total=len(dated_rows)) as bar:
        result = replay_items(dated_rows, configuration, settings, bar.advance)
    files.write_files(result, out)
    typer.echo("\n".join(files.summary(result, len(rows) - len(dated_rows))))
    if unreadable:
        raise typer.Exit(1)
