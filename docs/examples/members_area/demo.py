"""Run the members' area in front of a fake Snipcart, with somebody to sign in as: `python demo.py`."""

import os
from datetime import timedelta

import uvicorn
from app import site

from snipcart_async.testing import FakeSnipcart

if __name__ == "__main__":
    with FakeSnipcart(customers=40) as fake:
        os.environ.update(SNIPCART_SECRET_API_KEY=fake.api_key, SNIPCART_BASE_URL=fake.base_url)
        people = {fake.shop.document(guid)["status"]: guid for guid in fake.shop.customer_ids()}
        site.state.visitors = {
            "a member": fake.sign_in(people["Confirmed"]),
            "a guest": fake.sign_in(people["Unconfirmed"]),
            "a member whose session is over": fake.sign_in(people["Confirmed"], expires_in=timedelta(0)),
        }
        uvicorn.run(site, host="127.0.0.1", port=int(os.environ.get("PORT", "8010")))
