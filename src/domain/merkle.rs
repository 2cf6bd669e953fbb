//! Merkle trees as RFC 9162, section 2.1, defines them, with SHA-256.
//!
//! A tree of any size is computed from the hashes of its leaves and of complete subtrees of 16,
//! 256, 4,096 and so on leaves.

use sha2::{Digest, Sha256};

/// A hash.
pub type Hash = [u8; 32];

/// The number of children of a stored subtree: 16, which are 4 levels of the binary tree.
pub const WIDTH: u64 = 16;

/// The hash of a leaf.
pub fn leaf(data: &[u8]) -> Hash {
    Sha256::new_with_prefix([0]).chain_update(data).finalize().into()
}

fn node(left: &Hash, right: &Hash) -> Hash {
    Sha256::new_with_prefix([1]).chain_update(left).chain_update(right).finalize().into()
}

/// The root of a tree with no leaves.
pub fn empty() -> Hash {
    Sha256::digest([]).into()
}

/// The root of the tree above these nodes, which all have the same size.
pub fn root(nodes: &[Hash]) -> Hash {
    match nodes {
        [] => empty(),
        [one] => *one,
        many => {
            let (left, right) = many.split_at(many.len().next_power_of_two() / 2);
            node(&root(left), &root(right))
        }
    }
}

/// The largest power of two that is smaller than `size`, which is at least 2.
const fn split(size: u64) -> u64 {
    1 << (size - 1).ilog2()
}

/// The root of the leaves from `start` to `end`. `stored(level, number)` is the hash of the subtree
/// with the `16^level` leaves from `number * 16^level` on.
pub fn root_of(stored: &impl Fn(u32, u64) -> Option<Hash>, start: u64, end: u64) -> Option<Hash> {
    let size = end - start;
    if size == 0 {
        return Some(empty());
    }
    let level = size.ilog2() / WIDTH.ilog2();
    if size == WIDTH.pow(level) && start.is_multiple_of(size) {
        return stored(level, start / size);
    }
    let middle = start + split(size);
    Some(node(&root_of(stored, start, middle)?, &root_of(stored, middle, end)?))
}

/// The inclusion proof of the leaf with this index in the tree of `size` leaves.
pub fn path(
    stored: &impl Fn(u32, u64) -> Option<Hash>,
    index: u64,
    size: u64,
) -> Option<Vec<Hash>> {
    let (mut start, mut end, mut path) = (0, size, Vec::new());
    while end - start > 1 {
        let middle = start + split(end - start);
        if index < middle {
            path.push(root_of(stored, middle, end)?);
            end = middle;
        } else {
            path.push(root_of(stored, start, middle)?);
            start = middle;
        }
    }
    path.reverse();
    Some(path)
}

/// The hashes that [`path`] and [`root_of`] need for a leaf and a size: for each level, two ranges
/// of subtree numbers.
pub fn needed(index: u64, size: u64) -> Vec<(u32, [std::ops::Range<u64>; 2])> {
    let tile = |number: u64, count: u64| {
        let start = number / WIDTH * WIDTH;
        start..(start + WIDTH).min(count)
    };
    let (mut level, mut count, mut above) = (0, size, index);
    let mut levels = Vec::new();
    while count > 0 {
        levels.push((level, [tile(above, count), tile(count, count)]));
        (level, count, above) = (level + 1, count / WIDTH, above / WIDTH);
    }
    levels
}

/// The root that an inclusion proof leads to, as RFC 9162, section 2.1.3.2, computes it.
pub fn root_by_path(leaf: Hash, index: u64, size: u64, path: &[Hash]) -> Option<Hash> {
    if index >= size {
        return None;
    }
    let (mut number, mut last, mut hash) = (index, size - 1, leaf);
    for sibling in path {
        if last == 0 {
            return None;
        }
        if number % 2 == 1 || number == last {
            hash = node(sibling, &hash);
            while number.is_multiple_of(2) && number != 0 {
                (number, last) = (number >> 1, last >> 1);
            }
        } else {
            hash = node(&hash, sibling);
        }
        (number, last) = (number >> 1, last >> 1);
    }
    (last == 0).then_some(hash)
}

