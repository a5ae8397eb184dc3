//! Registers of 256 bits.
#![expect(
    clippy::inline_always,
    reason = "what is not inlined into a function with the instructions is compiled without them"
)]

use core::arch::x86_64::{
    __m256i, _MM_HINT_T0, _mm_prefetch, _mm256_add_epi32, _mm256_adds_epi16, _mm256_andnot_si256, _mm256_cmpeq_epi16,
    _mm256_cvtepu8_epi16, _mm256_madd_epi16, _mm256_maddubs_epi16, _mm256_max_epi16, _mm256_min_epi16,
    _mm256_mulhrs_epi16, _mm256_packs_epi32, _mm256_set1_epi8, _mm256_set1_epi16, _mm256_set1_epi32, _mm256_slli_epi16,
    _mm256_srai_epi32, _mm256_subs_epi16, _mm256_unpackhi_epi16, _mm256_unpacklo_epi16,
};

use bytemuck::cast;

use super::{DIFFERENCE, HALF, Kernel, LANES, Lanes, WEIGHT};

/// Registers of 256 bits.
#[derive(Debug, Clone, Copy)]
pub(in crate::pipeline) struct Avx2(());

impl Avx2 {
    pub(in super::super) fn detect() -> Option<Self> {
        is_x86_feature_detected!("avx2").then_some(Self(()))
    }
}

// SAFETY, for all: there is a value of the type only where the processor was asked, and the functions have no other condition.
impl Kernel for Avx2 {
    type Vector = __m256i;

    #[inline(always)]
    fn load(self, samples: &Lanes) -> __m256i {
        cast(*samples)
    }

    #[inline(always)]
    fn store(self, vector: __m256i) -> Lanes {
        cast(vector)
    }

    #[inline(always)]
    fn splat(self, value: i16) -> __m256i {
        unsafe { _mm256_set1_epi16(value) }
    }

    #[inline(always)]
    fn splat_pair(self, weights: [i16; 2]) -> __m256i {
        unsafe { _mm256_set1_epi32(cast(weights)) }
    }

    #[inline(always)]
    fn widen(self, bytes: [u8; LANES]) -> __m256i {
        unsafe { _mm256_cvtepu8_epi16(cast(bytes)) }
    }

    #[inline(always)]
    fn neighbours(self, bytes: [u8; 2 * LANES]) -> __m256i {
        unsafe { _mm256_maddubs_epi16(cast(bytes), _mm256_set1_epi8(1)) }
    }

    #[inline(always)]
    fn differences(self, bytes: [u8; 2 * LANES]) -> __m256i {
        unsafe { _mm256_maddubs_epi16(cast(bytes), _mm256_set1_epi16(DIFFERENCE)) }
    }

    #[inline(always)]
    fn shifted<const BITS: i32>(self, vector: __m256i) -> __m256i {
        unsafe { _mm256_slli_epi16::<BITS>(vector) }
    }

    #[inline(always)]
    fn add(self, one: __m256i, other: __m256i) -> __m256i {
        unsafe { _mm256_adds_epi16(one, other) }
    }

    #[inline(always)]
    fn sub(self, from: __m256i, other: __m256i) -> __m256i {
        unsafe { _mm256_subs_epi16(from, other) }
    }

    #[inline(always)]
    fn part(self, of: __m256i, share: __m256i) -> __m256i {
        unsafe { _mm256_mulhrs_epi16(of, share) }
    }

    #[inline(always)]
    fn between(self, least: __m256i, vector: __m256i, most: __m256i) -> __m256i {
        unsafe { _mm256_min_epi16(_mm256_max_epi16(vector, least), most) }
    }

    #[inline(always)]
    fn where_unlike(self, one: __m256i, other: __m256i, values: __m256i) -> __m256i {
        unsafe { _mm256_andnot_si256(_mm256_cmpeq_epi16(one, other), values) }
    }

    #[inline(always)]
    fn interleave(self, samples: __m256i, partners: __m256i) -> [__m256i; 2] {
        unsafe {
            [
                _mm256_unpacklo_epi16(samples, partners),
                _mm256_unpackhi_epi16(samples, partners),
            ]
        }
    }

    #[inline(always)]
    fn add_weighted(self, sums: __m256i, pairs: __m256i, weights: __m256i) -> __m256i {
        unsafe { _mm256_add_epi32(sums, _mm256_madd_epi16(pairs, weights)) }
    }

    #[inline(always)]
    fn rounded(self, sums: [__m256i; 2]) -> __m256i {
        unsafe {
            let ([low, high], half) = (sums, _mm256_set1_epi32(HALF));
            let low = _mm256_srai_epi32::<WEIGHT>(_mm256_add_epi32(low, half));
            let high = _mm256_srai_epi32::<WEIGHT>(_mm256_add_epi32(high, half));
            _mm256_packs_epi32(low, high)
        }
    }

    #[inline(always)]
    fn prefetch<T>(self, samples: &[T]) {
        unsafe { _mm_prefetch::<_MM_HINT_T0>(samples.as_ptr().cast()) }
    }
}
