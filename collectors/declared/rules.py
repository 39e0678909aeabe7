"""What an answer means, by the rules of a declared source: before its status is looked at."""

from __future__ import annotations

from datetime import datetime

import httpx

from collectors import Refused
from collectors.declared import questions
from collectors.declared.spec import Rule, Spec, Stream
from collectors.declared.values import find
from collectors.runner.bodies import json_of
from collectors.runner.budget import ALL, until_reset
from rezonans.troubles import Invalid


def judge(spec: Spec, stream: Stream, response: httpx.Response, now: datetime) -> str:
    """`nothing` or `read`; raises `Refused` with the sentence of the rule."""
    rule = next((one for one in spec.rules if _fits(one, response)), None)
    if rule is None:
        return "read"
    if rule.outcome == "nothing":
        return "nothing"
    method = questions.method(stream)
    seconds = rule.seconds
    if rule.midnight:
        limit = spec.budget.get(method) or spec.budget.get(ALL)
        seconds = until_reset(limit.reset if limit else "UTC", now)
    concerned = {"target": None, "method": method, "credential": ALL}[rule.scope]
    raise Refused(rule.says, seconds, concerned, lasting=rule.outcome == "stop")


def _fits(rule: Rule, response: httpx.Response) -> bool:
    if rule.status and response.status_code not in rule.status:
        return False
    if rule.path is None:
        return bool(rule.status)
    try:
        found = find(json_of(response.content), rule.path)
    except Invalid:
        return False
    return found is not None and (not rule.values or found in rule.values)
