"""dkpro-cassis reads the UIMA CAS JSON of an article, which counts UTF-16 code units. Python counts code points."""

import unittest

import cassis
from exported import RATIONALE, STATEMENT, export, judged
from seeded import BODY, EXACT

CLAIM = "webanno.custom.Claim"
VERDICT = "webanno.custom.Verdict"
SENTENCE = "de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Sentence"


class Documents(unittest.TestCase):
    """The document of one article."""

    def setUp(self):
        self.article, self.claim = judged()

    def read(self, who="editor"):
        """The document, as somebody gets it."""
        return cassis.load_cas_from_json(export(f"cas/{self.article}.json", who))

    def test_a_claim_is_on_its_words(self):
        cas = self.read()
        self.assertEqual(cas.sofa_string, f"Barges 🛥️ are fewer\n\n{BODY}")
        self.assertEqual(cas.document_language, "en")
        (claim,) = cas.select(CLAIM)
        self.assertEqual(claim.get_covered_text(), EXACT)
        self.assertEqual((claim.claim, claim.statement, claim.claimant), (self.claim, STATEMENT, "The port"))
        (verdict,) = cas.select(VERDICT)
        self.assertEqual(verdict.get_covered_text(), EXACT)
        self.assertEqual((verdict.claim, verdict.rating, verdict.rationale), (self.claim, "False", RATIONALE))
        self.assertEqual(verdict.reviewer, "The reviewer")

    def test_sentences_are_those_of_the_article(self):
        sentences = [sentence.get_covered_text() for sentence in self.read().select(SENTENCE)]
        self.assertEqual("".join(sentences).replace(" ", ""), f"Barges 🛥️ are fewer{BODY}".replace(" ", "").replace("\n", ""))

    def test_it_is_the_same_after_a_way_through_xmi(self):
        cas = self.read()
        again = cassis.load_cas_from_xmi(cas.to_xmi(), typesystem=cas.typesystem)
        self.assertEqual([claim.get_covered_text() for claim in again.select(CLAIM)], [EXACT])

    def test_blind_review_hides_verdicts(self):
        self.assertEqual(list(self.read("reader").select(VERDICT)), [])
        self.assertEqual(len(self.read("reader").select(CLAIM)), 1)


if __name__ == "__main__":
    unittest.main()
