//! The arithmetic of the resize, sixteen samples at a time.
#![expect(
    clippy::inline_always,
    reason = "what is not inlined into a function with the instructions is compiled without them"
)]

use core::arch::x86_64::{
    __m128i, __m256i, _MM_HINT_T0, _mm_add_epi16, _mm_mulhrs_epi16, _mm_packus_epi16, _mm_prefetch, _mm_set1_epi16,
    _mm_setzero_si128, _mm_slli_epi16, _mm_srai_epi16, _mm_sub_epi16, _mm_unpackhi_epi8, _mm_unpackhi_epi16,
    _mm_unpackhi_epi32, _mm_unpackhi_epi64, _mm_unpacklo_epi8, _mm_unpacklo_epi16, _mm_unpacklo_epi32,
    _mm_unpacklo_epi64, _mm256_add_epi16, _mm256_castsi256_si128, _mm256_cvtepu8_epi16, _mm256_extracti128_si256,
    _mm256_mulhrs_epi16, _mm256_set1_epi16, _mm256_setzero_si256, _mm256_slli_epi16, _mm256_srai_epi16,
    _mm256_sub_epi16,
};

use bytemuck::cast;

/// Samples that are worked on together.
pub(super) const LANES: usize = 16;
/// Sixteen samples.
pub(super) type Lanes = [i16; LANES];

/// Bits behind the point of a widened sample.
const WIDE: i32 = 7;
/// Bits behind the point after two multiplications by weights of 14 bits, of which 15 are dropped each time.
pub(super) const LEFT: i32 = 5;
/// Half of what is dropped at the end.
const HALF: i16 = 1 << (LEFT - 1);

/// A way to compute. A value of it is the proof that the processor knows how; it is made where that was asked.
pub(super) trait Kernel: Copy {
    /// Sixteen samples in a register, or in two.
    type Vector: Copy;
    fn zero(self) -> Self::Vector;
    /// A sum, and what a weight adds to it.
    fn add_weighted(self, sum: Self::Vector, samples: &Lanes, weight: Self::Vector) -> Self::Vector;
    fn splat(self, value: i16) -> Self::Vector;
    fn add(self, one: Self::Vector, other: Self::Vector) -> Self::Vector;
    fn sub(self, from: Self::Vector, other: Self::Vector) -> Self::Vector;
    /// A product by a weight, of which one is 2^15.
    fn part(self, of: Self::Vector, weight: i16) -> Self::Vector;
    /// Has memory brought near that will be read soon.
    fn prefetch(self, bytes: &[u8]);
    fn store(self, vector: Self::Vector) -> Lanes;
    /// Samples with room for fractions.
    fn widen(self, bytes: [u8; LANES]) -> Lanes;
    /// Samples without, after both passes.
    fn narrow(self, samples: &Lanes) -> [u8; LANES];
}

/// Registers of 256 bits.
#[derive(Debug, Clone, Copy)]
pub(in crate::pipeline) struct Avx2(());

/// Registers of 128 bits, which every processor of the last fifteen years has.
#[derive(Debug, Clone, Copy)]
pub(in crate::pipeline) struct Ssse3(());

impl Avx2 {
    pub(super) fn detect() -> Option<Self> {
        is_x86_feature_detected!("avx2").then_some(Self(()))
    }
}

impl Ssse3 {
    pub(super) fn detect() -> Option<Self> {
        is_x86_feature_detected!("ssse3").then_some(Self(()))
    }
}

// SAFETY, for all of both: there is a value of the type only where the processor was asked, and the functions have no other condition.
impl Kernel for Avx2 {
    type Vector = __m256i;

    #[inline(always)]
    fn zero(self) -> __m256i {
        unsafe { _mm256_setzero_si256() }
    }

    #[inline(always)]
    fn add_weighted(self, sum: __m256i, samples: &Lanes, weight: __m256i) -> __m256i {
        unsafe { _mm256_add_epi16(sum, _mm256_mulhrs_epi16(cast(*samples), weight)) }
    }

    #[inline(always)]
    fn splat(self, value: i16) -> __m256i {
        unsafe { _mm256_set1_epi16(value) }
    }

    #[inline(always)]
    fn add(self, one: __m256i, other: __m256i) -> __m256i {
        unsafe { _mm256_add_epi16(one, other) }
    }

