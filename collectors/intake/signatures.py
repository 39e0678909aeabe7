"""Who knocks: tokens and signatures, compared in a time that says nothing about them. Pure."""

from __future__ import annotations

import hashlib
import hmac

_KINDS = {"sha1": hashlib.sha1, "sha256": hashlib.sha256, "sha512": hashlib.sha512}


def same(given: str, expected: str) -> bool:
    """Whether two secrets are one; never for an empty one."""
    left, right = given.encode("utf-8", "replace"), expected.encode()
    return bool(expected) and hmac.compare_digest(left, right)


def signed(header: str, body: bytes, secret: str, kinds: tuple[str, ...] = ("sha256",)) -> bool:
    """Whether a header like `sha256=<hex>` is the HMAC of a body. Other kinds are refused."""
    kind, _, said = header.strip().partition("=")
    if kind not in kinds or kind not in _KINDS or not secret:
        return False
    return same(said.lower(), hmac.new(secret.encode(), body, _KINDS[kind]).hexdigest())


def bearer(header: str) -> str:
    """The token of `Authorization: Bearer ...`; empty where there is none."""
    scheme, _, token = header.strip().partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def derived(secret: str, purpose: str) -> str:
    """A secret made of another one, for one purpose: 64 letters and digits."""
    return hmac.new(secret.encode(), purpose.encode(), hashlib.sha256).hexdigest()
