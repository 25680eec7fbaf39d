"""Control of sellers, their orders and their stock."""

import secrets
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec

from simulator.clock import whole_milliseconds
from simulator.config import REGIONS
from simulator.control.bodies import read
from simulator.state.credentials import ADS_SCOPE
from simulator.state.generator import Generator
from simulator.state.inventory import StockItem
from simulator.state.marketplaces import marketplace_named
from simulator.state.orders import Channel, Order, OrderItem, Status
from simulator.state.sellers import Seller, Shop
from simulator.state.shops import changed_order, create_shop
from simulator.state.world import World
from simulator.web.request import BadRequestError, Request
from simulator.web.response import Response


class _Money(msgspec.Struct, forbid_unknown_fields=True):
    amount: Decimal
    currency: str | None = None


class _NewSeller(msgspec.Struct, forbid_unknown_fields=True):
    region: str
    marketplaces: list[str]
    selling_partner_id: str | None = None
    name: str | None = None
    orders: int = 0
    skus: int = 0
    requires_signing: bool = False
    rotates_refresh_tokens: bool = False


class _NewOrders(msgspec.Struct, forbid_unknown_fields=True):
    count: int = 1
    order_id: str | None = None
    marketplace_id: str | None = None
    status: Status | None = None
    created: datetime | None = None
    updated: datetime | None = None
    total: _Money | None = None
    fulfilled_by: Channel | None = None
    items: list[OrderItem] | None = None


class _OrderChange(msgspec.Struct, forbid_unknown_fields=True):
    status: Status | None = None
    total: _Money | None = None
    updated: datetime | None = None


class _StockChange(msgspec.Struct, forbid_unknown_fields=True):
    seller_sku: str
    marketplace_id: str | None = None
    product_name: str | None = None
    fulfillable: int | None = None
    inbound_working: int | None = None
    inbound_shipped: int | None = None
    inbound_receiving: int | None = None
    reserved_orders: int | None = None
    reserved_transshipment: int | None = None
    reserved_processing: int | None = None
    researching: int | None = None
    damaged: int | None = None
    defective: int | None = None


class _GrantWish(msgspec.Struct, forbid_unknown_fields=True):
    client_id: str | None = None


class _Switch(msgspec.Struct, forbid_unknown_fields=True):
    enabled: bool = True


