"""The cookies of one visit: the hops of one request on one host (RFC 6265). Most visits have none."""

from collections.abc import Mapping

import aiohttp
from yarl import URL


class VisitCookies:
    """Keeps what answers set, and gives it back where it is meant for. False while it holds nothing."""

    def __init__(self) -> None:
        self._jar: aiohttp.CookieJar | None = None

    def __bool__(self) -> bool:
        return self._jar is not None and len(self._jar) > 0

    def keep(self, response: aiohttp.ClientResponse) -> None:
        """Keep the cookies that an answer sets."""
        if response.cookies:
            self._jar = self._jar or aiohttp.CookieJar(unsafe=True)  # unsafe: of hosts written as numbers as well
            self._jar.update_cookies(response.cookies, response.url)

    def header_for(self, address: URL) -> Mapping[str, str]:
        """The Cookie header for `address`; nothing without any."""
        if not self:
            return {}
        assert self._jar is not None, "it holds cookies"
        cookies = self._jar.filter_cookies(address).values()
        pairs = "; ".join(f"{cookie.key}={cookie.coded_value}" for cookie in cookies)
        return {"Cookie": pairs} if pairs else {}
