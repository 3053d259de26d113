"""The commands that show whether an installation works: doctor, and tell, which sends a test."""

import asyncio
import os
import secrets
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from watcher.cli.options import Options, commands, describe_fault, now, open_passing_runtime, print_error, print_json
from watcher.core.language.text import printable
from watcher.core.messages.trial import compose_trial
from watcher.errors import BadConfig, NotSent, Unknown
from watcher.model.finding import Finding, Grade, broken, doubtful, fine
from watcher.notifiers.base import FaultBeforeContact

MAX_WIDTH = 32


@commands.command()
def doctor(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    send: Annotated[bool, typer.Option("--send", help="Also send a test message to every subscriber.")] = False,
    offline: Annotated[bool, typer.Option("--offline", help="Ask nothing over the network.")] = False,
) -> None:
    """Examine the whole installation: a line a check, what was seen, and the cure."""
    options: Options = context.obj
    if send and offline:
        raise typer.BadParameter("--send needs the network: leave --offline out")
    try:
        findings = examine_options(options, offline=offline)
    except BadConfig as error:
        if as_json:
            _show([broken("configuration", str(mistake), "mend it there") for mistake in error.mistakes], as_json=True)
        raise
    _show(findings, as_json=as_json)
    for subscriber in options.configuration().subscribers if send else ():
        findings.append(send_trial(options, subscriber))
        _show(findings[-1:], as_json=as_json)
    leave(int(any(finding.grade is Grade.BAD for finding in findings)))


def leave(exit_code: int) -> NoReturn:
    """End with this code, also while a thread still waits for a server that hangs: Python itself would wait for it."""
    sys.stdout.flush()
    if any(thread is not threading.main_thread() and not thread.daemon for thread in threading.enumerate()):
        os._exit(exit_code)
    raise typer.Exit(exit_code)


@commands.command()
def tell(
    context: typer.Context, subscriber: Annotated[str, typer.Argument(help="Its id in subscribers.yaml.")]
) -> None:
    """Send one test message to a subscriber by its real channel."""
    options: Options = context.obj
    subscribers = options.configuration().subscribers
    if subscriber not in subscribers:
        print_error(f"there is no subscriber {subscriber!r}; there are: {', '.join(subscribers)}")
        raise typer.Exit(2)
    finding = send_trial(options, subscriber)
    print_error(*format_findings([finding]))
    raise typer.Exit(int(finding.grade is not Grade.OK))


def _show(findings: Sequence[Finding], *, as_json: bool) -> None:
    if not as_json:
        typer.echo("\n".join(format_findings(findings)))
        return
    for finding in findings:
        print_json(asdict(finding))


def format_findings(findings: Sequence[Finding]) -> list[str]:
    """Findings as lines for eyes; what servers said of themselves is shown without control characters."""
    width = min(max((len(finding.check) for finding in findings), default=0), MAX_WIDTH)
    return [printable(f"{finding.grade:4}  {finding.check:{width}}  {_with_cure(finding)}") for finding in findings]


def _with_cure(finding: Finding) -> str:
    cure = finding.cure if finding.cure.startswith("watcher ") else f"{finding.cure[:1].upper()}{finding.cure[1:]}"
    return f"{finding.seen}. {cure}" if cure else finding.seen


def examine_options(options: Options, *, offline: bool) -> list[Finding]:
    """The Findings of the whole installation. Raises BadConfig; nothing is written into its database."""
    with asyncio.Runner() as runner:
        runner.get_loop().set_default_executor(UnwaitedThreads())
        return runner.run(_examine(options, offline=offline))


class UnwaitedThreads(ThreadPoolExecutor):
    """Threads for what the loop does by itself, such as asking DNS: those that hang are left behind."""

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: ARG002
        """Begin nothing more."""
        super().shutdown(wait=False, cancel_futures=True)


async def _examine(options: Options, *, offline: bool) -> list[Finding]:
    from watcher.checkup.examination import Installation, examine

    configuration, settings = options.configuration(), options.settings()
    installation = Installation(
        environment=settings.environment,
        configuration=configuration,
        database_url=options.database,
        backups=_find_backups(options),
        now=now(),
        describe_fault=describe_fault,
    )
    if offline:
        return await examine(installation, None)
    async with open_passing_runtime(settings, configuration) as runtime:
        return await examine(installation, runtime)


def _find_backups(options: Options) -> Path:
    """The folder of the backups: WATCHER_BACKUPS, else that of a SQLite database, else this one."""
    from watcher.store.database_address import read_database_address

    file = read_database_address(options.database).file
    return Path(options.environment.get("WATCHER_BACKUPS") or (Path(file).parent if file else Path())).absolute()


def send_trial(options: Options, subscriber_id: str) -> Finding:
    """Send a test to a Subscriber, and what came of it; a person at the terminal is asked what only readers see."""
    from watcher.config.schema import notifier_class

    subscriber = options.configuration().subscribers[subscriber_id]
    check = f"subscriber {subscriber_id}"
    notifier = notifier_class(subscriber.via)(options.settings().environment)
    try:
        notifier.send(compose_trial(subscriber_id, f"test-{secrets.token_hex(8)}", now()), subscriber.address)
    except NotSent as error:
        return broken(check, f"the test did not arrive: {error.why}", error.cure or "try again in a few minutes")
    except FaultBeforeContact as error:
        return broken(check, f"the test was not sent: {describe_fault(error.__cause__ or error)}", "please report it")
    except Unknown as error:
        return doubtful(check, f"nobody can tell whether the test arrived: {error.why}", "look there")
    finally:
        notifier.close()
    taken, cure = f"the test was accepted ({subscriber.via})", notifier.cure_if_unseen
    if cure and sys.stdin.isatty() and not typer.confirm(f"Did the test of {subscriber_id} appear?", err=True):
        return broken(check, f"{taken}, and did not appear", cure)
    return fine(check, f"{taken}; see that it is there")
