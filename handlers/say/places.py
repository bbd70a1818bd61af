"""Sentences about places and their ledger."""

MORE, BACK = "更多…", "◀ 返回"
MORE_ASK = "这一家还可以办这些："