    #[inline(always)]
    fn sub(self, from: __m256i, other: __m256i) -> __m256i {
        unsafe { _mm256_sub_epi16(from, other) }
    }

    #[inline(always)]
    fn part(self, of: __m256i, weight: i16) -> __m256i {
        unsafe { _mm256_mulhrs_epi16(of, _mm256_set1_epi16(weight)) }
    }

    #[inline(always)]
    fn prefetch(self, bytes: &[u8]) {
        unsafe { _mm_prefetch::<_MM_HINT_T0>(bytes.as_ptr().cast()) }
    }

    #[inline(always)]
    fn store(self, vector: __m256i) -> Lanes {
        cast(vector)
    }

    #[inline(always)]
    fn widen(self, bytes: [u8; LANES]) -> Lanes {
        unsafe { cast(_mm256_slli_epi16::<WIDE>(_mm256_cvtepu8_epi16(cast(bytes)))) }
    }

    #[inline(always)]
    fn narrow(self, samples: &Lanes) -> [u8; LANES] {
        unsafe {
            let rounded = _mm256_add_epi16(cast(*samples), _mm256_set1_epi16(HALF));
            let whole = _mm256_srai_epi16::<LEFT>(rounded);
            cast(_mm_packus_epi16(
                _mm256_castsi256_si128(whole),
                _mm256_extracti128_si256::<1>(whole),
            ))
        }
    }
}

impl Kernel for Ssse3 {
    type Vector = [__m128i; 2];

    #[inline(always)]
    fn zero(self) -> [__m128i; 2] {
        unsafe { [_mm_setzero_si128(); 2] }
    }

    #[inline(always)]
    fn add_weighted(self, sum: [__m128i; 2], samples: &Lanes, weight: [__m128i; 2]) -> [__m128i; 2] {
        let [low, high]: [__m128i; 2] = cast(*samples);
        let ([low_sum, high_sum], [weight, _]) = (sum, weight);
        unsafe {
            [
                _mm_add_epi16(low_sum, _mm_mulhrs_epi16(low, weight)),
                _mm_add_epi16(high_sum, _mm_mulhrs_epi16(high, weight)),
            ]
        }
    }

    #[inline(always)]
    fn splat(self, value: i16) -> [__m128i; 2] {
        unsafe { [_mm_set1_epi16(value); 2] }
    }

    #[inline(always)]
    fn add(self, one: [__m128i; 2], other: [__m128i; 2]) -> [__m128i; 2] {
        let ([low, high], [other_low, other_high]) = (one, other);
        unsafe { [_mm_add_epi16(low, other_low), _mm_add_epi16(high, other_high)] }
    }

    #[inline(always)]
    fn sub(self, from: [__m128i; 2], other: [__m128i; 2]) -> [__m128i; 2] {
        let ([low, high], [other_low, other_high]) = (from, other);
        unsafe { [_mm_sub_epi16(low, other_low), _mm_sub_epi16(high, other_high)] }
    }

    #[inline(always)]
    fn part(self, of: [__m128i; 2], weight: i16) -> [__m128i; 2] {
        unsafe { of.map(|half| _mm_mulhrs_epi16(half, _mm_set1_epi16(weight))) }
    }

    #[inline(always)]
    fn prefetch(self, bytes: &[u8]) {
        unsafe { _mm_prefetch::<_MM_HINT_T0>(bytes.as_ptr().cast()) }
    }

    #[inline(always)]
    fn store(self, vector: [__m128i; 2]) -> Lanes {
        cast(vector)
    }

    #[inline(always)]
    fn widen(self, bytes: [u8; LANES]) -> Lanes {
        unsafe {
            let (bytes, zero): (__m128i, _) = (cast(bytes), _mm_setzero_si128());
            let halves = [_mm_unpacklo_epi8(bytes, zero), _mm_unpackhi_epi8(bytes, zero)];
            cast(halves.map(|half| _mm_slli_epi16::<WIDE>(half)))
        }
    }

    #[inline(always)]
    fn narrow(self, samples: &Lanes) -> [u8; LANES] {
        let halves: [__m128i; 2] = cast(*samples);
        unsafe {
            let [low, high] = halves.map(|half| _mm_srai_epi16::<LEFT>(_mm_add_epi16(half, _mm_set1_epi16(HALF))));
            cast(_mm_packus_epi16(low, high))
        }
    }
}

