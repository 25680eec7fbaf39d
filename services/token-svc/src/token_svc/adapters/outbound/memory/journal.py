"""A journal that can be read back."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class MemoryJournal:
    """Implements `Journal`: keeps (level, event, facts)."""

    lines: list[tuple[str, str, dict[str, object]]] = field(default_factory=list[tuple[str, str, dict[str, object]]])

    def info(self, event: str, **facts: object) -> None:
        self.lines.append(("info", event, facts))

    def warning(self, event: str, **facts: object) -> None:
        self.lines.append(("warning", event, facts))

    def alarm(self, event: str, **facts: object) -> None:
        self.lines.append(("alarm", event, facts))

    def events(self, level: str | None = None) -> list[str]:
        """Return what was noted, of one level or of all, in order."""
        return [event for at, event, _ in self.lines if level in {None, at}]
