//! Decides which items of one list certainly are which items of another.
//!
//! A diff shows one way to make one list from another. Where items repeat there are several ways,
//! and the diff picks any: of two copies, it may keep the one that was deleted. So a pair from the
//! diff counts only
//!
//! - if each list has the item exactly once, or
//! - if it is between two such pairs, or between such a pair and an end of the lists, and there
//!   - both lists have the same number of copies of the item, and the diff pairs all of them; and
//!   - nothing else has changed, if the item is a sentence, or a word of a sentence that is
//!     repeated. Otherwise one copy may have been deleted with its neighbours, and another one
//!     added with others.

use std::collections::{HashMap, HashSet};

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// The meaning of two items that have changed their order, if each list has both exactly once.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Crossing {
    /// One of them was moved past the other. The one that the diff pairs has stayed.
    Moved,
    /// Neither pair is certain. The old word may have been deleted, and the same word written
    /// elsewhere.
    InDoubt,
}

/// The pairs that a diff of two lists finds. Not all of them are certain.
pub(super) struct Matching<'a> {
    old: &'a [u32],
    new: &'a [u32],
    /// For each old item: the new item that the diff pairs with it.
    found: Vec<Option<usize>>,
    /// The pairs of items that each list has exactly once.
    singles: Vec<(usize, usize)>,
    /// For each old item: whether its pair is certain only if nothing changed around it.
    wary: Vec<bool>,
}

impl<'a> Matching<'a> {
    /// Compares two lists. This is slow for long lists.
    pub(super) fn new(old: &'a [u32], new: &'a [u32], crossing: Crossing) -> Self {
        // There is no deadline: the result must not depend on how busy the machine is. The
        // heuristics of the diff bound its work.
        let mut found = vec![None; old.len()];
        for op in capture_diff_slices(Algorithm::Myers, old, new) {
            if let DiffOp::Equal { old_index, new_index, len } = op {
                (old_index..old_index + len)
                    .zip(new_index..)
                    .for_each(|(from, to)| found[from] = Some(to));
            }
        }
        let singles = singles(old, new);
        if crossing == Crossing::InDoubt {
            for (from, _) in crossed(&singles) {
                found[from] = None;
            }
        }
        Self { old, new, found, singles, wary: vec![crossing == Crossing::Moved; old.len()] }
    }

    /// The same matching, with these old items as the ones whose pairs need unchanged surroundings.
    pub(super) fn wary(self, wary: Vec<bool>) -> Self {
        Self { wary, ..self }
    }

    /// The pairs of items that each list has exactly once.
    pub(super) fn singles(&self) -> &[(usize, usize)] {
        &self.singles
    }

    /// Returns for each old item the new item that it certainly is. The pairs are in the same order
    /// in both lists. A `denied` item gets no pair, and makes no other pair certain.
    pub(super) fn certain(&self, denied: &HashSet<usize>) -> Vec<Option<usize>> {
        let mut found: Vec<Option<usize>> = self
            .found
            .iter()
            .enumerate()
            .map(|(from, to)| to.filter(|_| !denied.contains(&from)))
            .collect();
        let mut pillars: Vec<(usize, usize)> =
            self.singles.iter().copied().filter(|&(from, to)| found[from] == Some(to)).collect();
        pillars.push((self.old.len(), self.new.len()));
        let (mut old_from, mut new_from) = (0, 0);
        for (old_to, new_to) in pillars {
            let (old, new, here) = (
                &self.old[old_from..old_to],
                &self.new[new_from..new_to],
                &mut found[old_from..old_to],
            );
            settle(old, new, here);
            if old != new {
                let wary = &self.wary[old_from..old_to];
                here.iter_mut()
                    .zip(wary)
                    .filter(|(_, wary)| **wary)
                    .for_each(|(found, _)| *found = None);
            }
            (old_from, new_from) = (old_to + 1, new_to + 1);
        }
        found
    }
}

/// Returns the pairs of items that each list has exactly once, in the order of the old list.
fn singles(old: &[u32], new: &[u32]) -> Vec<(usize, usize)> {
    let once = |list: &[u32]| {
        let mut places: HashMap<u32, Option<usize>> = HashMap::new();
        for (place, &id) in list.iter().enumerate() {
            places.entry(id).and_modify(|place| *place = None).or_insert(Some(place));
        }
        places
    };
    let (old_once, new_once) = (once(old), once(new));
    let is_once = |place: usize, id: u32| old_once.get(&id) == Some(&Some(place));
    let pairs = old.iter().enumerate().filter(|&(place, &id)| is_once(place, id));
    pairs.filter_map(|(place, id)| Some((place, (*new_once.get(id)?)?))).collect()
}

/// Returns the pairs that another pair crosses.
fn crossed(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let mut least_after = vec![usize::MAX; pairs.len()];
    for place in (1..pairs.len()).rev() {
        least_after[place - 1] = least_after[place].min(pairs[place].1);
    }
    let mut most_before = None;
    let mut found = Vec::new();
    for (&pair, &least) in pairs.iter().zip(&least_after) {
        if Some(pair.1) < most_before || pair.1 > least {
            found.push(pair);
        }
        most_before = most_before.max(Some(pair.1));
    }
    found
}

/// Drops the pairs of an item if the number of its copies has changed here, or if not all copies
/// were paired.
fn settle(old: &[u32], new: &[u32], found: &mut [Option<usize>]) {
    if found.iter().all(Option::is_none) {
        return;
    }
    let mut counts: HashMap<u32, [usize; 3]> = HashMap::new();
    for (id, found) in old.iter().zip(found.iter()) {
        let count = counts.entry(*id).or_default();
        count[0] += 1;
        count[2] += usize::from(found.is_some());
    }
    for id in new {
        counts.entry(*id).or_default()[1] += 1;
    }
    for (id, found) in old.iter().zip(found) {
        if counts.get(id).is_none_or(|[old, new, found]| old != new || old != found) {
            *found = None;
        }
    }
}
