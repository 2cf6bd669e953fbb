"""The newsroom that given.mjs has made, from the file that CLAIMSPAN_DESK names; and what articles there say."""

import json
import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
DESK = json.loads(Path(os.environ["CLAIMSPAN_DESK"]).read_text(encoding="utf-8"))
URL = DESK["url"]
SOCKET = URL.replace("http", "ws", 1)

# The barge is one code point, and two UTF-16 code units; Python counts code points.
BODY = "By barge 🛥️ it takes two days.\nThe port says that 40 barges moored in June. In May, 52 did."
EXACT = "40 barges moored in June"


def headers(name):
    """What somebody's requests carry."""
    return {"Authorization": f"Bearer {DESK['people'][name]['token']}"}
