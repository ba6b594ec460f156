"""An article's text, kept beside its account: what pages mark claims in, and look for the text of a claim in."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aftershock.exports import write_bytes

if TYPE_CHECKING:
    from aftershock.accounts.texts import ArticleText

__all__ = ["load_text", "save_text"]

_PLAIN = ("text", "sha256", "encoding", "kind", "name", "title", "outlet", "author")


def save_text(folder: Path, article: ArticleText) -> None:
    """Write an article's text beside its account. The decoded source is left out: the file that came holds it."""
    whole: dict[str, Any] = {name: getattr(article, name) for name in _PLAIN}
    whole["date"] = article.date.isoformat() if article.date else None
    whole["notes"] = list(article.notes)
    whole["blocks"] = [[block.start, block.end, block.kind, block.why] for block in article.blocks]
    for name in ("offsets", "ends"):
        places = getattr(article, name)
        whole[name] = None if places is None else places.tolist()
    write_bytes(folder / "article.json", json.dumps(whole, ensure_ascii=False).encode("utf-8", "surrogatepass"))


def load_text(folder: Path) -> ArticleText | None:
    """Return an article's text; None where an account has no article."""
    import numpy as np

    from aftershock.accounts.texts import ArticleText, Block

    path = folder / "article.json"
    if not path.is_file():
        return None
    whole = json.loads(path.read_bytes().decode("utf-8", "surrogatepass"))
    places: dict[str, Any] = {
        name: None if whole[name] is None else np.array(whole[name], dtype=np.int64) for name in ("offsets", "ends")
    }
    return ArticleText(
        decoded="", blocks=tuple(Block(*block) for block in whole["blocks"]), notes=tuple(whole["notes"]),
        date=dt.date.fromisoformat(whole["date"]) if whole["date"] else None, **{name: whole[name] for name in _PLAIN}, **places,
    )  # fmt: skip
