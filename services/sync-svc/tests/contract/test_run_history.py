async def open_runs(store, samples, *run_ids, tenant="acme"):
    async with store.uow.transaction(tenant) as tx:
        for run_id in run_ids:
            assert await tx.runs.open(samples.run(run_id, tenant=tenant, account_id=f"acc-of-{run_id}"))


async def test_without_runs_there_is_nothing_to_leaf_through(store):
    assert await store.history.page("acme", limit=9, before=None) == []
    assert await store.history.page("acme", limit=9, before="run-1") == []


async def test_pages_follow_one_another_newest_first(store, samples):
    await open_runs(store, samples, "run-2", "run-0", "run-4", "run-1", "run-3")
    first = await store.history.page("acme", limit=2, before=None)
    rest = await store.history.page("acme", limit=9, before=first[-1].id)
    assert [run.id for run in first + rest] == ["run-4", "run-3", "run-2", "run-1", "run-0"]


async def test_a_run_is_shown_as_it_stands(store, samples):
    ended = samples.run("run-1").completed(now=samples.noon)
    async with store.uow.transaction("acme") as tx:
        await tx.runs.open(samples.run("run-1"))
        await tx.runs.save(ended)
    assert await store.history.page("acme", limit=1, before=None) == [ended]


async def test_a_run_gone_from_the_list_still_marks_a_place_in_it(store, samples):
    await open_runs(store, samples, "run-1", "run-3")
    assert [run.id for run in await store.history.page("acme", limit=9, before="run-2")] == ["run-1"]


async def test_what_is_not_committed_is_not_shown(store, samples):
    async with store.uow.transaction("acme") as tx:
        await tx.runs.open(samples.run("run-1"))
        assert await store.history.page("acme", limit=9, before=None) == []


async def test_a_tenant_sees_its_own_runs_only(store, samples):
    await open_runs(store, samples, "run-1", "run-2")
    await open_runs(store, samples, "run-3", tenant="rival")
    assert [run.id for run in await store.history.page("rival", limit=9, before=None)] == ["run-3"]
    assert [run.id for run in await store.history.page("acme", limit=9, before=None)] == ["run-2", "run-1"]
