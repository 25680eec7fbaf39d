import pytest

SYNC = "/api/v1/integrations/amazon/sync"
ORDER = "sync-svc.order.changed.v1"


async def test_sync_opens_a_run_per_dataset_and_shows_it(service):
    await service.fill()
    answer = await service.post(SYNC)
    assert answer.status_code == 202
    runs = (await service.get("/api/v1/sync/runs")).json()
    assert {run["id"] for run in runs["items"]} == set(answer.json()["run_ids"])
    assert {(run["dataset"], run["trigger"], run["state"]) for run in runs["items"]} == {
        ("orders", "manual", "queued"),
        ("inventory", "manual", "queued"),
    }
    assert runs["next_cursor"] is None


async def test_second_sync_within_ten_minutes_is_refused_unless_forced(service, clock):
    await service.fill()
    first = (await service.post(SYNC)).json()["run_ids"]
    clock.advance(60)
    refused = await service.post(SYNC)
    assert (refused.status_code, refused.json()["code"], refused.headers["retry-after"]) == (429, "sync_too_soon", "540")
    assert (await service.post(SYNC + "?force=true", "operator")).json()["run_ids"] == first  # they are still open
    clock.advance(541)
    assert (await service.post(SYNC)).status_code == 202


async def test_sync_without_account_is_refused(service):
    refused = await service.post(SYNC)
    assert (refused.status_code, refused.json()["code"]) == (409, "amazon_not_connected")


async def test_runs_page_newest_first(service, samples):
    async with service.uow.transaction("acme") as tx:
        for number in range(5):
            await tx.runs.open(samples.run(f"run-{number}", account_id=f"a-{number}"))
    first = (await service.get("/api/v1/sync/runs?limit=3")).json()
    rest = (await service.get(f"/api/v1/sync/runs?limit=3&cursor={first['next_cursor']}")).json()
    assert [run["id"] for run in first["items"] + rest["items"]] == ["run-4", "run-3", "run-2", "run-1", "run-0"]
    assert rest["next_cursor"] is None


async def test_event_stream_speaks_sse(service):
    heard = await service.listen()
    await heard.until("retry: 2000")
    assert (heard.status, heard.headers["content-type"].split(";")[0], heard.headers["cache-control"]) == (
        200,
        "text/event-stream",
        "no-store",
    )
    await service.log.append(tenant="rival", type=ORDER, data=b'{"order_id":"not yours"}')
    await service.log.append(tenant="acme", type=ORDER, data=b'{"order_id":"1"}')
    text = await heard.until('id: 2\nevent: order.changed\ndata: {"order_id":"1"}\n\n')
    assert "not yours" not in text


@pytest.mark.parametrize(("path", "headers"), [("", {"Last-Event-ID": "1"}), ("?last_event_id=1", {})])
async def test_event_stream_resumes_after_the_last_id(service, path, headers):
    for number in range(3):
        await service.log.append(tenant="acme", type=ORDER, data=b'{"order_id":"%d"}' % number)
    await service.settle()
    heard = await service.listen(f"/api/v1/events{path}", **headers)
    text = await heard.until('"2"')
    assert [line for line in text.split("\n") if line.startswith("data")] == ['data: {"order_id":"1"}', 'data: {"order_id":"2"}']


@pytest.mark.parametrize("given", ["abc", "-1", "1.5", "9" * 19, "%D9%A3"])
async def test_bad_last_id_gets_a_problem(service, given):
    heard = await service.listen(f"/api/v1/events?last_event_id={given}")
    await heard.until("invalid_parameter")
    assert heard.status == 400


async def test_feed_away_answers_503_while_figures_are_still_answered(service):
    await service.log.cut(is_away=True)
    await service.settle()
    heard = await service.listen()
    await heard.until("temporarily_unavailable")
    assert (heard.status, heard.headers["retry-after"]) == (503, "2")
    assert (await service.get("/api/v1/dashboard/amazon-inventory")).status_code == 200


async def test_health_and_unknown_paths(service):
    assert (await service.get("/health/live", None)).status_code == 200
    assert (await service.get("/health/ready", None)).status_code == 200
    missing = await service.get("/api/v1/nothing", None)
    assert (missing.status_code, missing.json()["code"]) == (404, "not_found")
