//! Rows become columns.
#![expect(
    clippy::inline_always,
    reason = "what is not inlined into a function with the instructions is compiled without them"
)]

use core::arch::x86_64::{
    __m128i, _mm_unpackhi_epi16, _mm_unpackhi_epi32, _mm_unpackhi_epi64, _mm_unpacklo_epi16, _mm_unpacklo_epi32,
    _mm_unpacklo_epi64,
};

use bytemuck::cast;

use super::{LANES, Lanes};

/// Rows become columns.
#[inline(always)]
pub(in super::super) fn transpose(rows: &[Lanes; LANES], columns: &mut [Lanes; LANES]) {
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
