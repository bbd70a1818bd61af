"""The child process that makes one paper: its order comes as JSON on stdin, the PDF goes to stdout."""

import json
import sys

from bot.render.certificates import make_certificate
from bot.render.orders import Certificate, Poster
from bot.render.posters import make_poster


def main(kind: str) -> None:
    """Make the paper of this kind; on trouble only the kind of error is said, never what stands on the paper."""
    order = json.load(sys.stdin)
    try:
        if kind == Poster.__name__:
            made = make_poster(Poster(**{**order, "foot": tuple(order["foot"])}))
        else:
            made = make_certificate(Certificate(**order))
    except Exception as trouble:
        sys.exit(type(trouble).__name__)
    sys.stdout.buffer.write(made)


if __name__ == "__main__":
    main(sys.argv[1])
