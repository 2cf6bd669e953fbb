"""gql: by requests, by aiohttp, and by WebSocket."""

import datetime
import unittest

from seeded import BODY, SEED, EXACT, ROOT, SOCKET, URL, headers, is_followed
from gql import Client, GraphQLRequest, gql
from gql.transport.aiohttp import AIOHTTPTransport
from gql.transport.aiohttp_websockets import AIOHTTPWebsocketsTransport
from gql.transport.exceptions import TransportQueryError
from gql.transport.requests import RequestsHTTPTransport
from gql.transport.websockets import WebsocketsTransport
from graphql import GraphQLError, build_schema, lexicographic_sort_schema, print_schema

READ = """
    query Read($id: ID!, $after: String) {
      article(id: $id) {
        title importedAt
        revision { text }
        claims(first: 3, after: $after) { nodes { id anchors { start end exact } } pageInfo { hasNextPage endCursor } }
      }
    }
"""
IMPORT = "mutation($input: ImportArticleInput!) { importArticle(input: $input) { article { id } } }"
MARK = "mutation($input: MarkClaimInput!) { markClaim(input: $input) { claim { id state anchors { start end exact } } } }"
JUDGE = """
    mutation($input: SubmitVerdictInput!) { submitVerdict(input: $input) { verdict { rating { key rank } citations { stance } } claim { state } } }
"""
ACTIVITY = """
    subscription($newsroom: ID!, $article: ID, $after: Int) {
      activity(newsroom: $newsroom, article: $article, after: $after) {
        number at kind actor { id displayName } article { id version } claim { id state version } verdict { id }
      }
    }
"""


def asking(document, **variables):
    return GraphQLRequest(document, variable_values=variables)


def by_requests(name, **options):
    return Client(transport=RequestsHTTPTransport(URL, headers=headers(name), timeout=30), **options)


def codes(error):
    return [each["extensions"]["code"] for each in error.errors]


class ByRequests(unittest.TestCase):
    def test_the_schema_it_asks_for_is_the_one_in_the_file(self):
        with by_requests("reader", fetch_schema_from_transport=True, introspection_args={"specified_by_url": True}) as session:
            asked = session.client.schema
        written = build_schema((ROOT / "schema.graphql").read_text(encoding="utf-8"))
        self.assertEqual(print_schema(lexicographic_sort_schema(asked)), print_schema(lexicographic_sort_schema(written)))

    def test_a_query_is_answered_page_by_page(self):
        claims, after = [], None
        with by_requests("reader") as session:
            while True:
                article = session.execute(asking(READ, id=SEED["article"]["id"], after=after))["article"]
                claims += article["claims"]["nodes"]
                page = article["claims"]["pageInfo"]
                if not page["hasNextPage"]:
                    break
                after = page["endCursor"]
        self.assertEqual([claim["id"] for claim in claims], [claim["id"] for claim in SEED["claims"]])
        for claim, given in zip(claims, SEED["claims"], strict=True):
            (anchor,) = claim["anchors"]
            self.assertEqual(anchor["exact"], given["exact"])
            self.assertEqual(article["revision"]["text"][anchor["start"] : anchor["end"]], given["exact"])
        imported = datetime.datetime.fromisoformat(article["importedAt"])
        self.assertEqual(imported.tzinfo, datetime.UTC)

    def test_a_document_that_the_schema_does_not_know_is_not_even_sent(self):
        with by_requests("reader", fetch_schema_from_transport=True) as session, self.assertRaises(GraphQLError):
            session.execute(gql("{ viewer { shoeSize } }"))
        with by_requests("reader") as session, self.assertRaises(TransportQueryError) as failed:
            session.execute(gql("{ viewer { shoeSize } }"))
        self.assertEqual(codes(failed.exception), ["GRAPHQL_VALIDATION_FAILED"])

    def test_an_error_has_a_code(self):
        given = {"article": SEED["article"]["id"], "statement": "Nobody may say so.", "ranges": [{"exact": "fares halved"}]}
        for name, code in [("reader", "FORBIDDEN"), ("reviewer", "BAD_USER_INPUT")]:
            with by_requests(name) as session, self.assertRaises(TransportQueryError) as failed:
                session.execute(asking(MARK, input=given))
            self.assertEqual(codes(failed.exception), [code])
        self.assertEqual(failed.exception.errors[0]["extensions"]["reason"], "QUOTE_NOT_FOUND")
        with Client(transport=RequestsHTTPTransport(URL)) as session, self.assertRaises(TransportQueryError) as failed:
            session.execute(asking(READ, id=SEED["article"]["id"]))
        self.assertEqual(codes(failed.exception), ["UNAUTHENTICATED"])
        self.assertEqual(failed.exception.data, {"article": None})

    def test_several_are_asked_in_one_request(self):
        nobody = asking(READ, id=f"article_{'0' * 32}")
        asked = [asking(READ, id=SEED["article"]["id"]), asking("{ viewer { id } }")]
        with by_requests("reader") as session:
            first, second = session.execute_batch(asked)
            self.assertEqual(first["article"]["title"], SEED["article"]["title"])
            self.assertEqual(second, {"viewer": {"id": SEED["people"]["reader"]["id"]}})
            with self.assertRaises(TransportQueryError) as failed:
                session.execute_batch([*asked, nobody])
        self.assertEqual(codes(failed.exception), ["NOT_FOUND"])


