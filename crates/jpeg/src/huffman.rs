//! Huffman tables of a sample, with a code for what the sample did not have.

/// As a file has it: how many codes there are of each length, and their symbols from the shortest code on.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Table {
    lengths: [u8; 17],
    symbols: [u8; 256],
}

/// Which symbols a table may be asked for.
#[derive(Debug, Clone, Copy)]
enum Kind {
    /// The bits of a difference, from 0 to 11 in a picture of 8 bits (T.81, table F.1).
    Dc,
    /// A run of up to 15 zeros and the 1 to 10 bits of what follows; 16 zeros; the end of a block (table F.2).
    Ac,
}

impl Kind {
    fn symbols(self) -> Vec<u8> {
        match self {
            Self::Dc => (0..=11).collect(),
            Self::Ac => {
                let pairs = (0..=15_u8).flat_map(|run| (1..=10).map(move |bits| run << 4 | bits));
                pairs.chain([0x00, 0xF0]).collect()
            }
        }
    }
}

/// DC and AC of brightness, DC and AC of colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tables([Table; 4]);

impl Default for Tables {
    fn default() -> Self {
        Self([Table::EMPTY; 4])
    }
}

impl AsMut<[Table; 4]> for Tables {
    fn as_mut(&mut self) -> &mut [Table; 4] {
        &mut self.0
    }
}

impl Tables {
    /// The same with a code for every symbol that a picture may need.
    pub(crate) fn with_codes_for_all(self) -> Self {
        let mut kinds = [Kind::Dc, Kind::Ac].into_iter().cycle();
        Self(
            self.0
                .map(|table| table.with_codes_for_all(kinds.next().unwrap_or(Kind::Ac))),
        )
    }
}

/// The longest code of a file.
const LONGEST: usize = 16;

impl Table {
    const EMPTY: Self = Self {
        lengths: [0; 17],
        symbols: [0; 256],
    };

    /// What a symbol of this table counts, by the length of its code: as often as that code says it comes.
    fn weights(&self) -> [u64; 256] {
        let mut weights = [0; 256];
        let mut symbols = self.symbols.iter();
        for (length, &count) in self.lengths.iter().enumerate() {
            for &symbol in symbols.by_ref().take(usize::from(count)) {
                if let Some(weight) = weights.get_mut(usize::from(symbol)) {
                    *weight = 1 << (LONGEST + 4 - length.min(LONGEST));
                }
            }
        }
        weights
    }

    fn with_codes_for_all(&self, kind: Kind) -> Self {
        let mut weights = self.weights();
        for symbol in kind.symbols() {
            if let Some(weight) = weights.get_mut(usize::from(symbol)) {
                *weight = (*weight).max(1);
            }
        }
        Self::of(&weights)
    }

    /// The shortest code for symbols of these weights, with no code longer than 16 bits and none of ones alone (T.81, K.2).
    fn of(weights: &[u64; 256]) -> Self {
        let mut depths = depths(weights);
        limit(&mut depths);
        let mut order: Vec<usize> = (0..256)
            .filter(|&symbol| weights.get(symbol).is_some_and(|&weight| weight > 0))
            .collect();
        order.sort_by_key(|&symbol| std::cmp::Reverse(weights.get(symbol).copied().unwrap_or_default()));
        let mut table = Self::EMPTY;
        for (to, depth) in table.lengths.iter_mut().zip(depths) {
            *to = u8::try_from(depth).unwrap_or(u8::MAX);
        }
        for (to, symbol) in table.symbols.iter_mut().zip(order) {
            *to = u8::try_from(symbol).unwrap_or_default();
        }
        table
    }
}

/// How many codes there are of each length, one for a symbol that never comes included: it has the longest, which is left out.
fn depths(weights: &[u64; 256]) -> [u32; 64] {
    // Each tree by its weight, and the depths of its leaves.
    let mut trees: Vec<(u64, Vec<usize>)> = weights
        .iter()
        .filter(|&&weight| weight > 0)
        .map(|&weight| (weight, vec![0]))
        .collect();
    trees.push((0, vec![0]));
    while trees.len() > 1 {
        trees.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
        if let (Some((light, mut leaves)), Some((heavy, others))) = (trees.pop(), trees.pop()) {
            leaves.extend(others);
            for depth in &mut leaves {
                *depth += 1;
            }
            trees.push((light + heavy, leaves));
        }
    }
    let mut depths = [0; 64];
    for depth in trees.into_iter().flat_map(|(_, leaves)| leaves) {
        if let Some(count) = depths.get_mut(depth) {
            *count += 1;
        }
    }
    depths
}

/// Moves codes that are too long up the tree: a pair of them makes room for one a level higher, whose neighbour goes down.
#[expect(
    clippy::indexing_slicing,
    reason = "lengths below 64, in an array of 64; there is always a shorter code to split"
)]
fn limit(depths: &mut [u32; 64]) {
    for length in (LONGEST + 1..64).rev() {
        while depths[length] > 0 {
            let mut shorter = length - 2;
            while depths[shorter] == 0 {
                shorter -= 1;
            }
            depths[length] -= 2;
            depths[length - 1] += 1;
            depths[shorter + 1] += 2;
            depths[shorter] -= 1;
        }
    }
    if let Some(count) = depths[..=LONGEST].iter_mut().rev().find(|count| **count > 0) {
        *count -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The share of all codes that a table uses, in codes of 16 bits.
    fn used(table: &Table) -> u32 {
        let lengths = table.lengths.iter().enumerate().skip(1);
        lengths
            .map(|(length, &count)| u32::from(count) << (LONGEST - length))
            .sum()
    }

    #[test]
    fn every_symbol_has_a_code_and_none_is_of_ones_alone() {
        for kind in [Kind::Dc, Kind::Ac] {
            let mut weights = [0; 256];
            // So uneven that the plain tree is deeper than 16.
            for (number, symbol) in kind.symbols().into_iter().enumerate() {
                weights[usize::from(symbol)] = 1 << (number % 40);
            }
            let table = Table::of(&weights);
            let count: usize = table.lengths.iter().map(|&count| usize::from(count)).sum();
            assert_eq!(count, kind.symbols().len());
            assert!(used(&table) < 1 << LONGEST, "{:?}", table.lengths);
            let mut symbols = table.symbols[..count].to_vec();
            symbols.sort_unstable();
            let mut all = kind.symbols();
            all.sort_unstable();
            assert_eq!(symbols, all);
        }
    }

    #[test]
    fn what_a_sample_had_keeps_its_short_codes() {
        let mut weights = [0; 256];
        for (symbol, weight) in [(1, 500), (2, 250), (3, 125), (0, 60)] {
            weights[symbol] = weight;
        }
        let table = Table::of(&weights).with_codes_for_all(Kind::Dc);
        assert_eq!(table.symbols[..4], [1, 2, 3, 0]);
        assert_eq!(table.lengths[1..4], [1, 1, 1]);
    }
}
