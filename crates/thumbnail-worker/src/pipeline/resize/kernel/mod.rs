//! The arithmetic of the resize, sixteen samples at a time.
#![expect(
    clippy::inline_always,
    reason = "what is not inlined into a function with the instructions is compiled without them"
)]

mod avx2;
mod ssse3;
mod turn;

pub(in crate::pipeline) use avx2::Avx2;
pub(in crate::pipeline) use ssse3::Ssse3;
pub(super) use turn::transpose;

use super::light;

/// Samples that are worked on together.
pub(super) const LANES: usize = 16;
/// Sixteen samples.
pub(super) type Lanes = [i16; LANES];
/// Two times sixteen samples, each beside its partner, in an order that only [`Kernel::interleave`] and [`Kernel::rounded`] know.
pub(super) type Pair = [Lanes; 2];

/// Bits behind the point of a weight.
pub(super) const WEIGHT: i32 = 14;
/// Half of what is dropped of a sum of weighted samples.
const HALF: i32 = 1 << (WEIGHT - 1);

/// Factors of one and of minus one, byte by byte.
const DIFFERENCE: i16 = i16::from_le_bytes([1, 0xFF]);

/// A way to compute. A value of it is the proof that the processor knows how; it is made where that was asked.
pub(super) trait Kernel: Copy {
    /// Sixteen samples, or eight sums of 32 bits, in a register or in two.
    type Vector: Copy;
    fn load(self, samples: &Lanes) -> Self::Vector;
    fn store(self, vector: Self::Vector) -> Lanes;
    fn splat(self, value: i16) -> Self::Vector;
    /// The weights of a sample and of its partner, for all.
    fn splat_pair(self, weights: [i16; 2]) -> Self::Vector;
    /// Bytes as samples.
    fn widen(self, bytes: [u8; LANES]) -> Self::Vector;
    /// Sums of each two neighbours.
    fn neighbours(self, bytes: [u8; 2 * LANES]) -> Self::Vector;
    /// What each one is more than the neighbour behind it.
    fn differences(self, bytes: [u8; 2 * LANES]) -> Self::Vector;
    /// Times a power of two.
    fn shifted<const BITS: i32>(self, vector: Self::Vector) -> Self::Vector;
    /// A sum that ends at the ends of its type.
    fn add(self, one: Self::Vector, other: Self::Vector) -> Self::Vector;
    /// A difference that ends there.
    fn sub(self, from: Self::Vector, other: Self::Vector) -> Self::Vector;
    /// A product by a share of one, which is 2^15.
    fn part(self, of: Self::Vector, share: Self::Vector) -> Self::Vector;
    /// Cut at both ends.
    fn between(self, least: Self::Vector, vector: Self::Vector, most: Self::Vector) -> Self::Vector;
    /// The values where both are not the same, elsewhere zero.
    fn where_unlike(self, one: Self::Vector, other: Self::Vector, values: Self::Vector) -> Self::Vector;
    /// Each sample beside its partner.
    fn interleave(self, samples: Self::Vector, partners: Self::Vector) -> [Self::Vector; 2];
    /// Sums, and what samples and their partners add to them. All sums begin with zero.
    fn add_weighted(self, sums: Self::Vector, pairs: Self::Vector, weights: Self::Vector) -> Self::Vector;
    /// Sums of both halves of a pair without the bits of the weights, cut at the ends of the type.
    fn rounded(self, sums: [Self::Vector; 2]) -> Self::Vector;
    /// Has memory brought near that will be read soon.
    fn prefetch<T>(self, samples: &[T]);

    /// The light of levels, which have seven bits behind the point and are from 0 to 255.
    #[inline(always)]
    fn light(self, levels: Self::Vector) -> Self::Vector {
        let [first, second, third, fourth, fifth] = light::STEPS;
        let mut sum = self.splat(fifth);
        for step in [fourth, third, second, first] {
            sum = self.add(self.part(sum, levels), self.splat(step));
        }
        self.part(sum, levels)
    }
}

#[cfg(test)]
mod tests;
