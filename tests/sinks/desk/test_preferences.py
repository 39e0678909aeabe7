"""Language and theme: chosen by the reader, kept in cookies, back to where the reader was."""

from __future__ import annotations

from collections.abc import Mapping

import httpx
import pytest

from tests.sinks.desk.mapped import mapped
from tests.sinks.desk.test_page import ask
from tests.sinks.desk.world import World, busy


def set_preference(form: Mapping[str, str], **headers: str) -> httpx.Response:
    return ask(busy(), "/preferences", "POST", headers=headers, data=form)


def test_preferences_are_kept_in_cookies_and_lead_back() -> None:
    answer = set_preference({"language": "kk", "theme": "dark", "back": "/?topic=gas"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/?topic=gas")
    cookies = answer.headers.get_list("set-cookie")
    assert [cookie.split(";")[0] for cookie in cookies] == ["language=kk", "theme=dark"]
    assert all("HttpOnly" in cookie and "SameSite=lax" in cookie for cookie in cookies)


def test_the_map_has_its_preferences_and_leads_back_to_its_range() -> None:
    page = ask(World(**mapped()), "/where?range=year&topic=gas").text
    assert 'name="back" value="/where?range=year&amp;topic=gas"' in page
    answer = set_preference({"theme": "dark", "back": "/where?range=year&topic=gas"})
    assert answer.headers["location"] == "/where?range=year&topic=gas"


def test_a_page_that_is_not_there_keeps_the_theme_of_the_reader() -> None:
    answer = ask(busy(), "/nothing", headers={"Cookie": "theme=dark"})
    assert 'data-theme="dark"' in answer.text


@pytest.mark.parametrize(
    "back",
    ["//evil.example", "https://evil.example", "/\\evil.example", "", "/where.evil.example"],
)
def test_preferences_never_lead_elsewhere(back: str) -> None:
    answer = set_preference({"language": "en", "theme": "<b>", "back": back})
    assert answer.headers["location"] == "/"
    assert "set-cookie" not in answer.headers


def test_no_get_and_no_foreign_page_changes_anything() -> None:
    assert ask(busy(), "/preferences?language=kk").status_code == 405
    foreign = set_preference({"language": "kk"}, Origin="https://evil.example")
    assert foreign.status_code == 403
    assert set_preference({"language": "kk"}, Origin="null").status_code == 403
    assert set_preference({"language": "kk"}, Origin="http://127.0.0.1").status_code == 303


def test_the_browser_chooses_the_language_at_first() -> None:
    answer = ask(busy(), headers={"Accept-Language": "kk-KZ,kk;q=0.9,ru;q=0.5"})
    assert '<html lang="kk"' in answer.text
    assert '<html lang="ru"' in ask(busy(), headers={"Accept-Language": "de"}).text


def test_the_theme_is_a_cookie() -> None:
    assert 'data-theme="dark"' in ask(busy(), headers={"Cookie": "theme=dark"}).text
    assert 'data-theme="auto"' in ask(busy(), headers={"Cookie": "theme=x"}).text
