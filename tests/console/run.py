#!/usr/bin/env python3
"""The console in a real Chromium, against the real program.

    python3 tests/console/run.py [--depesche target/debug/depesche] [--pictures docs/images] [--axe axe.min.js]

Needs Chromium (Debian: chromium) and nothing else. Starts `depesche demo`, clicks through every
view, asks for no console error and no request that leaves the program; then starts a service of its
own on feeds that try to inject script, and one that asks for a token. With `--pictures` the
screenshots of the documentation are written, with `--axe` the rules of axe-core are checked.
"""

import argparse
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from browser import Browser, Failed  # noqa: E402
from hostile import Site  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
INCIDENTS = 12

# The list is ordered by the number of reports, and one has figures that differ.
MOST_TOLD = """(() => {
    const counts = [...document.querySelectorAll("#list .meta span")].map((n) => /^(\\d+) reports?$/.exec(n.textContent)).filter(Boolean).map((m) => Number(m[1]));
    return counts[0] > 1 && counts.every((n, i) => !i || counts[i - 1] >= n) && document.querySelector("#list .differ");
})()"""


class Service:
    """A depesche of our own, on a free port, ended by its process id."""

    def __init__(self, program, *args, **environment):
        self.lines = []
        self.process = subprocess.Popen(
            [program, *args], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env={**os.environ, **environment})
        self.address = None
        threading.Thread(target=self.read, daemon=True).start()
        end = time.monotonic() + 60
        while not self.address:
            if self.process.poll() is not None or time.monotonic() > end:
                raise Failed("depesche did not start:\n" + "".join(self.lines[-20:]))
            time.sleep(0.05)

    def read(self):
        for line in self.process.stdout:
            self.lines.append(line)
            found = re.search(r"Console at http://([0-9.:]+)/|address=([0-9.:]+)", line)
            if found and not self.address:
                self.address = f"http://{found.group(1) or found.group(2)}/"

    def close(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def check(holds, what):
    if not holds:
        raise Failed(what)


def innocent(browser, address, token=False):
    """No complaint, and no request but to the program itself."""
    complaints = browser.complaints()
    if token:
        complaints = [c for c in complaints if "401" not in c]
    check(not complaints, f"the browser complains: {complaints}")
    foreign = [url for url in browser.asked() if not url.startswith((address, "about:", "data:"))]
    check(not foreign, f"requests that leave the program: {foreign}")


def picture(browser, path):
    """A screenshot for the documentation, in few colours."""
    browser.run("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))")
    browser.screenshot(path)
    if not shutil.which("pngquant"):
        raise Failed("pictures need pngquant: apt-get install pngquant")
    subprocess.run(["pngquant", "--force", "--strip", "--ext", ".png", "96", str(path)], check=True)
    check(path.stat().st_size < 150_000, f"{path} is larger than 150 kB")


def fits(browser, what):
    width = browser.run("document.documentElement.scrollWidth - window.innerWidth")
    check(width <= 0, f"{what} is {width} pixels wider than the screen")


class Rules:
    """axe-core in the page: its own world, so that the page's policy does not matter."""

    def __init__(self, path):
        self.source = Path(path).read_text(encoding="utf-8") if path else None

    def check(self, browser, what):
        if not self.source:
            return
        if not browser.run("typeof axe !== 'undefined'"):
            browser.run(self.source + ";true")
        found = browser.run("""axe.run(document, {resultTypes: ["violations"]}).then((result) =>
            result.violations.map((v) => [v.id, v.impact, v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160) + " " + (n.any[0]?.message ?? ""))]))""")
        check(not found, f"axe-core on {what}: {json.dumps(found, indent=1, ensure_ascii=False)}")
        print(f"    axe-core: {what}")


def walk(browser, address, rules, pictures):
    """Every view of the demo, by mouse and by keys, in both languages, light and dark, large and small."""
    browser.size(1360, 850)
    browser.media(prefers_color_scheme="light")
    browser.open(address)
    # For the pictures the demo shall have told nearly everything.
    wanted = 2 * INCIDENTS if pictures else INCIDENTS
    browser.until(f"document.querySelectorAll('#list li').length >= {wanted}", "incidents arrive", 240)
    browser.until("/^(New: |\\d+ new )/.test(document.getElementById('live').textContent)", "new incidents are said to screen readers", 60)
    browser.until("document.querySelectorAll('.dot').length > 5 && document.querySelector('.land').getAttribute('d').length > 1000")
    browser.until("document.querySelector('#lamp.ready')")
    check(browser.run("document.documentElement.lang") == "en", "English is what the browser asks for")
    rules.check(browser, "list and map")

    print("  filters")
    total = browser.run("Number(document.querySelector('.count').textContent.match(/\\d+/)[0])")
    browser.click("#filter-q")
    browser.type("quake")
    browser.until(f"Number(document.querySelector('.count').textContent.match(/\\d+/)[0]) < {total}", "the search narrows the list")
    check("q=quake" in browser.run("location.hash"), "the address says what is searched for")
    browser.click(".list-head .plain")
    browser.until("document.querySelector('.count').textContent.match(/\\d+/)[0] > 5")
    browser.run("(() => { const s = document.getElementById('filter-severity'); s.value = '4'; s.dispatchEvent(new Event('change')); })()")
    browser.until("[...document.querySelectorAll('#list .severity')].every((n) => parseFloat(n.lastChild.textContent) >= 4)", "only severe ones")
    browser.click(".list-head .plain")

    print("  keys")
    browser.until(f"Number(document.querySelector('.count').textContent.match(/\\d+/)[0]) >= {total}", "all are back")
    browser.run("document.querySelector('#list a').focus()")
    browser.key("ArrowDown")
    browser.key("ArrowDown")
    check(browser.run("[...document.querySelectorAll('#list a')].indexOf(document.activeElement)") == 2, "arrows move in the list")
    check(browser.run("getComputedStyle(document.activeElement).outlineStyle") == "solid", "the focus is visible")
    wanted = browser.run("document.activeElement.querySelector('.title').textContent")
    browser.key("Enter")
    browser.until(f"document.querySelector('.pane h2')?.textContent === {json.dumps(wanted)}", "Enter opens the incident")
    browser.key("Escape")
    browser.until("document.querySelector('.pane').hidden && document.activeElement.matches('#list a')", "Escape closes, the focus returns")
    browser.key("/")
    check(browser.run("document.activeElement.id") == "filter-q", "a slash goes to the search")

    print("  one incident")
    browser.run("location.hash = '#/incidents?sort=reports'")
    browser.until(MOST_TOLD, "most reports come first")
    if pictures:
        browser.run("(document.activeElement.blur(), location.hash = '#/incidents')")
        browser.until("document.getAnimations().length === 0")
        picture(browser, pictures / "console.png")
        browser.run("location.hash = '#/incidents?sort=reports'")
        browser.until(MOST_TOLD)
    browser.run("document.querySelector('#list li .differ').closest('a').click()")
    browser.until("document.querySelector('.reader .text .proof')", "the article with its evidence")
    browser.until("document.querySelectorAll('.rivals li').length >= 2", "competing figures")
    browser.until("document.querySelectorAll('.revisions li').length >= 1", "revisions")
    check(browser.run("document.querySelector('.source[aria-pressed=true]') !== null"), "a source is shown")
    rules.check(browser, "one incident")
    nth = browser.run("[...document.querySelectorAll('.proven')].findLastIndex((n) => n.querySelector('q'))")
    browser.click(".proven", nth)
    browser.until("document.querySelector('.proven[aria-pressed=true]') && document.querySelector('mark.on')", "a fact shows its words")
    quote = browser.run("document.querySelector('.proven[aria-pressed=true] q')?.textContent ?? ''")
    marks = browser.run("[...document.querySelectorAll('mark.on')].map((n) => n.textContent).join(' ')")
    check(quote[:4].lower() in marks.lower(), f"{quote!r} is not among the marked words {marks!r}")
    browser.click(".source", 1)
    browser.until("document.querySelectorAll('.source')[1].getAttribute('aria-pressed') === 'true'")

    print("  dark")
    browser.click("#theme")
    browser.until("document.documentElement.dataset.theme === 'dark'")
    rules.check(browser, "one incident, dark")
    if pictures:
        browser.run("[...document.querySelectorAll('.proven')].find((n) => /killed/.test(n.textContent)).click()")
        browser.until("/killed/.test(document.querySelector('.chosen-field')?.textContent)")
        browser.run("(document.querySelector('.pane').scrollTop = 0, scrollTo(0, 0))")
        picture(browser, pictures / "console-incident.png")

    for view, row in [("feeds", ".feeds tbody tr"), ("dead-letters", ".empty"), ("stages", ".flow .stage")]:
        print(f"  {view}")
        browser.click(f"#tabs [data-view={view}]")
        browser.until(f"document.querySelector('{row}')")
        rules.check(browser, f"{view}, dark")
    check(browser.run("document.querySelectorAll('.topics tbody tr').length") == 4, "four topics are followed")
    browser.click("#theme")
    for view in ["feeds", "stages"]:
        browser.click(f"#tabs [data-view={view}]")
        browser.until("document.querySelector('.table')")
        rules.check(browser, view)

    print("  German")
    browser.click("#language")
    browser.until("document.documentElement.lang === 'de' && document.querySelector('.page h1').textContent === 'Stufen'")
    browser.click("#tabs [data-view=incidents]")
    browser.until("document.querySelector('.count').textContent.includes('Ereignisse')")

    print("  phone")
    browser.size(360, 780, phone=True)
    for view in ["incidents", "feeds", "dead-letters", "stages"]:
        browser.run(f"location.hash = '#/{view}'")
        browser.until(f"document.querySelector('#tabs [aria-current]').dataset.view === '{view}'")
        time.sleep(0.5)
        fits(browser, f"{view} on a phone")
    browser.run("location.hash = '#/incidents'")
    browser.until("document.querySelector('#list li')")
    if pictures:
        browser.size(390, 780, phone=True)
        browser.run("(() => { document.querySelector('.filters').open = false; scrollTo(0, 0); })()")
        picture(browser, pictures / "console-phone.png")
        browser.size(360, 780, phone=True)
    browser.click("#list a")
    browser.until("document.querySelector('.reader .text')")
    fits(browser, "an incident on a phone")
    rules.check(browser, "one incident on a phone")
    innocent(browser, address)


def hostile(program, language, folder):
    """Feeds, headlines, outlets and articles that are markup are shown as text, and nothing of them runs."""
    print("hostile feeds")
    site = Site()
    config = folder / "hostile.toml"
    config.write_text(site.config(), encoding="utf-8")
    service = Service(program, "run", "--config", str(config), "--embedded-broker")
    browser = Browser(language)
    try:
        browser.open(service.address)
        browser.until("document.querySelectorAll('#list li').length >= 1", "the hostile incident arrives", 120)
        check(site.SCRIPT in browser.run("document.querySelector('#list .title').textContent"), "the headline is shown as it is")
        browser.click("#list a")
        browser.until("document.querySelector('.reader .text')")
        text = browser.run("document.querySelector('.pane').textContent")
        check(site.IMAGE in text, "the article is shown as it is")
        check(site.OUTLET in text, "the outlet is shown as it is")
        links = browser.run("[...document.querySelectorAll('a')].map((a) => a.href)")
        check(not [link for link in links if not link.startswith("http")], f"links that are no pages: {links}")
        browser.click("#tabs [data-view=feeds]")
        browser.until("document.querySelector('.feeds tbody tr')")
        check(site.OUTLET in browser.run("document.querySelector('.feeds').textContent"), "the outlet of the feed is shown as it is")
        browser.until("document.querySelector('.feeds .h-failing, .feeds .h-unreadable')", "a feed that is none is called so", 60)
        browser.click("#tabs [data-view=dead-letters]")
        browser.until("document.querySelector('.letters tbody tr')", "an article that is too large is a dead letter", 60)
        browser.click(".letters summary")
        browser.until("document.querySelector('.letters pre').textContent.includes('<script>')", "its bytes are shown as text")
        check(browser.run("typeof window.injected") == "undefined", "a script of the feed ran")
        check(browser.run("document.querySelectorAll('#main img, #main script, #main iframe, #main style').length") == 0, "markup of the feed became elements")
        innocent(browser, service.address)
    finally:
        browser.close()
        service.close()
        site.close()


def token(program, language, folder):
    """With a token nothing is told before it is given; it is asked for once."""
    print("token")
    config = folder / "token.toml"
    config.write_text('[admin]\nlisten = "127.0.0.1:0"\n[log]\nfilter = "info"\n', encoding="utf-8")
    secret = "a-token-that-nobody-guesses"
    service = Service(program, "run", "--config", str(config), "--embedded-broker", "--stages", "none", DEPESCHE_ADMIN__TOKEN=secret)
    browser = Browser(language)
    try:
        browser.open(service.address)
        browser.until("document.getElementById('ask').open")
        browser.click("#ask-token")
        browser.type("wrong")
        browser.key("Enter")
        browser.until("!document.getElementById('ask-wrong').hidden && document.getElementById('ask').open", "a wrong token is refused")
        browser.click("#ask-token")
        browser.type(secret)
        browser.key("Enter")
        browser.until("!document.getElementById('ask').open && document.querySelector('#lamp.ready')", "the right token opens the console")
        check(browser.run("document.querySelector('.below .empty') !== null"), "an empty topic is told")
        browser.open(service.address + "#/stages")
        browser.run("location.reload()")
        browser.until("document.querySelectorAll('.stage.absent').length === 3 && !document.getElementById('ask').open", "the token is kept in the window")
        innocent(browser, service.address, token=True)
    finally:
        browser.close()
        service.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--depesche", default=str(ROOT / "target/debug/depesche"))
    parser.add_argument("--pictures", type=Path, help="folder for the screenshots of the documentation")
    parser.add_argument("--axe", help="axe.min.js of the npm package axe-core")
    args = parser.parse_args()
    if args.pictures:
        args.pictures.mkdir(parents=True, exist_ok=True)
    rules = Rules(args.axe)
    print("demo")
    service = Service(args.depesche, "demo", "--listen", "127.0.0.1:0")
    browser = Browser("en-US")
    try:
        walk(browser, service.address, rules, args.pictures)
    except Failed:
        browser.screenshot(Path(tempfile.gettempdir()) / "depesche-console-failed.png")
        raise
    finally:
        browser.close()
        service.close()
    with tempfile.TemporaryDirectory() as folder:
        hostile(args.depesche, "de-DE", Path(folder))
        token(args.depesche, "de-DE", Path(folder))
    print("the console holds")


if __name__ == "__main__":
    try:
        main()
    except Failed as failed:
        print(f"FAILED: {failed}", file=sys.stderr)
        sys.exit(1)
