//! Follows words from the old text into the new one.

use std::ops::Range;

use super::{Alignment, Status, Trace};

impl Alignment {
    /// Follows the words in this range of the old text.
    #[must_use]
    pub fn trace(&self, range: Range<usize>) -> Trace {
        let words = self.old.words_over(&range);
        if words.is_empty() {
            return self.orphan(range.start);
        }
        let sentences = self.old.sentences_over(&range);
        for (status, images) in [(Status::Exact, &self.kept), (Status::Moved, &self.moved)] {
            if let Some(first) = run(images, &sentences) {
                // Equal sentences have the same number of words.
                let at = self.new.sentences[first].words.start
                    + (words.start - self.old.sentences[sentences.start].words.start);
                let trace = self.carried(&range, &words, at, status);
                let is_alone =
                    self.new.sentences_over(&trace.range) == (first..first + sentences.len());
                match (trace.status, is_alone) {
                    // The sentences may now be part of a larger reading unit. The words decide.
                    (Status::Exact, false) => {}
                    (Status::Moved, false) => return Trace { status: Status::Reworded, ..trace },
                    _ => return trace,
                }
            }
        }
        let Some(at) = run(&self.image, &words) else {
            return self.replaced(&words).unwrap_or_else(|| self.orphan(range.start));
        };
        let trace = self.carried(&range, &words, at, Status::Exact);
        if trace.status == Status::Exact
            && !self.surroundings_are_the_same(&sentences, &words, at, &trace.range)
        {
            return Trace { status: Status::Reworded, ..trace };
        }
        trace
    }

    /// Returns roughly where in the new text this place of the old text is.
    #[must_use]
    pub fn place(&self, byte: usize) -> usize {
        let after = self.certain.partition_point(|&word| self.old.words[word].start < byte);
        let image = |at: usize| {
            self.certain
                .get(at)
                .and_then(|&word| self.image[word])
                .and_then(|word| self.new.words.get(word))
        };
        let before = after.checked_sub(1).and_then(image).map(|word| word.end);
        before.or_else(|| image(after).map(|word| word.start)).unwrap_or(0)
    }

    /// Follows words that are also consecutive in the new text, from word `at` on. The trace has
    /// this status, or `Changed` if the text of the range is not exactly the same.
    fn carried(
        &self,
        range: &Range<usize>,
        words: &Range<usize>,
        at: usize,
        status: Status,
    ) -> Trace {
        let (old_first, old_last) = (&self.old.words[words.start], &self.old.words[words.end - 1]);
        let (first, last) = (&self.new.words[at], &self.new.words[at + words.len() - 1]);
        // A quote may begin or end within a word, or with white space.
        let start = (first.start + range.start).checked_sub(old_first.start);
        let end = (last.end + range.end).checked_sub(old_last.end);
        let quote = &self.old.text[range.clone()];
        match start.zip(end).map(|(start, end)| start..end) {
            Some(place) if self.new.text.get(place.clone()) == Some(quote) => {
                Trace { status, range: place }
            }
            _ => Trace { status: Status::Changed, range: first.start..last.end },
        }
    }

    /// Whether all words around an intact quote are the same: those of its old sentences, and those
    /// of its new ones. In the new text, the quote begins at word `at` and is at `place`.
    fn surroundings_are_the_same(
        &self,
        sentences: &Range<usize>,
        words: &Range<usize>,
        at: usize,
        place: &Range<usize>,
    ) -> bool {
        let new_sentences = self.new.sentences_over(place);
        let (old_span, new_span) = (self.old.span_of(sentences), self.new.span_of(&new_sentences));
        // The number of words before and after the quote, in the old or the new sentences,
        // whichever has more.
        let before = (words.start - old_span.start).max(at - new_span.start);
        let after = (old_span.end - words.end).max(new_span.end - (at + words.len()));
        let bounds = words.start.checked_sub(before).zip(at.checked_sub(before));
        let Some((old_from, new_from)) = bounds else { return false };
        let (old_to, new_to) = (words.end + after, at + words.len() + after);
        old_to <= self.old.words.len()
            && new_to <= self.new.words.len()
            && run(&self.image, &(old_from..old_to)) == Some(new_from)
            && self.old.spaced(old_from..old_to) == self.new.spaced(new_from..new_to)
    }

    /// Finds the text that replaced these words. At least half of them, or both of their
    /// neighbours, must have an image.
    fn replaced(&self, words: &Range<usize>) -> Option<Trace> {
        let weighty: Vec<usize> =
            words.clone().filter(|&word| self.old.words[word].is_weighty).collect();
        let survived = weighty.iter().filter(|&&word| self.image[word].is_some()).count();
        let (old_sentence, new_sentence) =
            (|word| self.old.sentence_of(word), |word| self.new.sentence_of(word));
        // The words right before and right after.
        let before = words.start.checked_sub(1);
        let after = Some(words.end).filter(|&word| word < self.old.words.len());

        let mut survivors = words.clone().filter(|&word| self.image[word].is_some());
        let (first, last) = match survivors.next() {
            Some(first) if survived * 2 >= weighty.len() => {
                let last = survivors.next_back().unwrap_or(first);
                let (start, end) = (self.image[first]?, self.image[last]?);
                // If words at an end were replaced, the range includes their replacement. It
                // reaches to the neighbour that stayed, but not beyond the sentence.
                let lower = before
                    .map_or(Some(0), |word| Some(self.image[word]? + 1))
                    .filter(|_| weighty.first().is_some_and(|&word| word < first));
                let upper = after
                    .map_or(Some(self.new.words.len()), |word| self.image[word])
                    .filter(|_| weighty.last().is_some_and(|&word| word > last));
                (
                    lower.map_or(start, |lower| {
                        lower.max(self.new.sentences[new_sentence(start)].words.start)
                    }),
                    upper.map_or(end, |upper| {
                        upper.min(self.new.sentences[new_sentence(end)].words.end) - 1
                    }),
                )
            }
            _ => {
                let (before, after) = (before?, after?);
                if old_sentence(before) != old_sentence(words.start)
                    || old_sentence(after) != old_sentence(words.end - 1)
                {
                    return None;
                }
                let (before, after) = (self.image[before]?, self.image[after]?);
                if new_sentence(before) != new_sentence(after) || before + 1 >= after {
                    return None;
                }
                (before + 1, after - 1)
            }
        };
        Some(Trace {
            status: Status::Changed,
            range: self.new.words[first].start..self.new.words[last].end,
        })
    }

    fn orphan(&self, byte: usize) -> Trace {
        let place = self.place(byte);
        Trace { status: Status::Orphaned, range: place..place }
    }
}

/// The image of the first of `items`, if the images of all items are consecutive.
fn run(images: &[Option<usize>], items: &Range<usize>) -> Option<usize> {
    let first = images[items.start]?;
    items.clone().zip(first..).all(|(item, place)| images[item] == Some(place)).then_some(first)
}
