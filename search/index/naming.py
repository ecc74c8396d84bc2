"""Keys of the index. Made of public keys alone: they outlive a move or a new slug."""


def opinion_key(public_key: str) -> str:
    """Return the key of an opinion."""
    return f"o:{public_key}"


def clause_key(public_key: str) -> str:
    """Return the key of a clause."""
    return f"c:{public_key}"
