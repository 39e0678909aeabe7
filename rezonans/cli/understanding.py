"""Settings to what understanding is made of: weights, taxonomy, explanations."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any

from rezonans.refused import SettingsError
from rezonans.settings import Settings
from rezonans.troubles import Invalid


def weights_of(settings: Settings) -> Path:
    """The folder of heads: the one of the settings, or what comes with the package."""
    from models.weights import ARTIFACTS

    return settings.models.weights or ARTIFACTS


def model_of(settings: Settings) -> Any:
    """All heads of the settings, loaded; of topics they say what the taxonomy names."""
    return loaded(weights_of(settings), taxonomy_of(settings).topics)


def loaded(folder: Path, topics: Collection[str] | None = None) -> Any:
    """All heads of a folder; a mistake in the weights is one of the user to mend. `topics`: codes
    that may be said, all by default."""
    from models.understanding import load
    from models.weights import WeightsError

    try:
        return load(folder, topics)
    except (WeightsError, Invalid) as error:  # `Invalid`: of the gazetteer
        raise SettingsError(str(error)) from None


def taxonomy_of(settings: Settings) -> Any:
    """The taxonomy that names and filters are made of."""
    from models import taxonomy

    if settings.models.taxonomy is None:
        return taxonomy.packaged()
    try:
        return taxonomy.load(settings.models.taxonomy)
    except Invalid as error:
        raise SettingsError(f"models.taxonomy: {error}") from None


def remarks(settings: Settings) -> list[str]:
    """Codes that the taxonomy and the weights do not share; nothing to stop for."""
    from models import taxonomy

    return taxonomy.differences(taxonomy_of(settings), trained(settings))


def trained(settings: Settings) -> Sequence[str]:
    """Codes that the topic head of the settings may say."""
    from models import weights

    try:
        manifest, _ = weights.load(weights_of(settings) / "topic")
    except weights.WeightsError as error:
        raise SettingsError(str(error)) from None
    return manifest.classes


def explainer(settings: Settings) -> Callable[[Any], Sequence[Any]]:
    """Explains texts by the weights of the settings, which are loaded when first asked."""
    lock = threading.Lock()
    loaded: list[Any] = []

    def explain(text: Any) -> Sequence[Any]:
        from models import explain as explaining

        with lock:
            if not loaded:
                topics = taxonomy_of(settings).topics
                loaded.append(explaining.load(weights_of(settings), topics))
        found: Sequence[Any] = loaded[0](text)
        return found

    return explain
