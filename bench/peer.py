"""python-amazon-sp-api with one reused client; reads how many calls to make, prints the CPU seconds they took."""

import os
import sys
import time

from sp_api.api import OrdersV20260101
from sp_api.auth import AccessTokenClient
from sp_api.base import Marketplaces


def main() -> None:
    """Serve one line at a time until standard input ends."""
    upstream = os.environ["BENCH_UPSTREAM"]
    AccessTokenClient.scheme, AccessTokenClient.host = upstream.split("//")[0] + "//", upstream.split("//")[1]
    credentials = {"refresh_token": "Atzr|bench", "lwa_app_id": "amzn1.application-oa2-client.bench", "lwa_client_secret": "bench"}
    client = OrdersV20260101(marketplace=Marketplaces.US, credentials=credentials)
    client.endpoint = upstream
    for line in sys.stdin:
        started, cpu = time.perf_counter(), time.process_time()
        for _ in range(int(line)):
            answer = client.search_orders(marketplaceIds="ATVPDKIKX0DER", createdAfter="2026-01-01T00:00:00Z", maxResultsPerPage=20)
            assert len(answer.orders) == 20
        print(time.process_time() - cpu, time.perf_counter() - started, flush=True)


if __name__ == "__main__":
    main()
