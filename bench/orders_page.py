"""A page of 20 orders as Amazon words it, about 12 kB."""

import json


def orders_page(count: int = 20) -> bytes:
    """Return the JSON of a searchOrders answer."""
    orders = [
        {
            "orderId": f"702-{number:07d}-1234567",
            "createdTime": "2026-01-01T00:00:00.000Z",
            "lastUpdatedTime": "2026-01-01T00:10:00.000Z",
            "salesChannel": {"channelName": "AMAZON", "marketplaceId": "ATVPDKIKX0DER", "marketplaceName": "Amazon.com"},
            "proceeds": {"grandTotal": {"amount": "34.56", "currencyCode": "USD"}},
            "fulfillment": {"fulfillmentStatus": "UNSHIPPED", "fulfilledBy": "MERCHANT", "shipByWindow": {"latestDateTime": "2026-01-03"}},
            "orderItems": [
                {
                    "orderItemId": f"{number:014d}",
                    "quantityOrdered": 2,
                    "product": {"asin": "B0EXAMPLE0", "title": "Harbour lamp, brass, 20 cm", "sellerSku": f"LAMP-{number}"},
                    "fulfillment": {"quantityFulfilled": 0, "quantityUnfulfilled": 2},
                }
            ],
        }
        for number in range(count)
    ]
    return json.dumps({"orders": orders, "pagination": {"nextToken": "next"}, "lastUpdatedBefore": "2026-01-01T00:10:00Z"}).encode()
