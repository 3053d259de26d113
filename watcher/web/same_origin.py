"""Whether a form was sent from a page of ours: another site could send one in the name of whoever visits it (CSRF)."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers

from watcher.web.site import WebSettings


def is_from_own_page(headers: Headers, settings: WebSettings) -> bool:
    """By what browsers say of it, which no page can forge: Sec-Fetch-Site, and where that is missing, Origin.

    Browsers leave Sec-Fetch-Site out where pages come without TLS. The host was checked before (guard.py).
    """
    fetched_from = headers.get("sec-fetch-site")
    if fetched_from is not None:
        return fetched_from == "same-origin"
    origin, host = headers.get("origin", "").casefold(), headers.get("host", "").casefold()
    public = urlsplit(settings.public_url.casefold())
    return bool(origin) and origin in {f"http://{host}", f"https://{host}", f"{public.scheme}://{public.netloc}"}
