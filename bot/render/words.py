"""Words on a paper: what people wrote, without what a file cannot hold or a reader cannot see."""

from bot.cards import clean

_NO_CHARACTERS = {0xFFFE: None, 0xFFFF: None}  # XML takes neither


def printable(words: str) -> str:
    """Return the words without control, bidirectional and zero-width characters; line breaks stay."""
    return clean(words).translate(_NO_CHARACTERS)
