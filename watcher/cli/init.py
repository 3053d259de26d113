"""The command that makes a new installation: init, with at most eight questions."""

import os
import shlex
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import chdir
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated

import typer

from watcher.cli.doctor import examine_options, format_findings, send_trial
from watcher.cli.env_file import env_file_of, read_environment
from watcher.cli.first_files import SHIPPED, FirstAnswers, Home, find_home, write_first_files
from watcher.cli.options import Options, commands, print_error
from watcher.errors import BadConfig
from watcher.model.finding import Grade

CHANNELS = ("console", "slack", "teams", "email")
OR_CHANNEL = ", or --address with a channel's id and SLACK_BOT_TOKEN in the environment"
BOT_TOKENS = ("xoxb-", "xoxe.xoxb-")  # docs.slack.dev, "Token types"
PACES = ("at once", "daily", "weekly")
WEBHOOKS = {"slack": "SLACK_WEBHOOK", "teams": "TEAMS_WEBHOOK"}
CHANNEL_VARIABLES = {"slack": ("SLACK_BOT_TOKEN",), "email": ("WATCHER_SMTP_URL", "WATCHER_MAIL_FROM")}
COMMON_VARIABLES = ("WATCHER_CONTACT", "WATCHER_PUBLIC_URL")
QUESTIONS = {
    "SLACK_BOT_TOKEN": "The app's bot token, which begins with xoxb- (it is not shown)",
    "SLACK_WEBHOOK": "The incoming webhook's address (it is not shown)",
    "TEAMS_WEBHOOK": "The address of the Teams workflow (it is not shown)",
    "WATCHER_SMTP_URL": "The mail relay, as smtp://user:password@host:port (it is not shown)",
    "WATCHER_MAIL_FROM": "The name and address that the mails come from",
    "WATCHER_CONTACT": "Your name or page, which the sites that are read may see",
    "WATCHER_PUBLIC_URL": "The public https address of the pages, where you will have one",
}
HIDDEN = frozenset({"SLACK_BOT_TOKEN", "WATCHER_SMTP_URL", *WEBHOOKS.values()})


@commands.command()
def init(
    context: typer.Context,
    folder: Annotated[
        Path | None, typer.Argument(help="The folder of the new installation; else that of --config.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing: take the options and the environment.")] = False,
    via: Annotated[str, typer.Option(metavar="|".join(CHANNELS), help="How to tell.")] = "",
    address: Annotated[str, typer.Option(help="Where: a Slack channel's id or an e-mail address.")] = "",
    add: Annotated[bool, typer.Option("--add", help="Write only what is missing beside what is there.")] = False,
) -> None:
    """Make a new installation: the three files and .env, checked. All is written, or nothing."""
    options: Options = context.obj
    home = find_home(folder, options.folder)
    if not add:
        _refuse_existing(home)
    if via and via not in CHANNELS:
        raise typer.BadParameter(f"choose one of {', '.join(CHANNELS)}", param_hint="--via")
    if not yes and not sys.stdin.isatty():
        print_error("this is no terminal that could be asked: use --yes with --via, --address and the environment")
        raise typer.Exit(2)
    real = {name: setting for name, setting in os.environ.items() if setting}  # not the .env of another installation
    environment = read_environment(home.config, real)
    if (home.config / "subscribers.yaml").exists():
        answers = _take_settings(home, via or address, environment)
    else:
        answers = _take_answers(via, address, environment) if yes else _ask_unless_stopped(via, address, environment)
    for line in write_first_files(home, answers, environment):
        typer.echo(line)
    subscriber = _try_out(replace(options, folder=home.config), home.folder, asks=not yes)
    if yes:
        typer.echo(f"A test message: {_compose_next(home, f'tell {subscriber}')}")
    typer.echo(f"\nNext: {_compose_next(home, 'run')}")


def _take_settings(home: Home, other_reader: str, environment: Mapping[str, str]) -> FirstAnswers:
    """Where it is settled who is told: the settings that the environment has."""
    if other_reader:
        print_error(f"who is told stands in {home.config / 'subscribers.yaml'} already: leave --via and --address out")
        raise typer.Exit(2)
    variables = {name: environment[name] for name in QUESTIONS if environment.get(name)}
    _refuse_wrong(variables)
    return FirstAnswers(via="console", address="screen", variables=variables)


