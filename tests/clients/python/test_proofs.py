"""Independent libraries agree: cryptography with signatures, rfc8785 with canonical JSON, pymerkle with trees."""

import base64
import datetime
import hashlib
import json
import unittest

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pymerkle import InmemoryTree, verify_inclusion

import seeded

LOG = """query($after: String) { newsroom(slug: "clients") { auditLog(first: 100, after: $after) {
  pageInfo { hasNextPage endCursor } nodes { number at kind detail hash } } } }"""
RULING = """query($id: ID!) { node(id: $id) { ... on Ruling {
  signature { algorithm payload signature key { id publicKey } }
  proof { leaf leafIndex treeSize path checkpoint } } } }"""


def query(name, document, variables):
    """A query's data."""
    body = json.dumps({"query": document, "variables": variables}).encode()
    request = seeded.urllib.request.Request(
        seeded.URL, body, {"Content-Type": "application/json", **seeded.headers(name)}
    )
    with seeded.urllib.request.urlopen(request, timeout=30) as response:
        answer = json.load(response)
    if "errors" in answer:
        raise AssertionError(answer["errors"])
    return answer["data"]


def publish():
    """A ruling on a new claim, by the editor. Gives its id."""
    newsroom = seeded.SEED["newsroom"]["id"]
    given = {"newsroom": newsroom, "title": "Barges", "body": seeded.BODY}
    made = seeded.ask("editor", "mutation($input: ImportArticleInput!) { importArticle(input: $input) { article { id } } }", given)
    given = {"article": made["importArticle"]["article"]["id"], "statement": "« 40 » barges 🛥️", "ranges": [{"exact": seeded.EXACT}]}
    made = seeded.ask("reviewer", "mutation($input: MarkClaimInput!) { markClaim(input: $input) { claim { id } } }", given)
    claim = made["markClaim"]["claim"]["id"]
    for reviewer in ["reviewer", "second"]:
        given = {"claim": claim, "rating": "FALSE", "rationale": f"{reviewer} counted.\nTwice: \"52\".",
                 "citations": [{"url": "https://port.example.org/", "stance": "REFUTES"}]}
        seeded.ask(reviewer, "mutation($input: SubmitVerdictInput!) { submitVerdict(input: $input) { verdict { id } } }", given)
    given = {"claim": claim, "rating": "FALSE", "summary": "It was 52, € and \\u00e9."}
    made = seeded.ask("editor", "mutation($input: PublishRulingInput!) { publishRuling(input: $input) { ruling { id } } }", given)
    return made["publishRuling"]["ruling"]["id"]


def leaves():
    """The leaves of the newsroom's tree, from the audit log."""
    after, found = None, []
    while True:
        log = query("admin", LOG, {"after": after})["newsroom"]["auditLog"]
        for event in log["nodes"]:
            at = datetime.datetime.fromisoformat(event["at"]).astimezone(datetime.UTC)
            at = at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
            found.append("\n".join([event["hash"], at, event["kind"], event["detail"]]).encode())
        if not log["pageInfo"]["hasNextPage"]:
            return found
        after = log["pageInfo"]["endCursor"]


def note_key_hash(name, key):
    return hashlib.sha256(name.encode() + b"\n\x01" + key).digest()[:4]


class Proofs(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.ruling = query("reader", RULING, {"id": publish()})["node"]
        cls.public = base64.b64decode(cls.ruling["signature"]["key"]["publicKey"])

    def test_a_ruling_is_signed_over_canonical_json(self):
        signed = self.ruling["signature"]
        payload = signed["payload"].encode()
        self.assertEqual(rfc8785.dumps(json.loads(payload)), payload)
        key = Ed25519PublicKey.from_public_bytes(self.public)
        signature = base64.b64decode(signed["signature"])
        key.verify(signature, payload)
        with self.assertRaises(InvalidSignature):
            key.verify(signature, payload + b" ")
        self.assertEqual(signed["key"]["id"], hashlib.sha256(self.public).hexdigest()[:16])

    def test_another_implementation_computes_the_same_tree(self):
        proof = self.ruling["proof"]
        size, index = proof["treeSize"], proof["leafIndex"]
        tree = InmemoryTree(algorithm="sha256")
        entries = leaves()
        self.assertGreaterEqual(len(entries), size)
        for entry in entries[:size]:
            tree.append_entry(entry)
        self.assertEqual(entries[index].decode(), proof["leaf"])

        text, signatures = proof["checkpoint"].rsplit("\n\n", 1)
        origin, counted, root = text.split("\n")
        self.assertEqual((origin, int(counted)), (f"claimspan/{seeded.SEED['newsroom']['id']}", size))
        self.assertEqual(base64.b64decode(root), tree.get_state(size))

        dash, name, signature = signatures.split()
        self.assertEqual((dash, name), ("—", origin))
        raw = base64.b64decode(signature)
        self.assertEqual(raw[:4], note_key_hash(origin, self.public))
        Ed25519PublicKey.from_public_bytes(self.public).verify(raw[4:], f"{text}\n".encode())

        theirs = tree.prove_inclusion(index + 1, size)
        verify_inclusion(tree.get_leaf(index + 1), tree.get_state(size), theirs)
        leaf = tree.get_leaf(index + 1)
        self.assertEqual(sorted(theirs.serialize()["path"]), sorted([leaf.hex(), *proof["path"]]))


if __name__ == "__main__":
    unittest.main()
