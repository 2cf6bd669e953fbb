"""ariadne-codegen: a typed client made from schema.graphql, tests/documents.graphql and watch.graphql, and what its methods give."""

import datetime
import importlib
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from seeded import BODY, SEED, EXACT, ROOT, SOCKET, URL, headers, is_followed

HERE = Path(__file__).resolve().parent


def generate(folder):
    """Makes the client, as its users would, and loads it."""
    (folder / "documents").mkdir()
    shutil.copy(ROOT / "schema.graphql", folder)
    for documents in [ROOT / "tests/documents.graphql", HERE / "watch.graphql"]:
        shutil.copy(documents, folder / "documents")
    command = [sys.executable, "-m", "ariadne_codegen", "--config", HERE / "ariadne-codegen.toml"]
    made = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if made.returncode:
        raise AssertionError(made.stdout + made.stderr)
    sys.path.insert(0, str(folder))
    return importlib.import_module("claimspan_client")


class Generated(unittest.IsolatedAsyncioTestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="claimspan-codegen-")
        cls.addClassCleanup(folder.cleanup)
        cls.api = generate(Path(folder.name))

    def client(self, name=None):
        return self.api.Client(URL, headers=headers(name) if name else None)

    async def refused(self, call):
        """The extensions of the one error that a call is answered with."""
        with self.assertRaises(self.api.GraphQLClientGraphQLMultiError) as failed:
            await call
        (error,) = failed.exception.errors
        return error.extensions

    async def test_who_asks_is_known_in_types(self):
        async with self.client("reader") as client:
            viewer = (await client.who_am_i()).viewer
        self.assertEqual((viewer.id, viewer.email), (SEED["people"]["reader"]["id"], SEED["people"]["reader"]["email"]))
        (membership,) = viewer.memberships
        self.assertIs(membership.role, self.api.Role.READER)
        self.assertEqual(membership.newsroom.slug, SEED["newsroom"]["slug"])
        self.assertIs(membership.newsroom.policy.blind_review, True)
        self.assertEqual(viewer.sessions[0].expires_at.tzinfo, datetime.UTC)
        async with self.client() as client:
            self.assertIsNone((await client.who_am_i()).viewer)

    async def test_an_object_has_the_type_that_it_says(self):
        async with self.client("editor") as client:
            claim = (await client.thing(SEED["claims"][0]["id"])).node
            self.assertIsInstance(claim, self.api.Assertion)
            self.assertEqual((claim.statement, claim.state), (SEED["claims"][0]["statement"], self.api.ClaimState.READY))
            self.assertEqual({verdict.rating.key for verdict in claim.verdicts}, {"FALSE", "MIXED"})
            verdict = (await client.thing(claim.verdicts[0].id)).node
            self.assertIsInstance(verdict, self.api.Judgement)
            self.assertIs(verdict.citations[0].stance, self.api.Stance.REFUTES)
            article = (await client.thing(SEED["article"]["id"])).node
            self.assertEqual((article.typename__, article.id), ("Article", SEED["article"]["id"]))

    async def test_an_article_is_imported_marked_and_judged(self):
        api = self.api
        published = datetime.datetime(2026, 6, 30, 18, 30, tzinfo=datetime.timezone(datetime.timedelta(hours=2)))
        async with self.client("editor") as client:
            given = api.ImportArticleInput(newsroom=SEED["newsroom"]["id"], title="Barges are fewer", body=BODY, published_at=published)
            article = (await client.take_in(given)).import_article.article
        self.assertEqual(article.published_at, published)

        async with self.client("second") as client:
            given = api.MarkClaimInput(
                article=article.id, statement="In June 40 barges moored.", claimant="The port", claimed_on=datetime.date(2026, 6, 30),
                tags=["port"], ranges=[api.RangeInput(exact=EXACT)],
            )
            claim = (await client.mark(given)).mark_claim.claim
            self.assertEqual((claim.claimant, claim.claimed_on), ("The port", datetime.date(2026, 6, 30)))
            self.assertEqual(f"Barges are fewer\n\n{BODY}"[claim.anchors[0].start : claim.anchors[0].end], EXACT)

            # Omitted fields stay unchanged, and null clears a field.
            claim = (await client.reword(api.EditClaimInput(claim=claim.id, tags=["barges", "port"]))).edit_claim.claim
            self.assertEqual((claim.claimant, claim.tags), ("The port", ["barges", "port"]))
            claim = (await client.reword(api.EditClaimInput(claim=claim.id, claimant=None))).edit_claim.claim
            self.assertEqual((claim.claimant, claim.claimed_on), (None, datetime.date(2026, 6, 30)))

            citation = api.CitationInput(url="https://port.example.org/moorings", stance=api.Stance.SUPPORTS, accessed_at=published)
            given = api.SubmitVerdictInput(
                claim=claim.id, rating="TRUE", rationale="The port's list has 40.", citations=[citation], expected_version=claim.version
            )
            judged = (await client.judge(given)).submit_verdict
            self.assertEqual((judged.verdict.rating.label, judged.verdict.citations[0].accessed_at), ("True", published))
            self.assertIs(judged.claim.state, api.ClaimState.IN_REVIEW)

            # The version has changed by now.
            conflict = await self.refused(client.judge(given))
            self.assertEqual(conflict["code"], "CONFLICT")
            self.assertEqual(conflict["currentVersion"], judged.claim.version)

    async def test_an_error_has_a_code(self):
        async with self.client() as client:
            self.assertEqual((await self.refused(client.page(SEED["article"]["id"])))["code"], "UNAUTHENTICATED")
        async with self.client("reader") as client:
            given = self.api.MarkClaimInput(article=SEED["article"]["id"], statement="Nobody may.", ranges=[self.api.RangeInput(exact="fares")])
            self.assertEqual((await self.refused(client.mark(given)))["code"], "FORBIDDEN")

    async def test_a_subscription_is_followed(self):
        authorization = headers("editor")["Authorization"]
        client = self.api.Client(ws_url=SOCKET, ws_connection_init_payload={"authorization": authorization})

        async def listen(newsroom, article, after):
            async for event in client.watch(newsroom=newsroom, article=article, after=after):
                self.assertEqual(event.activity.at.tzinfo, datetime.UTC)
                yield event.activity.model_dump(by_alias=True, mode="json")

        await is_followed(self, listen)

    async def test_a_stranger_may_not_listen(self):
        client = self.api.Client(ws_url=SOCKET)
        with self.assertRaises(self.api.GraphQLClientGraphQLMultiError) as failed:
            async for _ in client.watch(newsroom=SEED["newsroom"]["id"]):
                self.fail("a stranger listens")
        self.assertEqual([error.extensions["code"] for error in failed.exception.errors], ["UNAUTHENTICATED"])


if __name__ == "__main__":
    unittest.main()
