"""The ten commonest pitfalls of comparable systems (PEERS section 5), each as scenes in the demo town."""

from tests.handlers.conftest import town

__all__ = ["town"]
