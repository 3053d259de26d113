"""What a command does not need is not imported, and no regular expression is compiled before it is used (ADR 17)."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[1]
SHIPPED = ("--config", str(ROOT / "config"))
SERVERS = {"aiohttp", "dkim", "dns", "httpx", "imap_tools", "jinja2", "slack_sdk"}
READERS = {"bs4", "docx", "feedparser", "lxml", "pypdf", "pypdfium2", "resiliparse", "ruamel", "soupsieve"}
OTHERS = {"alembic", "apscheduler", "holidays", "rich", "structlog"}
DECISIONS = {f"watcher.core.{name}" for name in ("briefs", "date_extraction", "decide", "rows.find", "statements")}
# Those of model/, which cannot import core/, and those that fold the lists of words of core/stories/.
MAX_COMPILED, MIN_LAZY = 12, 500
SOURCES = """\
sources:
  - {id: far, name: Far, publisher: Far, trust: trade, kind: feed, every: 1d, url: "http://10.0.0.1/feed"}
"""
SUBSCRIBERS = "subscribers:\n  - {id: screen, via: console, address: screen, admin: true}\n"
WATCHER = """\
import atexit, sys
from watcher.cli import main
atexit.register(lambda: print("imported", *sys.modules, file=sys.stderr))
main()
"""
# Which modules compile an expression while they are imported; then all the lazy ones are compiled.
COMPILE_ALL = """\
import gc, pkgutil, re, sys
from importlib import import_module
real, modules = re.compile, []
def noting(pattern, flags=0):
    modules.append(sys._getframe(1).f_globals["__name__"])
    return real(pattern, flags)
re.compile = noting
import watcher
for module in pkgutil.walk_packages(watcher.__path__, "watcher."):
    if ".migrations" not in module.name and module.name != "watcher.__main__":
        import_module(module.name)
print(*(name for name in modules if name.startswith("watcher.")))
from watcher.core.language.lazy_regex import LazyRegex
print(sum(thing.groups >= 0 for thing in gc.get_objects() if isinstance(thing, LazyRegex)))
"""


def run_script(script: str, *words: str, **environment: str) -> str:
    """What a fresh Python says on stderr and stdout when it runs `script`."""
    variables: Mapping[str, str] = {"PATH": os.environ["PATH"], "SLACK_BOT_TOKEN": "xoxb-test", **environment}
    command = [sys.executable, "-c", script, *words]
    done = subprocess.run(command, capture_output=True, text=True, env=variables, check=False, cwd=ROOT)
    return done.stdout + done.stderr


def imported_by(folder: Path, *words: str) -> set[str]:
    """The modules that a process of `watcher` has imported when it ends."""
    said = run_script(WATCHER, *words, XDG_CACHE_HOME=str(folder))
    return set(said.rpartition("imported ")[2].split())


def test_a_check_imports_no_database_no_server_and_no_reader(tmp_path: Path) -> None:
    unwanted = SERVERS | READERS | OTHERS | DECISIONS | {"asyncio", "sqlalchemy", "watcher.poll"}
    assert imported_by(tmp_path, *SHIPPED, "check") & unwanted == set()


def test_a_poll_with_nothing_to_decide_imports_no_decision_and_no_reader(tmp_path: Path) -> None:
    files = {"sources": SOURCES, "subscribers": SUBSCRIBERS, "topics": (ROOT / "config/topics.yaml").read_text()}
    for name, text in files.items():
        (tmp_path / f"{name}.yaml").write_text(text)
    command = ("--config", str(tmp_path), "--database", f"sqlite:///{tmp_path}/watcher.db", "poll")
    assert "a private address" in run_script(WATCHER, *command)  # it is refused, and so not due again
    assert "nothing is due now" in run_script(WATCHER, *command)
    unwanted = READERS | OTHERS | DECISIONS | (SERVERS - {"aiohttp"}) | {"sqlalchemy.dialects.postgresql"}
    assert imported_by(tmp_path, *command) & unwanted == set()


def test_hardly_a_regular_expression_is_compiled_at_import_and_each_can_be() -> None:
    compiled, lazy = run_script(COMPILE_ALL).splitlines()
    assert len(compiled.split()) <= MAX_COMPILED, compiled
    assert int(lazy) > MIN_LAZY
