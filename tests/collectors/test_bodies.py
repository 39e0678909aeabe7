"""JSON as platforms send it: one damaged record spoils no other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.runner.bodies import json_of
from rezonans.troubles import Invalid


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (rb"\q", "\ufffdq"),
        (rb"\u12", "\ufffd"),
        (rb"\u12zz", "\ufffdzz"),
        (rb"\ud83d", "\ufffd"),
        (rb"\ud83d\udc4d", "👍"),
        (b"a\xffb", "a\ufffdb"),
        (rb"\\q \" \n", '\\q " \n'),
        (b"a\tb \\q", "a\tb \ufffdq"),
    ],
)
def test_what_is_damaged_is_replaced_where_it_stands(written: bytes, read: str) -> None:
    body = '{"items":["Суық су жоқ","'.encode() + written + b'"]}'
    assert json_of(body) == {"items": ["Суық су жоқ", read]}


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "an empty answer"),
        (b"  <html>", "a web page"),
        (b'{"a": 1', "not JSON"),
        (rb'{"a": "\q', "not JSON"),
        ('{"a": "Суық су жоқ"}'.encode("cp1251", "replace"), "not JSON"),
    ],
)
def test_what_is_no_json_is_said(body: bytes, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        json_of(body)


@given(st.binary(max_size=80))
def test_any_bytes_are_a_value_or_invalid(body: bytes) -> None:
    try:
        json_of(body)
    except Invalid:
        return
