"""The public register: whose mentions and links stay readable."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from streams.resonance.register import Register


def register(**account: object) -> Register:
    facts = {"reason": "page of the city", "legal_basis": "public page"}
    return Register.model_validate({"accounts": {"city": {**facts, **account}}})


def test_handles_come_from_names_and_from_handles() -> None:
    found = register(names=["vk:-123456", "telegram:Akimat_Zhambyl", "Қала бүгін"])
    assert found.handles == {"akimat_zhambyl"}
    more = register(names=["vk:-1"], handles=["@Taraz.City", "taraz_news"])
    assert more.handles == {"taraz.city", "taraz_news"}
    assert Register().handles == frozenset()


@pytest.mark.parametrize("handle", ["Қала", "two words", "12345", "@", "t.me/city"])
def test_what_is_no_handle_is_said(handle: str) -> None:
    with pytest.raises(ValidationError, match="not a handle; write it like"):
        register(names=["vk:-1"], handles=[handle])
