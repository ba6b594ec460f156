"""An article's text: had from a file, a page or an address, and parted from what surrounds it."""

from aftershock.accounts.texts.article import ArticleText, Block, BlockKind, SourceKind
from aftershock.accounts.texts.fetching import Network
from aftershock.accounts.texts.reading import article_of, dropped_of, read_article

__all__ = ["ArticleText", "Block", "BlockKind", "Network", "SourceKind", "article_of", "dropped_of", "read_article"]
