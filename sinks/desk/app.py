"""The desk as an application: routes, preferences, events."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from urllib.parse import parse_qs

import prometheus_client
import structlog
from sse_starlette import EventSourceResponse
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from rezonans.i18n import LANGUAGES, Language, best, mark
from sinks.desk import filters
from sinks.desk.acting import YEAR, Act, Acting, Refused, remember
from sinks.desk.board import Board
from sinks.desk.guard import Guard
from sinks.desk.live import Live
from sinks.desk.pages import STATIC, THEMES, Pages, Preferences
from sinks.desk.query import Reader, Unreachable
from sinks.desk.vocabulary import Vocabulary
from sinks.desk.where import RANGES, Where
from sinks.desk.why import Explain, Whys

MOST_FORM_BYTES = 4096

log = structlog.get_logger("desk")


def desk(
    store: Reader,
    *,
    language: Language = "ru",
    home: str = "",
    hosts: Sequence[str] = (),
    missing: Mapping[str, Sequence[str]] | None = None,
    act: Act | None = None,
    key: bytes | None = None,
    explain: Explain | None = None,
    vocabulary: Callable[[Language], Vocabulary] = Vocabulary.of_models,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    timer: Callable[[], float] = time.monotonic,
    seconds: float = 2.0,
) -> Starlette:
    """The desk over a store.

    `language`: where neither a cookie nor the browser says one we speak. `hosts`: names it
    answers to beside the loopback's. `missing`: what a collector does not offer (comments,
    counters, edits, deletions), by the name of the collector. `act`: where actions go, `None`:
    the page shows no buttons. `key`: secret of the tokens of forms, kept over restarts.
    `explain`: says why a text has its labels; `None`: there is no such page. `seconds`: between
    two looks.
    """
    pages = Pages(vocabulary, home, missing or {}, explains=explain is not None)
    board = Board(store, now, timer)
    spoken = vocabulary(language)
    codes = frozenset(code for code, _ in spoken.topics)
    acting = Acting(act, key or secrets.token_bytes(32), board.did, now, codes)
    site = Site(pages, board, Live(board, pages, seconds=seconds), language, acting)
    site.groups = {one.code: [code for code, _ in one.topics] for one in spoken.groups}
    site.whys = Whys(store, explain) if explain else None
    site.wheres = Where(store, timer, now)
    return Starlette(
        routes=[
            Route("/", site.page),
            Route("/events", site.events),
            Route("/actions", site.actions, methods=["POST"]),
            Route("/where", site.where),
            Route("/why", site.why),
            Route("/topics", site.topics),
            Route("/preferences", site.preferences, methods=["POST"]),
            Route("/health", site.health),
            Route("/metrics", _metrics),
            Mount("/static", Static(directory=STATIC), name="static"),
        ],
        middleware=[Middleware(Guard, hosts=hosts)],
        exception_handlers={404: site.missing, 405: site.missing, 500: site.broken},
        lifespan=site.lifespan,
    )


class Site:
    """What answers."""

    def __init__(
        self, pages: Pages, board: Board, live: Live, language: Language, acting: Acting
    ) -> None:
        self._pages = pages
        self._board = board
        self._live = live
        self._language = language
        self._acting = acting
        self.groups: Mapping[str, Sequence[str]] = {}
        self.whys: Whys | None = None
        self.wheres: Where | None = None

    @asynccontextmanager
    async def lifespan(self, _: Starlette) -> AsyncIterator[None]:
        task = asyncio.create_task(self._live.run(), name="desk.live")
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def page(self, request: Request) -> Response:
        wanted = filters.parse(request.query_params, self.groups)
        snapshot = await self._board.look()
        mentions = await self._board.latest(wanted)
        address = f"/?{wanted.query}" if wanted.query else "/"
        session = self._acting.session(request)
        preferences = self._preferences(request, self._acting.token(session))
        html = self._pages.page(snapshot, mentions, wanted, preferences, address)
        response = HTMLResponse(html, headers={"Vary": "Cookie, Accept-Language"})
        self._acting.keep(response, session)
        return response

    async def actions(self, request: Request) -> Response:
        """Do what a button says, and back to where it stood."""
        form = _fields(await _body(request))
        try:
            name, place = await self._acting(request, form)
        except Refused as refusal:
            return self._error(request, refusal.status, str(refusal))
        response = RedirectResponse(f"{_local(form.get('back', '/'))}#{place}", 303)
        remember(response, name)
        return response

    async def events(self, request: Request) -> Response:
        """The stream of one page. The browser's last event wins over the page's own mark."""
        if self._live.full:
            return Response(status_code=503, headers={"Retry-After": "30"})
        given = request.headers.get("last-event-id") or request.query_params.get("after", "0")
        after = int(given) if given.isdecimal() and len(given) < 16 else 0
        language = self._preferences(request).language
        wanted = filters.parse(request.query_params, self.groups)
        follow = self._live.follow(language, wanted, after)
        return EventSourceResponse(follow, ping=15, send_timeout=20)

    async def preferences(self, request: Request) -> Response:
        """Keep the language or the theme in a cookie; back to where the reader was."""
        form = _fields(await _body(request))
        response = RedirectResponse(_local(form.get("back", "/")), 303)
        for name, allowed in (("language", LANGUAGES), ("theme", THEMES)):
            value = form.get(name, "")
            if value in allowed:
                response.set_cookie(name, value, YEAR, httponly=True, samesite="lax")
        return response

    async def where(self, request: Request) -> Response:
        """The map, the course and the heat of a range."""
        wanted = filters.parse(request.query_params, self.groups)
        length = request.query_params.get("range", "week")
        length = length if length in RANGES else "week"
        preferences = self._preferences(request)
        words, spoken = self._pages.speech(preferences.language)
        if self.wheres is None:
            return self._error(request, 404, mark("There is no such page."))
        try:
            found = await self.wheres(length, wanted, words, spoken)
        except Unreachable as error:
            log.warning("store_unreachable", reason=str(error))
            return self._error(request, 503, mark("The store does not answer."))
        html = self._pages.where(found, length, wanted, preferences)
        return HTMLResponse(html, headers={"Vary": "Cookie, Accept-Language"})

    async def why(self, request: Request) -> Response:
        """The words and rules behind the labels of one mention."""
        session, item = self._acting.session(request), request.query_params.get("item", "")
        preferences = self._preferences(request, self._acting.token(session))
        words, spoken = self._pages.speech(preferences.language)
        try:
            found = await self.whys(item, words, spoken) if self.whys and item else None
        except Unreachable as error:
            log.warning("store_unreachable", reason=str(error))
            return self._error(request, 503, mark("The store does not answer."))
        if found is None:
            return self._error(request, 404, mark("There is no such page."))
        html = self._pages.why(found, preferences)
        response = HTMLResponse(html, headers={"Vary": "Cookie, Accept-Language"})
        self._acting.keep(response, session)
        return response

    async def topics(self, request: Request) -> Response:
        """What posts are sorted by: groups, topics, what people write, who answers."""
        html = self._pages.topics(self._preferences(request))
        return HTMLResponse(html, headers={"Vary": "Cookie, Accept-Language"})

    async def health(self, _: Request) -> Response:
        """200 while the desk itself lives; says whether the store answers."""
        snapshot = await self._board.look()
        return JSONResponse(
            {
                "status": "ok",
                "store": "unreachable" if snapshot.problem else "ok",
                "open_spikes": len(snapshot.spikes),
                "readers": self._live.readers,
            }
        )

    async def missing(self, request: Request, error: Exception) -> Response:
        status = getattr(error, "status_code", 404)
        return self._error(request, status, mark("There is no such page."))

    async def broken(self, request: Request, error: Exception) -> Response:
        log.error("page_failed", path=request.url.path, error=type(error).__name__)
        return self._error(request, 500, mark("The desk could not show this. The log says why."))

    def _error(self, request: Request, status: int, message: str) -> Response:
        return HTMLResponse(self._pages.error(message, self._preferences(request)), status)

    def _preferences(self, request: Request, token: str = "") -> Preferences:
        chosen = request.cookies.get("language")
        accepted = request.headers.get("accept-language", "")
        language = chosen if chosen in LANGUAGES else best(accepted, self._language)
        theme = request.cookies.get("theme", "auto")
        acts = token if self._acting.possible else ""
        who = self._acting.who(request)
        return Preferences(language, theme if theme in THEMES else "auto", acts, who)


class Static(StaticFiles):
    """Files whose address changes with their content may be kept for ever."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        if response.status_code == 200 and scope["query_string"].startswith(b"v="):
            response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
        return response


async def _metrics(_: Request) -> Response:
    return Response(
        prometheus_client.generate_latest(), media_type=prometheus_client.CONTENT_TYPE_LATEST
    )


async def _body(request: Request) -> bytes:
    """The body, cut where no form of ours is so long."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MOST_FORM_BYTES:
            break
    return body[:MOST_FORM_BYTES]


def _fields(body: bytes) -> dict[str, str]:
    """The first value of each field of a form."""
    form = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
    return {name: values[0] for name, values in form.items()}


def _local(address: str) -> str:
    """An address of this desk, or its front page: never another site's."""
    plain = (
        address.startswith(("/?", "/where?", "/topics?"))
        and "\\" not in address
        and address.isprintable()
    )
    return address if plain else "/"
