"""The journal in the service's log."""

from svc_kit.logs import get_logger


class LogJournal:
    """Implements `Journal`: writes notes as log lines; an alarm is an ERROR with `alarm: true`, which operators' alerts look for."""

    def info(self, event: str, **facts: object) -> None:
        get_logger().info(event, **facts)

    def warning(self, event: str, **facts: object) -> None:
        get_logger().warning(event, **facts)

    def alarm(self, event: str, **facts: object) -> None:
        get_logger().error(event, alarm=True, **facts)
