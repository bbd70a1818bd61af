"""A bell: whoever waits is woken when it rings, from whatever thread."""

from __future__ import annotations

import asyncio


class Bell:
    """Wakes every waiting task at once; nothing is remembered for those who come later."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def ring(self) -> None:
        """Wake everybody who is waiting now."""
        waiting, self._waiting = self._waiting, set()
        for future in waiting:
            loop = future.get_loop()
            if not loop.is_closed():
                loop.call_soon_threadsafe(_wake, future)

    async def wait(self, timeout: float | None = None) -> bool:  # noqa: ASYNC109 - a wait that ends is the point
        """Wait at most `timeout` real seconds (None: for ever); True when the bell rang."""
        future = asyncio.get_running_loop().create_future()
        self._waiting.add(future)
        try:
            async with asyncio.timeout(timeout):
                await future
        except TimeoutError:
            return False
        finally:
            self._waiting.discard(future)
        return True


def _wake(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)
