"""feedparser reads a newsroom's Atom feed without complaint. It does not know JSON Feed."""

import unittest
import urllib.request

import feedparser
from seeded import SEED

FEEDS = SEED["published"]


def get(address):
    """The media type and the text of an address."""
    with urllib.request.urlopen(address, timeout=30) as response:
        return response.headers["Content-Type"], response.read()


class Feeds(unittest.TestCase):
    """The Atom feed of the newsroom that seed.mjs has filled."""

    def test_atom(self):
        """An Atom feed is well-formed, and has each ruling and each correction."""
        media, text = get(FEEDS["atom"])
        self.assertEqual(media, "application/atom+xml; charset=utf-8")

        feed = feedparser.parse(text, response_headers={"content-type": media})

        self.assertFalse(feed.bozo, feed.get("bozo_exception"))
        self.assertEqual(feed.version, "atom10")
        # Other tests publish rulings of their own at the same time.
        titles = [entry.title for entry in feed.entries if entry.title in FEEDS["titles"]]
        self.assertEqual(titles, FEEDS["titles"])
        self.assertEqual(len({entry.id for entry in feed.entries}), len(feed.entries))
        for entry in feed.entries:
            self.assertTrue(entry.link.startswith(FEEDS["page"]), entry.link)
            self.assertIsNotNone(entry.updated_parsed)
            self.assertEqual(entry.content[0].type, "text/html")


if __name__ == "__main__":
    unittest.main()
