"""Requests whose parts travel as a form: clickhouse-connect sends long parameters so. Pure.

What a field is called in the form it would be called in the address. Tables that are brought along
(fields with a file name) are not read here.
"""

from __future__ import annotations

from email.parser import BytesParser
from email.policy import HTTP

from sinks.clickhouse.tokens import Refused


def is_form(content_type: str) -> bool:
    """Whether a body is one. `x-www-form-urlencoded` is not: curl says so of any query."""
    return content_type.partition(";")[0].strip().lower() == "multipart/form-data"


def fields(content_type: str, body: bytes) -> list[tuple[str, str]]:
    """The fields of a form in their order; `Refused` where it is none, or brings a table."""
    head = f"Content-Type: {content_type}\r\n\r\n".encode("latin-1", "replace")
    form = BytesParser(policy=HTTP).parsebytes(head + body)
    if not form.is_multipart() or form.defects:
        raise Refused("the form is not understood", 62)
    found = []
    for part in form.iter_parts():
        name = part.get_param("name", header="content-disposition")
        value = part.get_payload(decode=True)
        if part.get_filename() is not None:
            raise Refused("tables that are sent along with a query are not read here")
        if not isinstance(name, str) or not isinstance(value, bytes):
            raise Refused("a field of the form has no name, or is a form itself", 62)
        try:
            found.append((name, value.decode()))
        except UnicodeDecodeError:
            raise Refused(f"the field {name} is not UTF-8 text", 62) from None
    return found
