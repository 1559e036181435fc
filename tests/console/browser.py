"""A real Chromium over its DevTools pipe: no driver, no library, no port."""

import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time

NAMES = ["chromium", "chromium-browser", "google-chrome"]


class Failed(Exception):
    """What was looked for is not there."""


class Browser:
    def __init__(self, language="en-US"):
        program = os.environ.get("CHROMIUM") or next((p for p in map(shutil.which, NAMES) if p), None)
        if not program:
            raise Failed("no Chromium: apt-get install chromium, or set CHROMIUM")
        self.profile = tempfile.mkdtemp(prefix="depesche-console-")
        to_browser, ours = os.pipe()
        theirs, from_browser = os.pipe()

        def ends():
            # The pipes of the protocol are file descriptors 3 and 4.
            a, b = os.dup(to_browser), os.dup(from_browser)
            os.dup2(a, 3)
            os.dup2(b, 4)

        self.process = subprocess.Popen(
            [program, "--headless=new", "--remote-debugging-pipe", "--no-sandbox", "--disable-gpu",
             "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync", "--hide-scrollbars", f"--lang={language}",
             f"--accept-lang={language}", f"--user-data-dir={self.profile}", "about:blank"],
            preexec_fn=ends, close_fds=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_browser)
        os.close(from_browser)
        self.writer, self.reader = ours, theirs
        self.buffer, self.number, self.session = b"", 0, None
        self.events = []
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ["Page", "Runtime", "Network", "Log"]:
            self.send(f"{domain}.enable")

    def close(self):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.profile, ignore_errors=True)

    # The protocol.

    def send(self, method, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.writer, json.dumps(message).encode() + b"\0")
        wanted = self.number
        end = time.monotonic() + 60
        while True:
            answer = self.receive(end - time.monotonic())
            if answer is None:
                raise Failed(f"Chromium did not answer {method}")
            if answer.get("id") == wanted:
                if "error" in answer:
                    raise Failed(f"{method}: {answer['error']}")
                return answer["result"]
            self.events.append(answer)

    def receive(self, seconds):
        while b"\0" not in self.buffer:
            if seconds <= 0 or not select.select([self.reader], [], [], seconds)[0]:
                return None
            part = os.read(self.reader, 1 << 20)
            if not part:
                raise Failed("Chromium ended")
            self.buffer += part
        message, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(message)

    def drain(self):
        while (event := self.receive(0.0)) is not None:
            self.events.append(event)

    # What people do.

    def open(self, url):
        self.send("Page.navigate", url=url)

    def size(self, width, height, phone=False):
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=phone)

    def media(self, **features):
        named = [{"name": name.replace("_", "-"), "value": value} for name, value in features.items()]
        self.send("Emulation.setEmulatedMedia", features=named)

    def run(self, script):
        """The value of a JavaScript expression."""
        answer = self.send("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            raise Failed(f"{script}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def until(self, script, what=None, seconds=30):
        """Waits until an expression is true, and returns its value."""
        end = time.monotonic() + seconds
        while True:
            try:
                value = self.run(f"(value => value instanceof Node || value)({script})")
            except Failed:
                value = None
            if value:
                return value
            if time.monotonic() > end:
                raise Failed(f"not so within {seconds} s: {what or script}")
            time.sleep(0.1)

    def click(self, selector, nth=0):
        """Clicks where an element is, once it stays there and nothing lies over it."""
        spot = self.until(f"""(() => {{
            const node = document.querySelectorAll({json.dumps(selector)})[{nth}];
            if (!node) return null;
            node.scrollIntoView({{block: "center"}});
            const box = node.getBoundingClientRect();
            const spot = [box.x + box.width / 2, box.y + box.height / 2];
            const before = window.lastSpot;
            window.lastSpot = {{ node, spot: String(spot) }};
            const stays = before?.node === node && before.spot === String(spot);
            return box.width && stays && node.contains(document.elementFromPoint(...spot)) ? spot : null;
        }})()""", f"{selector} can be clicked")
        for kind in ["mousePressed", "mouseReleased"]:
            self.send("Input.dispatchMouseEvent", type=kind, x=spot[0], y=spot[1], button="left", clickCount=1)

    KEYS = {"Enter": (13, "\r"), "Escape": (27, None), "Tab": (9, None), "ArrowDown": (40, None),
            "ArrowUp": (38, None), "End": (35, None), "Home": (36, None)}

    def key(self, name):
        code, text = self.KEYS.get(name, (ord(name[0].upper()), name))
        more = {"text": text} if text else {}
        self.send("Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown", key=name, windowsVirtualKeyCode=code, **more)
        self.send("Input.dispatchKeyEvent", type="keyUp", key=name, windowsVirtualKeyCode=code)

    def type(self, text):
        self.send("Input.insertText", text=text)

    def screenshot(self, path):
        data = self.send("Page.captureScreenshot", format="png", optimizeForSpeed=False)["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(data))

    # What went wrong.

    def complaints(self):
        """Errors of the console, exceptions, refused loads."""
        self.drain()
        found = []
        for event in self.events:
            parameters = event.get("params", {})
            if event.get("method") == "Runtime.exceptionThrown":
                details = parameters["exceptionDetails"]
                found.append(details.get("exception", {}).get("description") or details["text"])
            elif event.get("method") == "Runtime.consoleAPICalled" and parameters["type"] in ("error", "warning", "assert"):
                found.append(str([a.get("value", a.get("description")) for a in parameters["args"]]))
            elif event.get("method") == "Log.entryAdded" and parameters["entry"]["level"] in ("error", "warning"):
                found.append(f"{parameters['entry']['text']} {parameters['entry'].get('url', '')}")
        return found

    def asked(self):
        """Addresses of all requests."""
        self.drain()
        return [e["params"]["request"]["url"] for e in self.events if e.get("method") == "Network.requestWillBeSent"]
