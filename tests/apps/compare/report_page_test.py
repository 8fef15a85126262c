#!/usr/bin/env python3
"""The report's page in headless Chromium: report_page_test.py WRITE-REPORT

Skipped (status 77) where Selenium, Chromium or its driver is not installed."""

import collections
import json
import math
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from chromium import start_browser  # first, as it ends where Selenium is absent

from selenium.webdriver import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

HOSTILE_IMAGE = "a&b \"c\" '<script>alert(1)</script>.png"
WRITE_REPORT = None


class ReportPage(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        folder = pathlib.Path(cls.folder.name)
        subprocess.run([WRITE_REPORT, folder / "report.html", folder / "points.json"], check=True)
        cls.points = json.loads((folder / "points.json").read_text())
        cls.url = (folder / "report.html").as_uri()
        cls.browser = start_browser(folder / "profile")
        cls.addClassCleanup(cls.browser.quit)

    def setUp(self):
        self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": []})
        self.open("")

    def open(self, address):
        self.browser.get("about:blank")
        self.browser.get_log("performance")
        self.browser.get(self.url + address)

    def tearDown(self):
        self.assertEqual(self.browser.get_log("browser"), [])  # errors and warnings of the console

    def all(self, selector):
        return self.browser.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector):
        return self.browser.find_element(By.CSS_SELECTOR, selector)

    def run_script(self, script, *arguments):
        return self.browser.execute_script(script, *arguments)

    def chart_points(self, selector):
        """Of the marks of a chart: {(codec, q): (image, x, y)}, each once."""
        marks = self.run_script("return [...document.querySelectorAll(arguments[0])].map((e) => ({...e.dataset}))",
                                selector + " .marks [data-q]")
        points = {(mark["codec"], float(mark["q"])): (mark["image"], float(mark["x"]), float(mark["y"])) for mark in marks}
        self.assertEqual(len(points), len(marks))
        return points

    def is_shown(self, selector):
        return [element.is_displayed() for element in self.all(selector)]

    def wait_for(self, script):
        for _ in range(100):
            if self.run_script("return " + script):
                return
            self.run_script("return new Promise((done) => setTimeout(done, 50))")
        self.fail(f"did not happen: {script}")

    def scroll_to(self, element):
        """And waits for the events of scrolling, which hide what hovering showed."""
        self.browser.execute_async_script("""arguments[0].scrollIntoView({block: 'center', behavior: 'instant'});
            requestAnimationFrame(() => requestAnimationFrame(arguments[1]))""", element)

    def test_only_the_page_itself_is_loaded(self):
        self.one('.pictures a[href="#p0"]').click()
        requests = []
        for entry in self.browser.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                requests.append(message["params"]["request"]["url"])
        self.assertIn(self.url, requests)
        self.assertEqual([url for url in requests if url != self.url and not url.startswith("data:")], [])

    def test_pooled_chart_has_the_means_of_the_points(self):
        common = {"01.png", "02.png", HOSTILE_IMAGE}  # text.png lacks a codec
        groups = collections.defaultdict(list)
        for point in self.points:
            if point["image"] in common:
                groups[point["codec"], point["q"]].append(point)
        for metric in ("ssimulacra2", "psnr_yuv"):
            points = self.chart_points(f'#curves-{metric} [data-for-class=""] [data-kind=rate]')
            self.assertEqual(points.keys(), groups.keys())
            for key, group in groups.items():
                image, x, y = points[key]
                self.assertEqual(image, "")
                self.assertTrue(math.isclose(x, math.exp(sum(math.log(p["bpp"]) for p in group) / 3), rel_tol=1e-5))
                mean = sum(p[metric] for p in group) / 3
                if metric == "psnr_yuv":  # the mean is that of squared errors
                    mean = -10 * math.log10(sum(10 ** (-p[metric] / 10) for p in group) / 3)
                self.assertTrue(math.isclose(y, mean, rel_tol=1e-5))

    def test_chart_of_a_picture_has_its_points(self):
        for index, image in ((0, "01.png"), (2, HOSTILE_IMAGE), (3, "text.png")):
            expected = {(p["codec"], p["q"]): p for p in self.points if p["image"] == image}
            points = self.chart_points(f"#p{index} [data-kind=rate][data-metric=ssimulacra2]")
            self.assertEqual(points.keys(), expected.keys())
            for key, point in expected.items():
                self.assertEqual(points[key][0], image)
                self.assertTrue(math.isclose(points[key][1], point["bpp"], rel_tol=1e-5))
                self.assertTrue(math.isclose(points[key][2], point["ssimulacra2"], rel_tol=1e-5))

    def test_higher_scores_stand_higher_and_more_bits_further_right(self):
        for metric, sign in (("ssimulacra2", 1), ("butteraugli3", -1), ("ms_ssim", 1)):  # a distance: less is better
            self.one("#tab-" + metric).click()
            points = self.run_script("""return [...document.querySelectorAll(arguments[0])].map((e) => {
                const box = e.getBoundingClientRect();
                return {bpp: +e.dataset.x, score: +e.dataset.y, x: box.x, y: box.y}; })""",
                f"#curves-{metric} [data-for-class=''] [data-kind=rate] [data-q][data-codec=laq-e5]")
            self.assertEqual(len(points), 6)
            for worse, better in zip(points, points[1:]):
                self.assertLess(worse["bpp"], better["bpp"])
                self.assertLess(worse["x"], better["x"])
                self.assertLess(sign * worse["score"], sign * better["score"])
                self.assertGreater(worse["y"], better["y"])

    def test_toggling_a_codec_hides_it_everywhere(self):
        button = self.one('[data-toggle="1"]')
        self.assertTrue(all(self.is_shown("#curves-ssimulacra2 [data-for-class=''] g.c1")))
        button.click()
        self.assertEqual(button.get_attribute("aria-pressed"), "false")
        self.assertFalse(any(self.is_shown("g.c1, .of1")))
        self.assertTrue(any(self.is_shown("g.c0")))
        button.click()
        self.assertTrue(all(self.is_shown("#curves-ssimulacra2 [data-for-class=''] g.c1")))

    def test_tabs_choose_the_metric_by_mouse_and_by_keys(self):
        self.assertEqual(self.is_shown("#curves-ssimulacra2, #curves-psnr_yuv"), [True, False])
        self.one("#tab-psnr_yuv").click()
        self.assertEqual(self.is_shown("#curves-ssimulacra2, #curves-psnr_yuv"), [False, True])
        self.assertEqual(self.one("#tab-psnr_yuv").get_attribute("aria-selected"), "true")
        self.one("#tab-psnr_yuv").send_keys(Keys.HOME)
        self.assertEqual(self.is_shown("#curves-ssimulacra2, #curves-psnr_yuv"), [True, False])
        self.assertEqual(self.is_shown("#rates-ssimulacra2, #rates-psnr_yuv"), [True, False])
        self.assertEqual(self.browser.switch_to.active_element.get_attribute("id"), "tab-ssimulacra2")

    def test_a_class_filters_charts_and_pictures(self):
        self.one('[data-choose-class="screens"]').click()
        self.assertEqual(self.is_shown("#rates-ssimulacra2 > [data-for-class]"), [False, False, True])
        self.assertEqual(self.is_shown(".pictures li"), [False, False, True, True])
        self.assertEqual(self.is_shown("article"), [False, False, True, False])

    def test_a_point_tells_its_values_by_mouse_and_by_keys(self):
        chart = self.one("#curves-ssimulacra2 [data-for-class=''] [data-kind=rate]")
        point = chart.find_element(By.CSS_SELECTOR, '[data-codec="laq-e5"][data-q="40"]')
        self.scroll_to(point)
        ActionChains(self.browser).move_to_element(point).perform()
        tip = self.one("#tip")
        self.assertTrue(tip.is_displayed())
        for part in ("laq-e5", "q 40", "bits per pixel", "SSIMULACRA 2 54.00", "against jxl-e7 at this score", "at these bytes"):
            self.assertIn(part, tip.text)
        self.assertRegex(tip.text, "\u2212(19|20)\\.\\d")  # laq-e5 has 0.8 of the anchor's bytes
        self.run_script("arguments[0].focus()", chart)
        chart.send_keys(Keys.ARROW_DOWN)
        chart.send_keys(Keys.ARROW_RIGHT)
        self.assertNotEqual(self.one("#spoken").get_attribute("textContent"), "")
        chart.send_keys(Keys.ESCAPE)
        self.assertFalse(tip.is_displayed())

    def test_an_address_opens_a_picture_of_any_name(self):
        self.one('.pictures a[href="#p2"]').click()
        address = self.run_script("return location.hash")
        self.assertIn("picture=", address)
        self.open(address)
        self.assertEqual(self.is_shown("article"), [False, False, True, False])
        self.assertIn(HOSTILE_IMAGE, self.one("#p2 h3").text)
        self.open("#picture=02.png")
        self.assertEqual(self.is_shown("article"), [False, True, False, False])
        self.assertFalse(self.one("#viewer").is_displayed())  # has no comparison

    def test_the_slider_follows_keys_and_mouse(self):
        handle = self.one("#handle")
        self.run_script("arguments[0].focus()", handle)
        value = lambda: int(handle.get_attribute("aria-valuenow"))
        self.assertEqual(value(), 50)
        left = handle.rect["x"]
        handle.send_keys(Keys.ARROW_RIGHT)
        self.assertEqual(value(), 51)
        self.assertGreater(handle.rect["x"], left)
        handle.send_keys(Keys.HOME)
        self.assertEqual(value(), 0)
        self.assertIn("inset(0px", self.one("#image-right").value_of_css_property("clip-path"))
        self.scroll_to(handle)
        ActionChains(self.browser).click_and_hold(handle).move_by_offset(16, 0).release().perform()
        self.assertGreater(value(), 10)

    def test_pictures_and_numbers_of_the_viewer_are_those_chosen(self):
        self.wait_for("document.getElementById('image-right').naturalWidth === 64")
        self.assertEqual([option.text for option in self.all("#view-left option")], ["Original", "laq-e5", "jxl-e7"])
        for codec in ("laq-e5", "jxl-e7"):
            self.run_script("""const s = document.getElementById('view-right'); s.value = arguments[0];
                s.dispatchEvent(new Event('change'))""", codec)
            point = next(p for p in self.points if p["codec"] == codec and p["image"] == "01.png" and p["ssimulacra2"] == 54)
            facts = self.one("#facts").text
            self.assertIn(f"Bytes – {point['bytes']:.0f} ", facts)
            self.assertIn("SSIMULACRA 2 – 54.00 ", facts)
        self.assertNotEqual(self.one("#facts-head th").text, "")
        self.one('[data-match="score"]').click()
        self.assertEqual(self.one('[data-match="score"]').get_attribute("aria-pressed"), "true")

    def test_worst_places_are_listed_and_zoomed_to(self):
        self.wait_for("document.querySelectorAll('#worst-places canvas').length === 2")
        self.assertIn("SSIM 0.500", self.one("#worst-places button").text)
        self.one("#worst-places button").click()
        self.assertEqual(self.one('[data-zoom="4"]').get_attribute("aria-pressed"), "true")
        self.assertIn("scale(4)", self.run_script("return document.getElementById('layer').style.transform"))

    def test_a_single_chart_is_not_wider_than_one_of_two(self):
        widths = self.run_script("return [...document.querySelectorAll('svg[data-kind]')].map((e) => e.getBoundingClientRect().width)")
        self.assertLessEqual(max(widths), 621)

    def test_the_document_is_well_formed(self):
        self.wait_for("document.querySelectorAll('#facts tr').length > 3")
        faults = self.run_script("""
            const all = (selector) => [...document.querySelectorAll(selector)], faults = [];
            const ids = all('[id]').map((e) => e.id);
            ids.forEach((id, i) => ids.indexOf(id) === i || faults.push('twice: ' + id));
            for (const name of ['aria-labelledby', 'aria-controls'])
              for (const e of all(`[${name}]`))
                e.getAttribute(name).split(' ').filter((id) => !ids.includes(id)).forEach((id) => faults.push(`${name}: no ${id}`));
            for (const e of all('th,h1,h2,h3,h4,button,a,label,caption'))
              if (e.checkVisibility() && !e.textContent.trim()) faults.push('empty: ' + e.outerHTML.slice(0, 80));
            for (const e of all('img')) if (!e.hasAttribute('alt')) faults.push('no alt: ' + e.outerHTML.slice(0, 80));
            for (const e of document.body.children)
              if (!e.matches('header,main,footer,script,section[aria-label]')) faults.push('no landmark: ' + e.outerHTML.slice(0, 80));
            return faults;""")
        self.assertEqual(faults, [])

    def test_the_difference_is_that_of_the_two_pictures(self):
        self.one('[data-mode="difference"]').click()
        self.wait_for("document.getElementById('difference').dataset.of")
        brightest = """const c = document.getElementById('difference');
            return Math.max(...c.getContext('2d').getImageData(0, 0, c.width, c.height).data.filter((_, i) => i % 4 < 3))"""
        self.assertEqual(self.run_script("const c = document.getElementById('difference'); return [c.width, c.height]"), [64, 48])
        self.assertGreater(self.run_script(brightest), 50)
        of = self.run_script("return document.getElementById('difference').dataset.of")
        self.run_script("""const s = document.getElementById('view-right'); s.value = '-';
            s.dispatchEvent(new Event('change'))""")  # the original against itself
        self.wait_for(f"document.getElementById('difference').dataset.of !== {json.dumps(of)}")
        self.assertEqual(self.run_script(brightest), 0)

    def test_zoom_shows_one_sample_as_whole_pixels(self):
        self.one('[data-zoom="4"]').click()
        size = "const box = document.getElementById('image-left').getBoundingClientRect(); return [box.width, box.height]"
        self.assertEqual(self.run_script(size), [256, 192])
        self.assertEqual(self.one("#image-left").value_of_css_property("image-rendering"), "pixelated")

    def test_dark_and_light_follow_the_reader(self):
        colours = {}
        for scheme in ("light", "dark"):
            self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
            paper = self.run_script("return getComputedStyle(document.documentElement).backgroundColor")
            line = self.run_script("return getComputedStyle(document.querySelector('g.c0 .line')).stroke")
            colours[scheme] = [sum(map(int, c[4:-1].split(","))) for c in (paper, line)]
        self.assertGreater(colours["light"][0], 700)
        self.assertLess(colours["dark"][0], 100)
        self.assertGreater(colours["dark"][1], colours["light"][1])

    def test_paper_has_all_charts_and_no_controls(self):
        self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
        self.assertTrue(all(self.is_shown("svg[data-kind]")))
        self.assertGreater(len(self.all("svg[data-kind]")), 40)
        self.assertFalse(any(self.is_shown("#controls, #viewer")))

    def test_narrow_screens_need_no_sideways_scrolling(self):
        self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                                     {"width": 400, "height": 800, "deviceScaleFactor": 1, "mobile": False})
        self.addCleanup(self.browser.execute_cdp_cmd, "Emulation.clearDeviceMetricsOverride", {})
        self.assertLessEqual(self.run_script("return document.documentElement.scrollWidth"), 400)

    def test_charts_are_there_without_javascript(self):
        self.browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
        self.addCleanup(self.browser.execute_cdp_cmd, "Emulation.setScriptExecutionDisabled", {"value": False})
        self.open("")
        shown = self.browser.execute_cdp_cmd("DOM.getDocument", {"depth": 0})["root"]["nodeId"]
        charts = self.browser.execute_cdp_cmd("DOM.querySelectorAll", {"nodeId": shown, "selector": "svg[data-kind]"})["nodeIds"]
        self.assertGreater(len(charts), 40)
        for chart in charts:
            box = self.browser.execute_cdp_cmd("DOM.getBoxModel", {"nodeId": chart})["model"]
            self.assertGreater(box["width"], 100)

    def test_headings_do_not_skip_a_level(self):
        levels = self.run_script("return [...document.querySelectorAll('h1,h2,h3,h4')].map((h) => +h.tagName[1])")
        self.assertEqual(levels[0], 1)
        self.assertEqual(levels.count(1), 1)
        self.assertTrue(all(after <= before + 1 for before, after in zip(levels, levels[1:])))


if __name__ == "__main__":
    WRITE_REPORT = sys.argv.pop(1)
    unittest.main()