class Sellers:
    """The endpoints."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._generator = Generator(f"{world.config.seed}:control")

    async def listed(self, request: Request) -> Response:  # noqa: ARG002 - a route takes the request
        """All sellers, with how much they have."""
        return Response.of(200, {"sellers": [_shown(shop) for shop in self._world.shops.values()]})

    async def add(self, request: Request) -> Response:
        """Adds a seller (or replaces it, books and all) with generated stock and a history of orders."""
        wish = read(request, _NewSeller)
        if wish.region not in REGIONS:
            raise BadRequestError("region must be NA, EU or FE")
        found = [marketplace_named(name) for name in wish.marketplaces]
        marketplaces = [one.id for one in found if one is not None and one.region == wish.region]
        if not marketplaces or len(marketplaces) != len(found):
            raise BadRequestError("marketplaces must be ids or country codes of the seller's region")
        seller_id = wish.selling_partner_id or "A" + secrets.token_hex(6).upper()
        shop = create_shop(
            self._world,
            Seller(
                selling_partner_id=seller_id,
                name=wish.name or seller_id,
                region=wish.region,
                marketplaces=marketplaces,
                requires_signing=wish.requires_signing,
                rotates_refresh_tokens=wish.rotates_refresh_tokens,
            ),
            orders=wish.orders,
            skus=wish.skus,
        )
        self._world.files.save_changes(self._world)
        return Response.of(201, _shown(shop))

    async def orders(self, request: Request, seller_id: str) -> Response:  # noqa: ARG002 - a route takes the request
        """All orders as they are kept."""
        orders = [_order(order) for order in self._shop(seller_id).orders]
        return Response.of(200, {"orders": orders, "count": len(orders)})

    async def add_orders(self, request: Request, seller_id: str) -> Response:
        """Adds ``count`` generated orders, with the given fields where given; new ones are pending unless said otherwise."""
        shop, wish, now = self._shop(seller_id), read(request, _NewOrders), self._world.clock.now()
        marketplace = None if wish.marketplace_id is None else marketplace_named(wish.marketplace_id)
        if wish.marketplace_id is not None and (marketplace is None or not shop.seller.sells_in(marketplace.id)):
            raise BadRequestError("the seller does not sell in that marketplace")
        created: list[Order] = []
        for _ in range(wish.count):
            begun = whole_milliseconds(_aware(wish.created) or now)
            order = self._generator.order(
                shop,
                created=begun,
                updated=whole_milliseconds(_aware(wish.updated) or max(begun, now)),
                status=wish.status or "UNSHIPPED",
                marketplace_id=marketplace.id if marketplace else None,
            )
            if wish.order_id is not None:
                order.order_id = wish.order_id if wish.count == 1 else f"{wish.order_id}-{len(created) + 1}"
            if wish.items is not None:
                order.items = [msgspec.structs.replace(item) for item in wish.items]
                order.total = sum((item.unit_price * item.quantity for item in order.items), Decimal(0))
            order.fulfilled_by = wish.fulfilled_by or order.fulfilled_by
            _set_total(order, wish.total)
            shop.orders.put(order)
            created.append(order)
        self._world.files.mark_changed()
        return Response.of(201, {"created": [_order(order) for order in created], "count": len(created)})

    async def change_order(self, request: Request, seller_id: str, order_id: str) -> Response:
        """Changes status or total; the order's last update is now."""
        shop, wish = self._shop(seller_id), read(request, _OrderChange)
        old = shop.orders.get(order_id)
        if old is None:
            return Response.of(404, {"error": "not_found"})
        order = changed_order(old, status=wish.status or old.status, updated=_aware(wish.updated) or self._world.clock.now())
        _set_total(order, wish.total)
        shop.orders.put(order)
        self._world.files.mark_changed()
        return Response.of(200, _order(order))

    async def stock(self, request: Request, seller_id: str) -> Response:  # noqa: ARG002 - a route takes the request
        """All stock as it is kept."""
        items = [msgspec.to_builtins(item) | {"total_quantity": item.total} for item in self._shop(seller_id).stock]
        return Response.of(200, {"items": items, "count": len(items)})

    async def set_stock(self, request: Request, seller_id: str) -> Response:
        """Changes the stock of a SKU, or adds the SKU; its last update is now."""
        shop, wish = self._shop(seller_id), read(request, _StockChange)
        marketplace = marketplace_named(wish.marketplace_id or shop.seller.marketplaces[0])
        if marketplace is None or not shop.seller.sells_in(marketplace.id):
            raise BadRequestError("the seller does not sell in that marketplace")
        if wish.marketplace_id is None:  # the SKU knows where it is sold
            marketplace = next((one for one in shop.seller.participations if shop.stock.get(one.id, wish.seller_sku)), marketplace)
        old = shop.stock.get(marketplace.id, wish.seller_sku) or StockItem(
            marketplace_id=marketplace.id,
            seller_sku=wish.seller_sku,
            asin="B0" + secrets.token_hex(4).upper(),
            fn_sku="X00" + secrets.token_hex(4).upper()[:7],
            product_name=wish.seller_sku,
            updated=self._world.clock.now(),
        )
        fields = {name: value for name, value in msgspec.structs.asdict(wish).items() if value is not None}
        item = msgspec.structs.replace(old, **fields | {"marketplace_id": marketplace.id, "updated": self._world.clock.now()})
        shop.stock.put(item)
        self._world.files.mark_changed()
        return Response.of(200, msgspec.to_builtins(item) | {"total_quantity": item.total})

    async def grant(self, request: Request, seller_id: str) -> Response:
        """A refresh token, as if the seller had authorised the application in its own console."""
        shop, client_id = self._shop(seller_id), read(request, _GrantWish).client_id or self._world.config.client_id
        application = self._world.credentials.application(client_id)
        if application is None:
            raise BadRequestError("there is no such application")
        token = self._world.credentials.issue_grant(
            client_id=client_id,
            selling_partner_id=shop.seller.selling_partner_id,
            now=self._world.clock.now(),
            scope=ADS_SCOPE if application.api == "ads" else None,
        )
        self._world.keep_credentials()
        return Response.of(201, {"refresh_token": token, "client_id": client_id, "selling_partner_id": seller_id})

    async def revoke(self, request: Request, seller_id: str) -> Response:
        """The seller withdraws its consent to one application (``client_id``) or to all."""
        revoked = self._world.credentials.revoke_seller(
            self._shop(seller_id).seller.selling_partner_id, read(request, _GrantWish).client_id
        )
        self._world.keep_credentials()
        return Response.of(200, {"revoked": revoked})

    async def rotation(self, request: Request, seller_id: str) -> Response:
        """Whether each refresh answers with a new refresh token; reuse of an old one then revokes the consent."""
        shop = self._shop(seller_id)
        shop.seller.rotates_refresh_tokens = read(request, _Switch).enabled
        self._world.files.mark_changed()
        return Response.of(200, _shown(shop))

    async def signing(self, request: Request, seller_id: str) -> Response:
        """Whether calls for this seller must be signed with SigV4."""
        shop = self._shop(seller_id)
        shop.seller.requires_signing = read(request, _Switch).enabled
        self._world.files.mark_changed()
        return Response.of(200, _shown(shop))

    def _shop(self, seller_id: str) -> Shop:
        shop = self._world.shop(seller_id)
        if shop is None:
            raise BadRequestError(f"there is no seller {seller_id}")
        return shop


def _aware(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment


def _set_total(order: Order, total: _Money | None) -> None:
    if total is not None:
        order.total = total.amount
        order.currency = total.currency or order.currency


def _order(order: Order) -> dict[str, Any]:
    shown: dict[str, Any] = msgspec.to_builtins(order)
    return shown | {"total": {"amount": str(order.total), "currency": order.currency} if order.has_total else None}


def _shown(shop: Shop) -> dict[str, Any]:
    shown: dict[str, Any] = msgspec.to_builtins(shop.seller)
    return shown | {"order_count": len(shop.orders), "stock_count": len(shop.stock)}