/// Computes the hashes of complete subtrees while leaves are appended one by one.
#[derive(Default)]
pub struct Growth {
    open: Vec<Vec<Hash>>,
    counts: Vec<u64>,
}

impl Growth {
    /// Appends a leaf. Returns the subtrees that it completes: level, number and hash.
    pub fn push(&mut self, leaf: Hash) -> Vec<(u32, u64, Hash)> {
        let (mut level, mut hash, mut complete) = (0, leaf, Vec::new());
        loop {
            if self.open.len() == level {
                self.open.push(Vec::new());
                self.counts.push(0);
            }
            self.open[level].push(hash);
            if (self.open[level].len() as u64) < WIDTH {
                return complete;
            }
            hash = root(&self.open[level]);
            self.open[level].clear();
            let above = u32::try_from(level + 1).unwrap_or(u32::MAX);
            complete.push((above, self.counts[level], hash));
            self.counts[level] += 1;
            level += 1;
        }
    }
}

#[cfg(test)]
#[allow(clippy::cast_possible_truncation, reason = "the trees are small")]
mod tests {
    use super::*;

    /// Test vectors of Certificate Transparency: leaves, and the roots of the trees of the first
    /// leaves.
    const LEAVES: [&str; 8] = [
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ];
    const ROOTS: [&str; 8] = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    #[test]
    fn roots_are_those_of_certificate_transparency() {
        let leaves: Vec<_> = LEAVES.iter().map(|data| leaf(&hex::decode(data).unwrap())).collect();
        for (size, expected) in (1..).zip(ROOTS) {
            assert_eq!(hex::encode(root(&leaves[..size])), expected, "{size}");
        }
        assert!(hex::encode(empty()).starts_with("e3b0c442"));
    }

    #[test]
    fn every_proof_leads_to_the_root_and_needs_few_hashes() {
        let leaves: Vec<Hash> = (0..700_u32).map(|number| leaf(&number.to_be_bytes())).collect();
        let mut growth = Growth::default();
        let mut all: std::collections::HashMap<(u32, u64), Hash> =
            (0..).zip(&leaves).map(|(number, hash)| ((0, number), *hash)).collect();
        for hash in &leaves {
            all.extend(growth.push(*hash).into_iter().map(|(level, n, hash)| ((level, n), hash)));
        }
        for size in [1, 2, 15, 16, 17, 255, 256, 257, 300, 511, 512, 513, 699, 700] {
            let expected = root(&leaves[..size as usize]);
            for index in (0..size).step_by(if size < 300 { 1 } else { 7 }).chain([size - 1]) {
                let needed = needed(index, size);
                let stored = |level: u32, number: u64| {
                    let ranges = &needed.iter().find(|(of, _)| *of == level)?.1;
                    let given = ranges.iter().any(|range| range.contains(&number));
                    given.then(|| all.get(&(level, number)).copied()).flatten()
                };
                assert_eq!(root_of(&stored, 0, size), Some(expected));
                let path = path(&stored, index, size).expect("the hashes are enough");
                let leaf = leaves[index as usize];
                assert_eq!(root_by_path(leaf, index, size, &path), Some(expected));
                for wrong in [index + 1, index ^ 1] {
                    assert_ne!(root_by_path(leaf, wrong, size, &path), Some(expected));
                }
                if let Some((_, shorter)) = path.split_last() {
                    assert_ne!(root_by_path(leaf, index, size, shorter), Some(expected));
                }
                let longer = [&path[..], &[leaf]].concat();
                assert_ne!(root_by_path(leaf, index, size, &longer), Some(expected));
            }
        }
    }
}
