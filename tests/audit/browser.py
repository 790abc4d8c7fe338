"""A page in headless Chromium with a probe that plays a person: it types, picks, scrolls and notes what it sees."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

CHROMIUM = next((p for n in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(n))), None)
QUIET = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
PROBE = """
(async () => {
  const wait = (ms) => new Promise((done) => setTimeout(done, ms));
  const frame = () => wait(60);
  const at = (id) => document.getElementById(id);
  const shown = () => at("shown").textContent;
  const rows = () => [...at("rows").querySelectorAll("tr")].map((tr) => [...tr.children].map((td) => td.textContent));
  const change = async (id, value) => {
    at(id).value = value; at(id).dispatchEvent(new Event("change"));
    await frame();
  };
  const until = async (true_) => { for (let n = 0; n < 100 && !true_(); n++) await wait(50); };
  const type = async (text) => {
    at("words").value = text; at("words").dispatchEvent(new Event("input"));
    await wait(400);
  };
  const seen = {};
  try { await (async () => { %s })(); } catch (error) { seen.error = String(error && error.stack); }
  const out = document.createElement("pre");
  out.id = "probe"; out.textContent = JSON.stringify(seen);
  document.body.append(out);
})();
"""


def look(page: Path, script: str, *, width: int = 1280, height: int = 900, budget: int = 30_000) -> dict[str, Any]:
    """What a probe notes in ``seen``; the page's own script and data are untouched, its policy also names the probe."""
    assert CHROMIUM is not None
    probe = PROBE % script
    digest = base64.b64encode(hashlib.sha256(probe.encode()).digest()).decode()
    source = page.read_text(encoding="utf-8")
    source = source.replace("script-src '", f"script-src 'sha256-{digest}' '", 1)
    copy = page.with_name("probed.html")
    copy.write_text(source.replace("</body>", f"<script>{probe}</script></body>"), encoding="utf-8")
    command = [CHROMIUM, *QUIET, f"--window-size={width},{height}", f"--virtual-time-budget={budget}", "--dump-dom"]
    with tempfile.TemporaryDirectory() as profile:
        command += [f"--user-data-dir={profile}", copy.as_uri()]
        done = subprocess.run(command, capture_output=True, check=True, timeout=300)
    copy.unlink()
    found = re.search(r'<pre id="probe">(.*?)</pre>', done.stdout.decode("utf-8", "replace"), re.S)
    assert found, "the probe did not finish"
    seen: dict[str, Any] = json.loads(html.unescape(found[1]))
    assert "error" not in seen, seen["error"]
    return seen
