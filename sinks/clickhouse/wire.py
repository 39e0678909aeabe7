"""ClickHouse's HTTP interface as it goes on the wire: what was asked, and how one answers."""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from rezonans.metrics import QUERIES
from sinks.clickhouse import forms, packing
from sinks.clickhouse.allowed import words
from sinks.clickhouse.tokens import Refused

LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})

_TRANSPORT = words(
    """
    query database default_format user password query_id session_id session_check session_timeout
    compress decompress enable_http_compression http_zlib_compression_level wait_end_of_query
    buffer_size client_protocol_version send_progress_in_http_headers quota_key role readonly
    http_headers_progress_interval_ms add_http_cors_header max_execution_time max_result_rows
    max_result_bytes result_overflow_mode max_memory_usage log_queries
    cancel_http_readonly_queries_on_client_close http_response_buffer_size
    http_receive_timeout http_send_timeout
    """
)
"""Parts of a request that are no settings of ours."""

LIMITS = ("max_execution_time", "max_memory_usage", "max_result_rows", "max_result_bytes")
"""The door's own; who asks may lower them, never lift them."""

_SMALL_BYTES = 1_400
"""Below one packet there is nothing to win by compression."""

_NAMES = {
    60: "UNKNOWN_TABLE",
    62: "SYNTAX_ERROR",
    73: "UNKNOWN_FORMAT",
    81: "UNKNOWN_DATABASE",
    115: "UNKNOWN_SETTING",
    202: "TOO_MANY_SIMULTANEOUS_QUERIES",
    456: "UNKNOWN_QUERY_PARAMETER",
    457: "BAD_QUERY_PARAMETER",
    497: "ACCESS_DENIED",
    516: "AUTHENTICATION_FAILED",
}
_STATUS = {
    **dict.fromkeys((6, 26, 27, 43, 47, 53, 62, 70, 72, 73, 115, 386, 456, 457), 400),
    **dict.fromkeys((46, 60, 81), 404),
    **dict.fromkeys((164, 497), 403),
    **dict.fromkeys((159, 209), 408),
    202: 503,
    516: 401,
}


@dataclass(frozen=True)
class Asked:
    """One request, taken apart."""

    sql: str
    database: str = ""
    format: str = "TabSeparated"
    query_id: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)
    limits: Mapping[str, float] = field(default_factory=dict)
    """What it may take at most, where that is less than what the door allows."""
    compress: bool = False
    revision: int = 0
    """Of the protocol that the client reads Native blocks in."""


async def asked(request: Request, longest: int) -> Asked:
    """What a request asks; `Refused` when it is not understood."""
    received, kind = await _received(request, longest), request.headers.get("content-type", "")
    filled = forms.fields(kind, received) if forms.is_form(kind) else []
    given: dict[str, str] = {}
    for name, value in (*request.query_params.multi_items(), *filled):
        if name in given:
            raise Refused(f"{name} is given twice", 62)
        given[name] = value
    body = "" if forms.is_form(kind) else _text(received)
    sql = "\n".join(part for part in (given.get("query", ""), body) if part)
    if given.get("compress") == "1" or given.get("decompress") == "1":
        raise Refused(
            "ClickHouse's own block compression is not offered here: "
            "use enable_http_compression=1 with Accept-Encoding: zstd, lz4 or gzip",
            62,
        )
    return Asked(
        sql=sql,
        database=given.get("database") or request.headers.get("x-clickhouse-database", ""),
        format=given.get("default_format")
        or request.headers.get("x-clickhouse-format", "TabSeparated"),
        query_id=_plain(given.get("query_id", "")),
        params={
            name.removeprefix("param_"): value
            for name, value in given.items()
            if re.fullmatch(r"param_[A-Za-z_][A-Za-z0-9_]*", name)
        },
        settings={
            name: value
            for name, value in given.items()
            if name not in _TRANSPORT and not name.startswith("param_")
        },
        limits={name: _limit(name, given[name]) for name in LIMITS if name in given},
        compress=given.get("enable_http_compression") == "1",
        revision=_number(given.get("client_protocol_version", "0")),
    )


def _limit(name: str, text: str) -> float:
    """Seconds, rows or bytes; 0: no limit of its own."""
    if not re.fullmatch(r"\d{1,18}(\.\d{1,9})?", text):
        raise Refused(f"{name} is no number", 62)
    return float(text)


def _number(text: str) -> int:
    if not re.fullmatch(r"\d{1,9}", text):
        raise Refused("client_protocol_version is no number", 62)
    return int(text)


async def _received(request: Request, longest: int) -> bytes:
    """The body without its encoding."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > 4 * longest:
            raise Refused(f"the query is longer than {longest} characters", 62)
        parts.append(part)
    encoding = request.headers.get("content-encoding", "").strip().lower()
    try:
        return packing.unpack(b"".join(parts), encoding, 4 * longest)
    except KeyError:
        known = "zstd, lz4, gzip, deflate or br"
        raise Refused(f"the content encoding is not understood here: use {known}", 62) from None
    except packing.Broken:
        raise Refused("the body is not in the encoding it states", 62) from None


def _text(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise Refused("the body is not UTF-8 text", 62) from None


def compressed(body: bytes, request: Request, asked: Asked) -> tuple[bytes, str]:
    """The body and its encoding; only where the client asked for it, as in ClickHouse."""
    if not asked.compress or len(body) < _SMALL_BYTES:
        return body, ""
    encoding = packing.chosen(request.headers.get("accept-encoding", ""))
    return packing.pack(body, encoding), encoding


def failure(code: int, message: str, status: int | None = None) -> Response:
    """An exception as ClickHouse sends one."""
    return PlainTextResponse(
        message + "\n",
        status_code=status or _STATUS.get(code, 500),
        headers={"X-ClickHouse-Exception-Code": str(code), "Cache-Control": "no-store"},
    )


def sentence(code: int, message: str) -> str:
    return f"Code: {code}. DB::Exception: {message}. ({_NAMES.get(code, 'ERROR')})"


def host_of(header: str) -> str:
    """The name in a Host header, without its port."""
    return re.sub(r":\d+$", "", header.strip()).lower()


def knows(request: Request, token: str) -> bool:
    """Whether the request carries the token, in any way that ClickHouse's clients send one."""
    given = (
        request.headers.get("x-clickhouse-key"),
        request.query_params.get("password"),
        _authorization(request.headers.get("authorization", "")),
    )
    # all are compared, each in constant time: the time says nothing about the token
    return any([hmac.compare_digest(one.encode(), token.encode()) for one in given if one])


def no_operator(request: Request, token: str, hosts: frozenset[str]) -> Response | None:
    """The refusal of who is not the operator, or `None`."""
    if host_of(request.headers.get("host", "")) not in hosts:
        QUERIES.labels("stranger").inc()
        return PlainTextResponse("this host name is not ours", 421)
    if not knows(request, token):
        QUERIES.labels("unknown").inc()
        return PlainTextResponse(
            "wrong or missing token; it is in secrets/operator.token under state_dir", 401
        )
    return None


def _authorization(header: str) -> str | None:
    scheme, _, value = header.partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() != "basic":
        return None
    try:
        return base64.b64decode(value, validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return None


def _plain(name: str) -> str:
    """A name that may be sent back in a header."""
    return name if re.fullmatch(r"[A-Za-z0-9_.:-]{1,100}", name) else ""
