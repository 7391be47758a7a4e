"""A page in headless Chromium, asked and moved by the browser's own protocol over a pipe."""

import base64
import io
import itertools
import json
import os
import select
import shutil
import subprocess

import numpy as np
import pytest
from PIL import Image

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium to look at the page with")
_OPTIONS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run")
_QUIET = ("--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars")
_PATIENCE = 60  # Seconds.


class Browser:
    """A browser with one page."""

    def __init__(self, folder, size=(1400, 1000)):
        (read, self._write), (self._read, write) = os.pipe(), os.pipe()
        # The browser reads what it is told from 3, and answers to 4.
        script = f'exec "$@" 3<&{read} 4>&{write}'
        command = [CHROMIUM, *_OPTIONS, *_QUIET, f"--user-data-dir={folder}", "--remote-debugging-pipe"]
        shell = ["bash", "-c", script, "bash", *command, f"--window-size={size[0]},{size[1]}", "about:blank"]
        self._process = subprocess.Popen(shell, pass_fds=(read, write), stderr=subprocess.DEVNULL)
        os.close(read), os.close(write)
        self._numbers, self._rest, self.events, self._session = itertools.count(1), b"", [], None
        targets = self._ask("Target.getTargets")["targetInfos"]
        target = next(target["targetId"] for target in targets if target["type"] == "page")
        self._session = self._ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self._ask(f"{domain}.enable")

    def close(self):
        self._process.terminate()
        self._process.wait(30)
        os.close(self._read), os.close(self._write)

    def open(self, path, link="", ready="document.documentElement?.classList.contains('ready')"):
        self._ask("Page.navigate", url="about:blank")
        self._ask("Page.navigate", url=f"file://{path}{link}")
        self.wait(ready)
        self.settle()

    def run(self, script):
        """Returns what an expression is, awaited."""
        answer = self._ask("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def wait(self, script):
        self.run(f"(async () => {{ while (!({script})) await new Promise(requestAnimationFrame); }})()")

    def settle(self):
        """Waits until nothing that is seen changes any more."""
        drawn = "[...document.querySelectorAll('canvas')].map((canvas) => canvas.width + canvas.toDataURL()).join()"
        self.run(
            f"(async () => {{ let last; for (let same = 0; same < 5;) {{ const now = {drawn}; "
            "same = now === last ? same + 1 : 0; last = now; await new Promise((done) => setTimeout(done, 20)); } })()"
        )

    def press(self, key):
        text = {"text": key} if len(key) == 1 else {}
        for kind in ("keyDown", "keyUp"):
            self._ask("Input.dispatchKeyEvent", type=kind, key=key, **(text if kind == "keyDown" else {}))
        self.settle()

    def point(self, x, y, click=False):
        self._ask("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)
        for kind in ("mousePressed", "mouseReleased") if click else ():
            self._ask("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)
        self.settle()

    def click(self, selector):
        self.run(f"document.querySelector({json.dumps(selector)}).scrollIntoView({{block: 'center'}})")
        box = self.box(selector)
        self.point(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, click=True)

    def box(self, selector):
        return self.run(f"document.querySelector({json.dumps(selector)}).getBoundingClientRect().toJSON()")

    def text(self, selector):
        return self.run(f"document.querySelector({json.dumps(selector)}).innerText")

    def emulate(self, width, height, scheme="light"):
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self._ask("Emulation.setDeviceMetricsOverride", **size)
        self._ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.settle()

    def look(self, selector=None):
        """Returns what is seen, of all that is in view or of an element, as uint8 `(H, W, 3)`."""
        clip = {} if selector is None else {"clip": {**self.box(selector), "scale": 1}}
        shot = base64.b64decode(self._ask("Page.captureScreenshot", format="png", **clip)["data"])
        return np.asarray(Image.open(io.BytesIO(shot)).convert("RGB"))

    def _ask(self, method, **parameters):
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": parameters}
        message |= {"sessionId": self._session} if self._session else {}
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == number:
                assert "error" not in answer, answer
                return answer["result"]
            self.events.append(answer)

    def _next(self):
        while b"\0" not in self._rest:
            answers = select.select([self._read], [], [], _PATIENCE)[0]
            part = os.read(self._read, 2**20) if answers else b""
            assert part, "the browser is gone, or what was waited for never comes"
            self._rest += part
        line, self._rest = self._rest.split(b"\0", 1)
        return json.loads(line)