class ByAiohttp(unittest.IsolatedAsyncioTestCase):
    async def test_an_article_is_imported_marked_and_judged(self):
        async with Client(transport=AIOHTTPTransport(URL, headers=headers("editor"))) as session:
            given = {"newsroom": SEED["newsroom"]["id"], "title": "Barges are fewer", "body": BODY}
            article = (await session.execute(asking(IMPORT, input=given)))["importArticle"]["article"]["id"]
        async with Client(transport=AIOHTTPTransport(URL, headers=headers("reviewer"))) as session:
            given = {"article": article, "statement": "In June 40 barges moored.", "ranges": [{"exact": EXACT}]}
            claim = (await session.execute(asking(MARK, input=given)))["markClaim"]["claim"]
            text = f"Barges are fewer\n\n{BODY}"
            (anchor,) = claim["anchors"]
            self.assertEqual((claim["state"], text[anchor["start"] : anchor["end"]]), ("OPEN", EXACT))

            citation = {"url": "https://port.example.org/moorings", "stance": "SUPPORTS", "accessedAt": "2026-07-01T08:00:00+02:00"}
            given = {"claim": claim["id"], "rating": "TRUE", "rationale": "The port's list has 40.", "citations": [citation]}
            judged = (await session.execute(asking(JUDGE, input=given)))["submitVerdict"]
            self.assertEqual(judged["verdict"], {"rating": {"key": "TRUE", "rank": 5}, "citations": [{"stance": "SUPPORTS"}]})
            self.assertEqual(judged["claim"]["state"], "IN_REVIEW")


class ByWebSocket(unittest.IsolatedAsyncioTestCase):
    # Without an explicit protocol, gql also offers the old one. gql 4.4 sees the server's choice only if the header's name is
    # spelled as in RFC 6455. HTTP/1.1 servers may spell it differently, and ours does.
    protocol = {"subprotocols": [WebsocketsTransport.GRAPHQLWS_SUBPROTOCOL]}

    async def test_a_subscription_is_followed(self):
        for transport in [
            WebsocketsTransport(SOCKET, init_payload={"authorization": headers("editor")["Authorization"]}, **self.protocol),
            AIOHTTPWebsocketsTransport(SOCKET, headers=headers("editor"), **self.protocol),
        ]:

            async def listen(newsroom, article, after, transport=transport):
                async with Client(transport=transport) as session:
                    async for result in session.subscribe(asking(ACTIVITY, newsroom=newsroom, article=article, after=after)):
                        yield result["activity"]

            with self.subTest(type(transport).__name__):
                await is_followed(self, listen)

    async def test_a_stranger_is_refused(self):
        async with Client(transport=WebsocketsTransport(SOCKET, **self.protocol)) as session:
            with self.assertRaises(TransportQueryError) as failed:
                async for _ in session.subscribe(asking(ACTIVITY, newsroom=SEED["newsroom"]["id"])):
                    self.fail("a stranger listens")
        self.assertEqual(codes(failed.exception), ["UNAUTHENTICATED"])


if __name__ == "__main__":
    unittest.main()
