"""The demo city, drawn once for all tests about it."""

import pytest

from seed_data.demo_city import DemoCity, generate


@pytest.fixture(scope="session")
def city() -> DemoCity:
    """The city as the product ships it."""
    return generate()
