"""A scorer of AVeriTeC reads the export of a newsroom.

The data set's own eval.py needs WordNet, SciPy and scikit-learn. This scorer reads the same fields in the same way, and
compares texts by their words instead of METEOR.
"""

import functools
import re
import unittest

from exported import RATIONALE, STATEMENT, entries, judged

LABELS = ["Supported", "Refuted", "Not Enough Evidence", "Conflicting Evidence/Cherrypicking"]
FORMS = ["Extractive", "Abstractive", "Boolean", "Unanswerable"]


def likeness(one, other):
    """How alike two texts are: the F1 of their words."""
    one, other = (set(re.findall(r"\w+", text.lower())) for text in (one, other))
    common = len(one & other)
    return 2 * common / (len(one) + len(other)) if common else float(one == other)


def evidence(entry):
    """Each answer with its question, as eval.py compares it."""
    for question in entry["questions"]:
        for answer in question["answers"]:
            text = f"{question['question']} {answer['answer']}"
            yield f"{text}. {answer['boolean_explanation']}" if answer["answer_type"] == "Boolean" else text
        if not question["answers"]:
            yield f"{question['question']} No answer could be found."


def assigned(predicted, expected):
    """The likeness of the best assignment of one list of texts to another, divided by the number of expected ones."""

    @functools.cache
    def best(number, used):
        if number == len(expected):
            return 0.0
        without = best(number + 1, used)
        free = [at for at in range(len(predicted)) if not used >> at & 1]
        taken = [likeness(predicted[at], expected[number]) + best(number + 1, used | 1 << at) for at in free]
        return max([without, *taken])

    return best(0, 0) / len(expected)


def score(predictions, references):
    """What eval.py reports: the scores of questions, of evidence, of labels and of justifications."""
    pairs = list(zip(predictions, references, strict=True))
    mean = lambda values: sum(values) / len(pairs)  # noqa: E731
    asked = lambda entry: [question["question"] for question in entry["questions"]]  # noqa: E731
    return {
        "questions": mean(assigned(asked(one)[:10], asked(other)) for one, other in pairs),
        "evidence": mean(assigned(list(evidence(one))[:10], list(evidence(other))) for one, other in pairs),
        "labels": mean(one["label"] == other["label"] for one, other in pairs),
        "justifications": mean(likeness(one["justification"], other["justification"]) for one, other in pairs),
    }


class Entries(unittest.TestCase):
    """The entries of a newsroom."""

    def setUp(self):
        judged()
        self.entries = entries("averitec.json")
        # The tests of other formats make the same claim. The newest article comes last.
        *_, self.own = [entry for entry in self.entries if entry["claim"] == STATEMENT]

    def test_every_entry_has_the_fields_of_the_data_set(self):
        for entry in self.entries:
            self.assertIn(entry["label"], LABELS)
            self.assertIsInstance(entry["required_reannotation"], bool)
            self.assertTrue(entry["claim"] and entry["justification"] and entry["questions"])
            self.assertTrue(entry["claim_date"] is None or re.fullmatch(r"\d{1,2}-\d{1,2}-\d{4}", entry["claim_date"]))
            for name in ["claim_types", "fact_checking_strategies"]:
                self.assertIsInstance(entry[name], list)
            nullable = ["speaker", "original_claim_url", "cached_original_claim_url", "fact_checking_article", "reporting_source", "location_ISO_code"]
            for name in nullable:
                self.assertTrue(entry[name] is None or isinstance(entry[name], str))
            for question in entry["questions"]:
                self.assertTrue(question["question"] and question["answers"])
                for answer in question["answers"]:
                    self.assertIn(answer["answer_type"], FORMS)
                    self.assertTrue(answer["answer"])
                    self.assertEqual("boolean_explanation" in answer, answer["answer_type"] == "Boolean")
                    self.assertTrue({"source_url", "source_medium"} <= set(answer))

    def test_an_entry_says_what_the_verdict_says(self):
        self.assertEqual((self.own["label"], self.own["justification"], self.own["speaker"]), ("Refuted", RATIONALE, "The port"))
        self.assertEqual(self.own["claim_types"], ["Numerical Claim"])
        self.assertEqual(
            list(evidence(self.own)),
            [
                "How many barges moored in June? 41",
                "How many barges moored in June? A few more than 40.",
                "Did fewer moor in May? No. It was 52.",
                "Who counts them? No answer could be found.",
            ],
        )

    def test_the_export_scores_full_marks_against_itself(self):
        for name, value in score(self.entries, self.entries).items():
            self.assertAlmostEqual(value, 1, msg=name)

    def test_another_label_and_less_evidence_score_less(self):
        worse = {**self.own, "label": "Supported", "justification": "Ships.", "questions": self.own["questions"][:1]}
        for name, value in score([worse], [self.own]).items():
            self.assertLess(value, 1, msg=name)

    def test_blind_review_hides_verdicts(self):
        self.assertNotIn(STATEMENT, [entry["claim"] for entry in entries("averitec.json", "reader")])


if __name__ == "__main__":
    unittest.main()
