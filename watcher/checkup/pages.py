"""Our own pages at their public address: whether they answer, as this installation, and safely."""

from collections.abc import Mapping
from typing import Any

import httpx

from watcher.core.delivery.signed_links import name_installation
from watcher.model.finding import Finding, broken, doubtful, fine

CHECK, SECONDS = "pages", 4.0
OK = 200


async def examine_pages(public_url: str, secret: str, client: httpx.AsyncClient) -> Finding:
    """What /health/live says at `public_url`, "" where no pages are meant to be seen."""
    if not public_url:
        return fine(CHECK, "WATCHER_PUBLIC_URL is not set: messages carry no links to pages of ours")
    start = "start `watcher run` with WATCHER_WEB, and see that the proxy hands on to it (docs/running.md)"
    try:
        answer = await client.get(f"{public_url.rstrip('/')}/health/live", timeout=SECONDS)
        health = answer.json() if answer.status_code == OK else {}
    except httpx.HTTPError as error:
        return broken(CHECK, f"WATCHER_PUBLIC_URL does not answer ({type(error).__name__})", start)
    except ValueError:
        health = {}
    if not isinstance(health, dict) or not health.get("live"):
        return broken(CHECK, f"at WATCHER_PUBLIC_URL something else answers ({answer.status_code})", start)
    return _judge_answer(public_url, secret, health, answer.headers)


def _judge_answer(public_url: str, secret: str, health: Mapping[str, Any], headers: Mapping[str, str]) -> Finding:
    """Pages of some watcher answer: whether they are ours, and by which way."""
    if not secret:
        cure = "set WATCHER_SECRET (PostgreSQL), or start `watcher run` once (SQLite), so that it has a key"
        return doubtful(CHECK, "they answer; whether as this installation cannot be told without a key", cure)
    if health.get("instance") != name_installation(secret):
        cure = "give both the same WATCHER_SECRET, or point the address at this one"
        return broken(CHECK, "at WATCHER_PUBLIC_URL another installation of watcher answers", cure)
    if not public_url.startswith("https://"):
        return doubtful(CHECK, "WATCHER_PUBLIC_URL is not https", "put them behind a proxy with a certificate")
    if "strict-transport-security" not in headers:
        cure = "have the proxy add Strict-Transport-Security: max-age=31536000 (docs/running.md)"
        return doubtful(CHECK, "they answer, but without Strict-Transport-Security", cure)
    return fine(CHECK, "they answer at WATCHER_PUBLIC_URL as this installation, by https")
