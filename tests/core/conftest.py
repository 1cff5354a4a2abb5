"""How what is kept of both contracts is written anew: the payloads of tests/contract, the deck file of this version."""

import pytest


def pytest_addoption(parser) -> None:
    parser.addoption("--write-contract", action="store_true", help="write tests/contract and the deck of this version")


@pytest.fixture(scope="session")
def rewrite(pytestconfig) -> bool:
    return bool(pytestconfig.getoption("--write-contract", default=False))
