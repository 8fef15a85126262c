"""Headless Chromium by Selenium, for tests of pages. A test that imports this without Selenium, Chromium or its driver says so
and ends as skipped (status 77)."""

import shutil
import sys

try:
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service
except ImportError:
    print("skipped: needs Selenium (python3-selenium)")
    sys.exit(77)

_DRIVER = shutil.which("chromedriver")
_BROWSER = shutil.which("chromium") or shutil.which("google-chrome")
_FLAGS = """--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
    --disable-component-update --disable-sync --disable-dev-shm-usage --window-size=1280,900""".split()

if not _DRIVER or not _BROWSER:
    print("skipped: needs Chromium and its driver (chromium, chromium-driver)")
    sys.exit(77)


def start_browser(profile, *flags):
    """A browser whose logs of the console and of the network can be read. profile: a folder of its own."""
    options = webdriver.ChromeOptions()
    options.binary_location = _BROWSER
    for flag in [*_FLAGS, f"--user-data-dir={profile}", *flags]:
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    browser = webdriver.Chrome(service=Service(_DRIVER), options=options)
    browser.set_script_timeout(120)
    return browser
