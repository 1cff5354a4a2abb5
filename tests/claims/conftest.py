"""One lab and one page for all claims."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--write-claims", action="store_true", help="write what is measured into docs/claims.md")


@pytest.fixture(scope="session")
def lab():
    from .lab import Lab

    return Lab()


@pytest.fixture(scope="session")
def page(pytestconfig):
    from .page import ClaimsPage

    return ClaimsPage(rewrite=bool(pytestconfig.getoption("--write-claims", default=False)))
