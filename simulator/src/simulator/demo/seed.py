"""The demo's people and sellers."""

from simulator.state.advertising import generated_book
from simulator.state.marketplaces import marketplace_named
from simulator.state.people import User
from simulator.state.sellers import Seller
from simulator.state.shops import create_shop
from simulator.state.world import World

_PASSWORD = "demo"
_ORDERS, _SKUS = 200, 60
_SELLERS = (
    ("A1DEMOSELLERNA", "Juniper Goods", "NA", ("US",)),
    ("A1HARBORNA", "Harbor Home", "NA", ("US",)),
    ("A1HARBOREU", "Harbor Home Europe", "EU", ("DE", "FR")),
    ("A1NORTHLIGHTEU", "Northlight", "EU", ("UK", "SE", "PL", "IT")),
    ("A1KANTOFE", "Kanto Crafts", "FE", ("JP", "AU")),
)


def seed_demo(world: World) -> None:
    """Adds what the demo needs and is not there yet; what a former run left stays as it was."""
    for username, tenant_id, name in (("seller@demo.example", "demo", "Sam Seller"), ("harbor@demo.example", "harbor", "Hanna Harbor")):
        if username not in world.users:
            world.users[username] = User(username=username, tenant_id=tenant_id, name=name).with_password(_PASSWORD)
    for seller_id, name, region, countries in _SELLERS:
        if seller_id not in world.shops:
            marketplaces = [found.id for found in map(marketplace_named, countries) if found is not None]
            seller = Seller(selling_partner_id=seller_id, name=name, region=region, marketplaces=marketplaces)
            create_shop(world, seller, orders=_ORDERS, skus=_SKUS).ads = generated_book(seller)
    world.keep_credentials()
    world.files.save_changes(world)