def _refuse_wrong(variables: Mapping[str, str]) -> None:
    complaints = {name: why for name, text in variables.items() if (why := _why_no_variable(name, text))}
    for name, why in complaints.items():
        print_error(f"{name}: {why}")
    if complaints:
        raise typer.Exit(2)


def _compose_next(home: Home, command: str) -> str:
    """A command for this installation, as it is typed here."""
    where = "" if home.folder == Path.cwd() else f"cd {shlex.quote(str(home.folder))} && "
    is_found = home.config == home.folder / "config" and not os.environ.get("WATCHER_CONFIG")
    config = "" if is_found else f" --config {shlex.quote(str(home.config))}"
    return f"{where}{_name_program()}{config} {command}"


def _name_program() -> str:
    """How to call this program again: by its name where the shell finds it, else by its place."""
    called = Path(sys.argv[0])
    return str(called.absolute()) if called.name == "watcher" and not shutil.which("watcher") else "watcher"


def _refuse_existing(home: Home) -> None:
    existing = [*home.existing(), *(file for file in home.folder.glob("*.yaml") if file.stem in {"sources", "topics"})]
    if existing:
        for file in existing:
            print_error(f"{file} is there already")
        print_error("nothing was written; name another folder, or write only what is missing with --add")
        raise typer.Exit(2)


def _take_answers(via: str, address: str, environment: Mapping[str, str]) -> FirstAnswers:
    """The answers of whoever asked not to be asked."""
    chosen = via or "console"
    if chosen in WEBHOOKS and not address:
        address = f"env:{WEBHOOKS[chosen]}"
        if not environment.get(WEBHOOKS[chosen]):
            print_error(
                f"--via {chosen} needs {WEBHOOKS[chosen]} in the environment" + (OR_CHANNEL if via == "slack" else "")
            )
            raise typer.Exit(2)
    named = (*CHANNEL_VARIABLES.get(chosen, ()), *COMMON_VARIABLES, address.removeprefix("env:"))
    variables = {name: environment[name] for name in named if environment.get(name)}
    _refuse_wrong({name: text for name, text in variables.items() if name in QUESTIONS})
    if chosen == "email" and not address:
        print_error("--via email needs --address, the mailbox to write to")
        raise typer.Exit(2)
    return FirstAnswers(via=chosen, address=address or "screen", variables=variables)


def _ask_unless_stopped(via: str, address: str, environment: Mapping[str, str]) -> FirstAnswers:
    try:
        return _ask(via, address, environment)
    except (typer.Abort, KeyboardInterrupt):
        print_error("\nnothing was written")
        raise typer.Exit(1) from None


def _ask(via: str, address: str, environment: Mapping[str, str]) -> FirstAnswers:
    """Ask, each question with a default that works; an answer that cannot be used is asked for again."""
    chosen = via or _ask_choice("Where shall it tell?", CHANNELS)
    variables: dict[str, str] = {}
    address = address or _ask_address(chosen, environment, variables)
    for name in CHANNEL_VARIABLES.get(chosen, ()):
        if not (name == "SLACK_BOT_TOKEN" and address.startswith("env:")):
            _ask_variable(name, environment, variables)
    topics = _ask_topics()
    pace = _ask_choice("How often?", PACES)
    for name in COMMON_VARIABLES:
        _ask_variable(name, environment, variables)
    return FirstAnswers(via=chosen, address=address, topics=topics, pace=pace, variables=variables)


def _ask_choice(question: str, choices: Sequence[str]) -> str:
    shown = f"{question} ({', '.join(choices)})"
    return _ask_until(
        shown, choices[0], lambda reply: "" if reply in choices else f"write one of: {', '.join(choices)}"
    )


def _ask_until(question: str, default: str, why_not: Callable[[str], str], *, hidden: bool = False) -> str:
    """The first answer that can be used; `why_not` says why another cannot."""
    while True:
        reply: str = typer.prompt(question, default=default, hide_input=hidden, show_default=bool(default))
        reply = reply.strip()
        if not (why := why_not(reply)):
            return reply
        print_error(why)


