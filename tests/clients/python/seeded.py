"""The newsroom that seed.mjs has made, from the file that CLAIMSPAN_SEED names; and what articles there say."""

import asyncio
import json
import os
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SEED = json.loads(Path(os.environ["CLAIMSPAN_SEED"]).read_text(encoding="utf-8"))
URL = SEED["url"]
SOCKET = URL.replace("http", "ws", 1)

# The barge is one code point and two UTF-16 code units. Python counts code points.
BODY = "By barge 🛥️ it takes two days.\nThe port says that 40 barges moored in June. In May, 52 did."
EXACT = "40 barges moored in June"


def headers(name):
    """What somebody's requests carry."""
    return {"Authorization": f"Bearer {SEED['people'][name]['token']}"}


def ask(name, document, given):
    """What somebody else does meanwhile: a mutation with this input. Gives the data."""
    body = json.dumps({"query": document, "variables": {"input": given}}).encode()
    request = urllib.request.Request(URL, body, {"Content-Type": "application/json", **headers(name)})
    with urllib.request.urlopen(request, timeout=30) as response:
        answer = json.load(response)
    if "errors" in answer:
        raise AssertionError(answer["errors"])
    return answer["data"]


async def is_followed(test, listen):
    """An article is listened to: what has happened comes first, then what happens.

    `listen(newsroom, article, after)` gives the events as dictionaries, as the API names them, to the editor.
    """
    newsroom = SEED["newsroom"]["id"]
    given = {"newsroom": newsroom, "title": "Barges are fewer", "body": BODY}
    imported = ask("editor", "mutation($input: ImportArticleInput!) { importArticle(input: $input) { article { id } } }", given)
    article = imported["importArticle"]["article"]["id"]
    async with asyncio.timeout(60):
        events = listen(newsroom, article, 0)
        first = await anext(events)
        test.assertEqual((first["kind"], first["article"]["id"], first["claim"]), ("ARTICLE_IMPORTED", article, None))
        test.assertEqual(first["actor"]["id"], SEED["people"]["editor"]["id"])

        given = {"article": article, "statement": "In June 40 barges moored.", "ranges": [{"exact": EXACT}]}
        marked = ask("reviewer", "mutation($input: MarkClaimInput!) { markClaim(input: $input) { claim { id } } }", given)
        second = await anext(events)
        test.assertEqual((second["kind"], second["claim"]["state"]), ("CLAIM_MARKED", "OPEN"))
        test.assertEqual(second["claim"]["id"], marked["markClaim"]["claim"]["id"])
        test.assertEqual(second["actor"]["displayName"], SEED["people"]["reviewer"]["displayName"])
        await events.aclose()

        events = listen(newsroom, article, first["number"])
        test.assertEqual((await anext(events))["number"], second["number"])
        await events.aclose()
