"""The child process that makes one paper: its order comes as JSON on stdin, the file goes to stdout.

Each maker is imported only when it is asked for: what draws a poster need not load what writes a register.
"""

import json
import sys
from typing import Any

from bot.render.orders import Certificate, Chart, CodeSheet, Label, Letter, Poster, Sheet


def made(kind: str, order: dict[str, Any]) -> bytes:
    """Return the paper of this kind. Raises ValueError for an unknown kind, or what its maker raises."""
    if kind == Poster.__name__:
        from bot.render.posters import make_poster

        return make_poster(Poster(**{**order, "foot": tuple(order["foot"])}))
    if kind == Certificate.__name__:
        from bot.render.certificates import make_certificate

        return make_certificate(Certificate(**order))
    if kind == Letter.__name__:
        from bot.render.letters import make_letter

        return make_letter(Letter(**order))
    if kind == Sheet.__name__:
        from bot.render.sheets import make_sheet

        return make_sheet(Sheet(**{**order, "more": tuple(Sheet(**each) for each in order["more"])}))
    if kind == CodeSheet.__name__:
        from bot.render.code_sheets import make_code_sheet

        labels = tuple(Label(**label) for label in order["labels"])
        return make_code_sheet(CodeSheet(**{**order, "labels": labels}))
    if kind == Chart.__name__:
        from bot.render.charts import make_chart

        return make_chart(Chart(**order))
    raise ValueError(kind)


def main(kind: str) -> None:
    """Make the paper of this kind; on trouble only the kind of error is said, never what stands on the paper."""
    try:
        paper = made(kind, json.load(sys.stdin))
    except Exception as trouble:
        sys.exit(type(trouble).__name__)
    sys.stdout.buffer.write(paper)


if __name__ == "__main__":
    main(sys.argv[1])