def _ask_address(via: str, environment: Mapping[str, str], variables: dict[str, str]) -> str:
    """Where the channel tells, as it stands in subscribers.yaml: what is secret goes into `variables`."""
    if via == "console":
        return "screen"
    if via == "email":
        return _ask_until("The mailbox to write to", "", lambda reply: _why_no_address("email", reply))
    if via == "slack":
        question = "The id of the channel, such as C0123456789 (nothing: an incoming webhook)"
        channel = _ask_until(question, "", lambda reply: _why_no_address("slack", reply) if reply else "")
        if channel:
            return channel
    name = WEBHOOKS[via]
    if environment.get(name):
        variables[name] = environment[name]
    else:
        variables[name] = _ask_until(QUESTIONS[name], "", lambda reply: _why_no_address(via, reply), hidden=True)
    return f"env:{name}"


def _why_no_address(via: str, address: str) -> str:
    from watcher.config.schema import notifier_class

    stand_ins = {"SLACK_BOT_TOKEN": "xoxb-asked-later", "WATCHER_SMTP_URL": "smtp://asked.later"}
    return notifier_class(via).wrong_with(address, stand_ins)


def _ask_variable(name: str, environment: Mapping[str, str], variables: dict[str, str]) -> None:
    """Ask for an environment variable, unless the environment has it."""
    reply = environment.get(name, "")
    if not reply:
        reply = _ask_until(QUESTIONS[name], "", lambda text: _why_no_variable(name, text), hidden=name in HIDDEN)
    if reply:
        variables[name] = reply


def _why_no_variable(name: str, text: str) -> str:
    from watcher.config.settings import read_settings

    if not text and name not in COMMON_VARIABLES:
        return "without it nothing can be sent; Ctrl-C ends, and nothing is written"
    if name == "SLACK_BOT_TOKEN" and not text.startswith(BOT_TOKENS):
        return "a bot token begins with xoxb-; copy it anew from the app's page (OAuth & Permissions)"
    try:
        read_settings({name: text})
    except BadConfig as error:
        return "; ".join(mistake.what for mistake in error.mistakes)
    return ""


def _ask_topics() -> tuple[str, ...] | str:
    from watcher.config import read_configuration

    names = {topic.id: topic.name for topic in read_configuration(SHIPPED, {}).topics}

    def why_not(reply: str) -> str:
        if reply == "?":
            return "\n".join(f"  {topic:28} {name}" for topic, name in names.items())
        strange = [name for name in _split(reply) if name not in names]
        if not strange or reply == "all":
            return ""
        near = get_close_matches(strange[0], names, 1)
        hint = f"; did you mean {near[0]}?" if near else ""
        return f"there is no topic {strange[0]!r}{hint} (? lists them)"

    reply = _ask_until("Of which topics? (all, or some with commas; ? lists them)", "all", why_not)
    return "all" if reply == "all" else tuple(_split(reply))


def _split(reply: str) -> list[str]:
    return [name.strip() for name in reply.split(",") if name.strip()]


def _try_out(options: Options, folder: Path, *, asks: bool) -> str:
    """Examine what was made in `folder`; where somebody can be asked, send a test, and name the days it was made for.

    The id of the Subscriber who was asked about.
    """
    here = replace(options, environment=read_environment(options.folder, os.environ))
    secrets = env_file_of(options.folder)
    typer.echo("\nIs all well?" + (f" (secrets are in {secrets})" if secrets.exists() else ""))
    with chdir(folder):
        findings = examine_options(here, offline=False)
        shown = [finding for finding in findings if finding.grade is not Grade.OK or asks]
        typer.echo("\n".join(format_findings(shown)))
        subscriber = next(iter(here.configuration().subscribers))  # the first is who was asked about
        if asks and typer.confirm(f"\nSend a test message to {subscriber} now?", default=True):
            typer.echo("\n".join(format_findings([send_trial(here, subscriber)])))
    if asks:
        typer.echo("The days of 2020 that watcher was made for, on this screen: watcher demo")
    return subscriber
