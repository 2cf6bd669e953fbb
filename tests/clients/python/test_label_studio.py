"""The SDK of Label Studio accepts every task, with the configuration that docs/exports.md shows."""

import re
import unittest

from exported import EXACT, RATIONALE, STATEMENT, entries, judged
from label_studio_sdk.label_interface import LabelInterface
from label_studio_sdk.label_interface.objects import TaskValue
from seeded import ROOT

CONFIGURATION = re.search(r"```xml\n(.*?)```", (ROOT / "docs/exports.md").read_text(encoding="utf-8"), re.DOTALL)[1]


class Tasks(unittest.TestCase):
    """The tasks of a newsroom."""

    def setUp(self):
        self.article, self.claim = judged()
        self.interface = LabelInterface(CONFIGURATION)

    def own(self, who="editor"):
        """The task of the article, and the values of its regions by their names."""
        (task,) = [task for task in entries("label-studio.json", who) if task["data"]["article"] == self.article]
        (prediction,) = task["predictions"]
        return task, {region["from_name"]: region["value"] for region in prediction["result"]}

    def test_every_task_fits_the_configuration(self):
        self.interface.validate()
        tasks = entries("label-studio.json")
        self.assertGreater(sum(len(task["predictions"][0]["result"]) for task in tasks), 10)
        for task in tasks:
            value = TaskValue(**task)
            self.assertEqual(value.data["text"], task["data"]["text"])
            for prediction in task["predictions"]:
                self.assertEqual(self.interface.validate_prediction(prediction, return_errors=True), [])

    def test_the_configuration_finds_what_does_not_fit(self):
        task, _ = self.own()
        (prediction,) = task["predictions"]
        prediction["result"][0]["value"]["labels"] = ["Song"]
        self.assertNotEqual(self.interface.validate_prediction(prediction, return_errors=True), [])

    def test_a_claim_is_on_its_words(self):
        task, values = self.own()
        for value in values.values():
            self.assertEqual(task["data"]["text"][value["start"] : value["end"]], EXACT)
        self.assertEqual(values["label"]["labels"], ["Claim"])
        self.assertEqual(values["statement"]["text"], [STATEMENT])
        self.assertEqual((values["rating"]["choices"], values["rationale"]["text"]), (["False"], [RATIONALE]))
        self.assertNotIn("ruling", values)

    def test_blind_review_hides_verdicts(self):
        _, values = self.own("reader")
        self.assertEqual(set(values), {"label", "statement"})


if __name__ == "__main__":
    unittest.main()
