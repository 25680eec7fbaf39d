"""Wire shapes that carry secrets."""

import msgspec


class SecretStruct(msgspec.Struct):
    """A shape whose plain text is secret: its repr, and so a log line or a traceback with it, shows the name only."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(**********)"