/// Rows become columns.
#[inline(always)]
pub(super) fn transpose(rows: &[Lanes; LANES], columns: &mut [Lanes; LANES]) {
    let quarter = |down: usize, right: usize| -> [__m128i; 8] {
        let half = |row: &Lanes| cast::<Lanes, [__m128i; 2]>(*row).get(right).copied();
        core::array::from_fn(|row| {
            rows.get(down * 8 + row)
                .and_then(half)
                .unwrap_or_else(|| cast([0_u8; 16]))
        })
    };
    let sides = [[quarter(0, 0), quarter(1, 0)], [quarter(0, 1), quarter(1, 1)]];
    for (columns, [upper, lower]) in columns.as_chunks_mut::<8>().0.iter_mut().zip(sides) {
        // SAFETY: every processor of this kind has these instructions.
        let turned = unsafe { transpose_8(upper).into_iter().zip(transpose_8(lower)) };
        for (column, (upper, lower)) in columns.iter_mut().zip(turned) {
            *column = cast([upper, lower]);
        }
    }
}

/// Eight rows of eight.
#[inline]
#[target_feature(enable = "sse2")]
fn transpose_8([row0, row1, row2, row3, row4, row5, row6, row7]: [__m128i; 8]) -> [__m128i; 8] {
    let pair = |one, other| (_mm_unpacklo_epi16(one, other), _mm_unpackhi_epi16(one, other));
    let ((ab, ba), (cd, dc), (ef, fe), (gh, hg)) =
        (pair(row0, row1), pair(row2, row3), pair(row4, row5), pair(row6, row7));
    let upper = [
        _mm_unpacklo_epi32(ab, cd),
        _mm_unpackhi_epi32(ab, cd),
        _mm_unpacklo_epi32(ba, dc),
        _mm_unpackhi_epi32(ba, dc),
    ];
    let lower = [
        _mm_unpacklo_epi32(ef, gh),
        _mm_unpackhi_epi32(ef, gh),
        _mm_unpacklo_epi32(fe, hg),
        _mm_unpackhi_epi32(fe, hg),
    ];
    let [first, second, third, fourth] = upper;
    let [fifth, sixth, seventh, eighth] = lower;
    [
        _mm_unpacklo_epi64(first, fifth),
        _mm_unpackhi_epi64(first, fifth),
        _mm_unpacklo_epi64(second, sixth),
        _mm_unpackhi_epi64(second, sixth),
        _mm_unpacklo_epi64(third, seventh),
        _mm_unpackhi_epi64(third, seventh),
        _mm_unpacklo_epi64(fourth, eighth),
        _mm_unpackhi_epi64(fourth, eighth),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_become_columns() {
        let rows: [Lanes; LANES] =
            core::array::from_fn(|row| core::array::from_fn(|at| i16::try_from(row * 100 + at).unwrap()));
        let mut columns = [[0; LANES]; LANES];
        transpose(&rows, &mut columns);
        for (row, line) in rows.iter().enumerate() {
            for (at, sample) in line.iter().enumerate() {
                assert_eq!(columns[at][row], *sample);
            }
        }
    }

    fn same_in(kernel: impl Kernel) {
        let bytes = core::array::from_fn(|at| u8::try_from(at * 17).unwrap());
        let wide = kernel.widen(bytes);
        assert_eq!(wide, bytes.map(|byte| i16::from(byte) << WIDE));
        // Twice a weight of one: the byte again.
        let weight = kernel.splat(1 << 14);
        let once = kernel.store(kernel.add_weighted(kernel.zero(), &wide, weight));
        let twice = kernel.store(kernel.add_weighted(kernel.zero(), &once, weight));
        assert_eq!(kernel.narrow(&twice), bytes);
        // What overshoots is cut.
        let ends = core::array::from_fn(|at| if at % 2 == 0 { -900 } else { 9_000 });
        assert_eq!(
            kernel.narrow(&ends),
            core::array::from_fn(|at| if at % 2 == 0 { 0 } else { 255 })
        );
    }

    #[test]
    fn both_compute_the_same() {
        if let Some(kernel) = Avx2::detect() {
            same_in(kernel);
        }
        if let Some(kernel) = Ssse3::detect() {
            same_in(kernel);
        }
    }
}
