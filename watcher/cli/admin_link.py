"""The command that lets an admin in: whoever may run it on this machine may see the admin's page."""

import secrets

import typer

from watcher.cli.options import Options, commands, now, print_error
from watcher.core.delivery.signed_links import LinkPurpose, SignedLinks
from watcher.web.pages.admin import LINK_LASTS
from watcher.web.site import DEFAULT_ADDRESS, WebSettings


@commands.command("admin-link")
def admin_link(context: typer.Context) -> None:
    """Print a link to the admin's page. It works once, within ten minutes."""
    options: Options = context.obj
    environment = options.settings().environment
    settings = WebSettings.of(environment, environment.get("WATCHER_WEB") or DEFAULT_ADDRESS)
    if not settings.secret:
        print_error("there is no key to sign it with: set WATCHER_SECRET, or start `watcher run` once")
        raise typer.Exit(1)
    if not settings.has_admin:
        print_error("the admin's page would travel in the open: set WATCHER_PUBLIC_URL to an address with https://")
        raise typer.Exit(1)
    links = SignedLinks(settings.secret)
    token = links.sign(LinkPurpose.ADMIN_ENTRANCE, (secrets.token_urlsafe(16),), now() + LINK_LASTS)
    typer.echo(f"{settings.base_url}/admin/enter/{token}")
