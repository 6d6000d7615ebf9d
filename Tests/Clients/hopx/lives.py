"""The life of a sandbox, from its creation to its end."""
from client import TEMPLATE, masked, of, outcome, raised_by


async def first_use(hopx):
    """Nothing but one run of code: what is asked on the way is the point."""
    sandbox = await hopx.create()
    yield "run", outcome(await hopx.run(sandbox, "print('first')"))
    yield "again", outcome(await hopx.run(sandbox, "print('second')"))
    await of(sandbox.kill())


async def life(hopx):
    Sandbox = hopx.Sandbox
    yield "health", (await of(Sandbox.health_check(**hopx.address)))["status"]
    sandbox = await hopx.create(timeout_seconds=600, internet_access=False)
    info = await of(sandbox.get_info())
    yield "info", {
        "is the one": info.sandbox_id == sandbox.sandbox_id, "status": info.status, "template": info.template_name,
        "organization is a number": isinstance(info.organization_id, int), "timeout": info.timeout_seconds,
        "internet": info.internet_access, "has resources": info.resources is not None and info.resources.vcpu > 0,
        "region": bool(info.region), "created": info.created_at is not None, "host": masked(info.public_host, sandbox),
    }
    yield "text", masked([repr(sandbox), str(sandbox)], sandbox)

    left = await of(sandbox.get_time_to_expiry())
    yield "time to expiry", 590 < left <= 600
    yield "expiring soon", [
        await of(sandbox.is_expiring_soon()), await of(sandbox.is_expiring_soon(threshold_seconds=700))]
    expiry = await of(sandbox.get_expiry_info(expiring_soon_threshold=700))
    yield "expiry", {
        "expired": expiry.is_expired, "soon": expiry.is_expiring_soon, "limited": expiry.has_timeout,
        "seconds": 590 < expiry.time_to_expiry <= 600, "when": expiry.expires_at is not None}
    await of(sandbox.set_timeout(1200))
    yield "longer", 1190 < await of(sandbox.get_time_to_expiry()) <= 1200

    yield "preview", masked(await of(sandbox.get_preview_url(8080)), sandbox)
    yield "agent url", masked(await of(sandbox.agent_url), sandbox)
    yield "healthy", await of(sandbox.is_healthy())
    yield "healthy or an error", await of(sandbox.ensure_healthy())

    token = await of(sandbox.get_token())
    await of(sandbox.refresh_token())
    yield "tokens", {"one": len(token) > 20, "another": token != await of(sandbox.get_token())}
    yield "after the refresh", (await hopx.run(sandbox, "print('with a new token')")).stdout

    await of(sandbox.pause())
    yield "paused", (await of(sandbox.get_info())).status
    yield "paused twice", masked(await raised_by(sandbox.pause), sandbox)
    yield "code while paused", masked(await raised_by(lambda: hopx.run(sandbox, "print(1)")), sandbox)
    await of(sandbox.resume())
    yield "resumed", (await of(sandbox.get_info())).status

    other = await hopx.create()
    yield "ids differ", other.sandbox_id != sandbox.sandbox_id
    await of(other.pause())
    connected = await of(Sandbox.connect(other.sandbox_id, **hopx.address))
    yield "connected", {
        "is the one": connected.sandbox_id == other.sandbox_id, "status": (await of(connected.get_info())).status}
    if hopx.is_sync:
        yield "run when connected", (await hopx.run(connected, "print('connected')")).stdout
        host = info.public_host.replace("http://", "ws://")
        direct = Sandbox.debug(host, sandbox.get_token(), sandbox.sandbox_id)
        yield "by agent alone", (await hopx.run(direct, "print('direct')")).stdout

    def ids(sandboxes):
        return sorted([sandbox, other].index(one) for one in [sandbox, other] if one.sandbox_id in sandboxes)

    async def listed(**options):
        return ids([one.sandbox_id for one in await of(Sandbox.list(**options, **hopx.address))])

    async def iterated(**options):
        found = Sandbox.iter(**options, **hopx.address)
        return ids([one.sandbox_id for one in found] if hopx.is_sync else [one.sandbox_id async for one in found])

    await of(sandbox.pause())
    yield "list", await listed()
    yield "list of one", len(await of(Sandbox.list(limit=1, **hopx.address)))
    yield "list of paused", await listed(status="paused")
    yield "list elsewhere", await listed(region="nowhere")
    yield "iterated", await iterated()
    yield "iterated of paused", await iterated(status="paused")
    yield "iterated elsewhere", await iterated(region="nowhere")

    await of(sandbox.kill())
    await of(other.kill())
    yield "killed", masked(await raised_by(sandbox.get_info), sandbox)
    yield "killed twice", masked(await raised_by(sandbox.kill), sandbox)
    yield "killed and healthy", await of(sandbox.is_healthy())
    if hopx.is_sync:
        with Sandbox.create(TEMPLATE, **hopx.address) as third:
            forever = third.get_info()
    else:
        async with Sandbox.create(TEMPLATE, **hopx.address) as third:
            forever = await third.get_info()
    yield "without a limit", [forever.timeout_seconds, forever.expires_at]
    yield "ended by its block", masked(await raised_by(third.get_info), third)
