"""An article with an emoji before its claim, a verdict that answers questions, and the exports of the newsroom."""

import functools
import json
import urllib.request

from seeded import BODY, EXACT, SEED, URL, ask, headers

STATEMENT = "In June 40 barges moored."
RATIONALE = "The port's list has 41. 🛥️"
QUESTIONS = [
    {"question": "How many barges moored in June?", "answer": "41", "answerType": "EXTRACTIVE", "url": "https://port.example.org/list"},
    {"question": "How many barges moored in June?", "answer": "A few more than 40.", "url": "https://gazette.example.org/june"},
    {"question": "Did fewer moor in May?", "answer": "No. It was 52.", "answerType": "BOOLEAN", "url": "https://port.example.org/list"},
    {"question": "Who counts them?", "answerType": "UNANSWERABLE", "kind": "OTHER", "description": "The port's site was searched"},
]


@functools.cache
def judged():
    """The ids of the article and of its claim."""
    given = {"newsroom": SEED["newsroom"]["id"], "title": "Barges 🛥️ are fewer", "body": BODY, "language": "en"}
    imported = ask("editor", "mutation($input: ImportArticleInput!) { importArticle(input: $input) { article { id } } }", given)
    article = imported["importArticle"]["article"]["id"]
    given = {"article": article, "statement": STATEMENT, "claimant": "The port", "tags": ["Numerical Claim"], "ranges": [{"exact": EXACT}]}
    marked = ask("reviewer", "mutation($input: MarkClaimInput!) { markClaim(input: $input) { claim { id } } }", given)
    claim = marked["markClaim"]["claim"]["id"]
    citations = [{"stance": "CONTEXT", **question} for question in QUESTIONS]
    given = {"claim": claim, "rating": "FALSE", "rationale": RATIONALE, "citations": citations}
    ask("reviewer", "mutation($input: SubmitVerdictInput!) { submitVerdict(input: $input) { verdict { id } } }", given)
    return article, claim


def export(name, who="editor"):
    """The text of an export of the newsroom, as its server sends it to somebody."""
    address = f"{URL.removesuffix('/graphql')}/export/{SEED['newsroom']['slug']}/{name}"
    with urllib.request.urlopen(urllib.request.Request(address, headers=headers(who)), timeout=30) as response:
        return response.read().decode()


def entries(name, who="editor"):
    """An export that is a JSON list."""
    return json.loads(export(name, who))
