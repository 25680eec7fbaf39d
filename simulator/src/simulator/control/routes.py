"""Which control endpoint does what."""

from simulator.control.ads import Advertising
from simulator.control.observing import Observing
from simulator.control.people import People
from simulator.control.sellers import Sellers
from simulator.control.weather import Weather
from simulator.notifications.queues import Queues
from simulator.oidc.tokens import TokenMint
from simulator.state.world import World
from simulator.web.router import Router


def add_control(router: Router, world: World, mint: TokenMint, queues: Queues) -> None:
    """Adds every ``/_sim`` route."""
    sellers, people, weather, observing = Sellers(world), People(world, mint, queues), Weather(world), Observing(world)
    advertising = Advertising(world)
    for method, path, route in (
        ("POST", "reset", weather.reset),
        ("POST", "users", people.add_user),
        ("POST", "users/token", people.user_token),
        ("POST", "roles", people.add_role),
        ("GET", "applications", people.applications),
        ("POST", "applications", people.add_application),
        ("POST", "applications/{client_id}", people.change_application),
        ("POST", "applications/{client_id}/rotation", people.rotate_secret),
        ("GET", "sellers", sellers.listed),
        ("POST", "sellers", sellers.add),
        ("GET", "sellers/{seller_id}/orders", sellers.orders),
        ("POST", "sellers/{seller_id}/orders", sellers.add_orders),
        ("PATCH", "sellers/{seller_id}/orders/{order_id}", sellers.change_order),
        ("GET", "sellers/{seller_id}/inventory", sellers.stock),
        ("POST", "sellers/{seller_id}/inventory", sellers.set_stock),
        ("POST", "sellers/{seller_id}/grants", sellers.grant),
        ("POST", "sellers/{seller_id}/revoke", sellers.revoke),
        ("POST", "sellers/{seller_id}/rotation", sellers.rotation),
        ("POST", "sellers/{seller_id}/signing", sellers.signing),
        ("GET", "sellers/{seller_id}/ads", advertising.shown),
        ("POST", "sellers/{seller_id}/ads", advertising.put),
        ("POST", "sellers/{seller_id}/ads/terms/{token}", advertising.accept_terms),
        ("GET", "sellers/{seller_id}/truth", observing.truth),
        ("GET", "ledger", observing.ledger),
        ("DELETE", "ledger", observing.clear_ledger),
        ("POST", "faults", weather.add_fault),
        ("GET", "faults", weather.faults),
        ("DELETE", "faults", weather.clear_faults),
        ("DELETE", "faults/{fault_id}", weather.remove_fault),
        ("POST", "clock", weather.move_clock),
        ("GET", "clock", weather.clock),
        ("POST", "usage-plans", weather.plans),
        ("POST", "tokens", weather.tokens),
        ("POST", "demo", weather.demo),
    ):
        router.add(method, f"/_sim/{path}", route)
