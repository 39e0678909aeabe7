"""Fields of a form are what was put into them, whatever it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from urllib3.filepost import encode_multipart_formdata

from sinks.clickhouse.forms import fields, is_form
from sinks.clickhouse.tokens import Refused

texts = st.text(st.characters(codec="utf-8"), max_size=60)


@given(st.dictionaries(st.sampled_from(["query", "param_x", "param_y", "database"]), texts))
def test_what_was_put_in_comes_out(given: dict[str, str]) -> None:
    body, kind = encode_multipart_formdata(given)
    assert is_form(kind)
    if given:
        assert dict(fields(kind, body)) == given


@given(st.binary(max_size=200))
def test_what_is_no_form_is_refused(body: bytes) -> None:
    with pytest.raises(Refused):
        fields("multipart/form-data", body)
    with pytest.raises(Refused):
        fields("multipart/form-data; boundary=nowhere-in-it", body)


def test_the_body_of_curl_is_a_query() -> None:
    assert not is_form("application/x-www-form-urlencoded")
    assert not is_form("")


def test_a_field_that_is_no_text_is_refused() -> None:
    body, kind = encode_multipart_formdata({"query": b"\xff"})
    with pytest.raises(Refused, match="not UTF-8"):
        fields(kind, body)
