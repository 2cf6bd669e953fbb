//! Which things of one list certainly are which of another.
//!
//! A diff says how one list can be made of another. Where things repeat there are several ways, and it takes any: of two copies it may keep
//! the one that was deleted. So a pair that it finds is taken only
//!
//! - if there is one such thing in each list, or
//! - if it stands between two such pairs, or between one and an end of the list, and there
//!   - as many copies of it stand as before, each with its counterpart; and
//!   - if it is a sentence, or a word of a sentence that stands more than once, all else stands as it stood: one of the copies may have gone
//!     with what stood around it, and another come with something else.

use std::collections::{HashMap, HashSet};

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// What it means if two things, each of which there is once in both lists, have changed their order.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Crossing {
    /// One of them was moved past the other, whichever the diff keeps.
    Moved,
    /// Neither is certain. A word that is in the next sentence now may be there since before, and its namesake gone.
    InDoubt,
}

/// How one list can be made of another, before it is asked what of that is certain.
pub(super) struct Matching<'a> {
    old: &'a [u32],
    new: &'a [u32],
    /// For each old thing, the new one that the diff takes it for.
    found: Vec<Option<usize>>,
    /// The things of which there is one in each list.
    singles: Vec<(usize, usize)>,
    /// Of which old things copies are not to be told apart by their number.
    wary: Vec<bool>,
}

impl<'a> Matching<'a> {
    /// Compares two lists. Takes a while for long ones.
    pub(super) fn new(old: &'a [u32], new: &'a [u32], crossing: Crossing) -> Self {
        // Without a deadline: what is certain must not depend on how busy the machine is. Its work is bounded by its own heuristics.
        let mut found = vec![None; old.len()];
        for op in capture_diff_slices(Algorithm::Myers, old, new) {
            if let DiffOp::Equal { old_index, new_index, len } = op {
                (old_index..old_index + len).zip(new_index..).for_each(|(from, to)| found[from] = Some(to));
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

    /// The same, wary of these old things as well.
    pub(super) fn wary(self, wary: Vec<bool>) -> Self {
        Self { wary, ..self }
    }

    /// The things of which there is one in each list.
    pub(super) fn singles(&self) -> &[(usize, usize)] {
        &self.singles
    }

    /// For each old thing, the new one that it certainly is, in the same order; nothing for those that are `denied`, which make nothing else
    /// certain either.
    pub(super) fn certain(&self, denied: &HashSet<usize>) -> Vec<Option<usize>> {
        let mut found: Vec<Option<usize>> =
            self.found.iter().enumerate().map(|(from, to)| to.filter(|_| !denied.contains(&from))).collect();
        let mut pillars: Vec<(usize, usize)> = self.singles.iter().copied().filter(|&(from, to)| found[from] == Some(to)).collect();
        pillars.push((self.old.len(), self.new.len()));
        let (mut old_from, mut new_from) = (0, 0);
        for (old_to, new_to) in pillars {
            let (old, new, here) = (&self.old[old_from..old_to], &self.new[new_from..new_to], &mut found[old_from..old_to]);
            settle(old, new, here);
            if old != new {
                let wary = &self.wary[old_from..old_to];
                here.iter_mut().zip(wary).filter(|(_, wary)| **wary).for_each(|(found, _)| *found = None);
            }
            (old_from, new_from) = (old_to + 1, new_to + 1);
        }
        found
    }
}

/// The things of which there is one in each list, in the order of the old.
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

/// Those of the pairs that some other pair crosses.
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

/// Drops what was found of things that stand here in another number than before, or were not all found.
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
