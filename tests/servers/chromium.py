"""A real Chromium, as small as the phones Suluh is read on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.servers.left_out import need

_FLAGS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
    "--no-proxy-server",
]


class OpenPage(Protocol):
    """Opens a page of its own (cookies and storage are empty)."""

    def __call__(
        self,
        *,
        javascript: bool = True,
        width: int = 360,
        height: int = 640,
        locale: str = "id-ID",
        dark: bool = False,
    ) -> Page: ...


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The browser of one test module; closed with it, so that its event loop does not linger."""
    binary = need("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(binary), args=_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def chromium_page(chromium: Browser) -> Iterator[OpenPage]:
    """A function that opens a page: `chromium_page(javascript=False)`."""
    contexts = []

    def open_page(
        *,
        javascript: bool = True,
        width: int = 360,
        height: int = 640,
        locale: str = "id-ID",
        dark: bool = False,
    ) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            java_script_enabled=javascript,
            locale=locale,
            timezone_id="Asia/Makassar",
            color_scheme="dark" if dark else "light",
        )
        context.set_default_timeout(20_000)
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()
