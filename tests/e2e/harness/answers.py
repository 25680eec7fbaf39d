"""Keeps what was answered, so that it can be searched."""

import json

import httpx


class Answers:
    """Every answer of the clients it listens to: status line, headers and body, as they came."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def listen(self, client: httpx.AsyncClient) -> httpx.AsyncClient:
        """Keep from now on whatever `client` is answered; return the client."""
        client.event_hooks["response"].append(self._keep)
        return client

    async def _keep(self, answer: httpx.Response) -> None:
        body = await answer.aread()
        headers = json.dumps(answer.headers.multi_items(), ensure_ascii=False).encode()
        # Nobody's own words: the path may hold what the caller put there.
        name = f"answer {len(self.kept)}: {answer.request.method} {answer.request.url.path[:40]} → {answer.status_code}"
        self.kept[name] = headers + b"\n" + body

    def statuses(self) -> list[int]:
        """Return the status of every answer so far, oldest first."""
        return [int(name.rpartition(" ")[2]) for name in self.kept]
