"""The second opinion of a head of attitude: how people speak of public life.

Learned from comments that we labelled, rows of our own and appeals; how much it weighs beside the
head itself is fitted on rows that neither has seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from models import linear
from models import sentiment as head_module
from models.features import Floats
from models.train import fit, folds
from models.train.rows import Row

_STRENGTH, _KNOWING_STRENGTH = 0.02, 0.01
"""Without and with word vectors, whose columns a machine learns more quickly."""
_POSTS = 0.3
"""What rows of the head's own kind weigh together, beside all comments, when both are mixed: the
product reads comments and posts on public life before anything else."""
_PENALTY = 1e-3


def _likely(parameters: Any, own: Floats, public: Floats) -> Floats:
    shifts = np.append(parameters[2:], 0.0)
    return linear.normalise(parameters[0] * own + parameters[1] * public + shifts)


def mixture(own: Floats, public: Floats, places: Any, weights: Any) -> dict[str, float]:
    """The settings under which `places` are the likeliest; `own`, `public`: log-probabilities."""

    def loss(parameters: Any) -> float:
        right = _likely(parameters, own, public)[np.arange(len(places)), places]
        return float(-(weights * np.log(right + 1e-9)).sum() + _PENALTY * (parameters**2).sum())

    start = np.array([0.5, 1.0, 0.0, 0.0])
    found = minimize(loss, start, method="Nelder-Mead", options={"maxiter": 2000}).x
    names = ("posts", "public", *head_module.CLASSES)
    return dict(zip(names, [*(round(float(x), 4) for x in found), 0.0], strict=True))


def with_public(
    head: linear.Head,
    partial: linear.Head,
    found: Sequence[Row],
    comments: Sequence[Row],
    posts: Sequence[Row],
    *,
    knowledge: csr_matrix | None = None,
) -> linear.Head:
    """`head` with its second opinion, learned from all three kinds of rows.

    `comments` and `posts` carry the three classes; neither was seen by `partial`, the head of
    fewer rows that stands for `head` while both are mixed. `knowledge`: see `fit.estimate`.
    """
    everything = [*found, *comments, *posts]
    judged = [False] * len(found) + [True] * (len(comments) + len(posts))
    strength = _STRENGTH if knowledge is None else _KNOWING_STRENGTH
    second = folds.fitted(everything, judged, strength=strength, balanced=True, knowledge=knowledge)
    own = np.log(head_module.fold(partial, fit.probabilities(partial, second.judged)) + 1e-4)
    public = np.log(second.probabilities + 1e-9)
    places = np.array([head_module.CLASSES.index(row.label) for row in second.judged])
    sizes = [len(comments), len(posts)]
    weights = np.repeat([1 / max(len(comments), 1), _POSTS / max(len(posts), 1)], sizes)
    voice = fit.as_head("public", second.model)
    return replace(
        head,
        coefficients=np.hstack([head.coefficients, voice.coefficients]),
        intercept=np.concatenate([head.intercept, voice.intercept]),
        settings=head.settings | mixture(own, public, places, weights),
    )
