//! Registers of 128 bits, two at a time.
#![expect(
    clippy::inline_always,
    reason = "what is not inlined into a function with the instructions is compiled without them"
)]

use core::arch::x86_64::{
    __m128i, _MM_HINT_T0, _mm_add_epi32, _mm_adds_epi16, _mm_andnot_si128, _mm_cmpeq_epi16, _mm_madd_epi16,
    _mm_maddubs_epi16, _mm_max_epi16, _mm_min_epi16, _mm_mulhrs_epi16, _mm_packs_epi32, _mm_prefetch, _mm_set1_epi8,
    _mm_set1_epi16, _mm_set1_epi32, _mm_setzero_si128, _mm_slli_epi16, _mm_srai_epi32, _mm_subs_epi16,
    _mm_unpackhi_epi8, _mm_unpackhi_epi16, _mm_unpacklo_epi8, _mm_unpacklo_epi16,
};

use bytemuck::cast;

use super::{DIFFERENCE, HALF, Kernel, LANES, Lanes, WEIGHT};

/// Registers of 128 bits, which every processor of the last fifteen years has.
#[derive(Debug, Clone, Copy)]
pub(in crate::pipeline) struct Ssse3(());

impl Ssse3 {
    pub(in super::super) fn detect() -> Option<Self> {
        is_x86_feature_detected!("ssse3").then_some(Self(()))
    }
}

type Two = [__m128i; 2];

#[inline(always)]
fn both(one: Two, other: Two, of: impl Fn(__m128i, __m128i) -> __m128i) -> Two {
    let ([low, high], [other_low, other_high]) = (one, other);
    [of(low, other_low), of(high, other_high)]
}

// SAFETY, for all: there is a value of the type only where the processor was asked, and the functions have no other condition.
impl Kernel for Ssse3 {
    type Vector = Two;

    #[inline(always)]
    fn load(self, samples: &Lanes) -> Two {
        cast(*samples)
    }

    #[inline(always)]
    fn store(self, vector: Two) -> Lanes {
        cast(vector)
    }

    #[inline(always)]
    fn splat(self, value: i16) -> Two {
        unsafe { [_mm_set1_epi16(value); 2] }
    }

    #[inline(always)]
    fn splat_pair(self, weights: [i16; 2]) -> Two {
        unsafe { [_mm_set1_epi32(cast(weights)); 2] }
    }

    #[inline(always)]
    fn widen(self, bytes: [u8; LANES]) -> Two {
        unsafe {
            let (bytes, zero): (__m128i, _) = (cast(bytes), _mm_setzero_si128());
            [_mm_unpacklo_epi8(bytes, zero), _mm_unpackhi_epi8(bytes, zero)]
        }
    }

    #[inline(always)]
    fn neighbours(self, bytes: [u8; 2 * LANES]) -> Two {
        let [low, high]: Two = cast(bytes);
        unsafe {
            [
                _mm_maddubs_epi16(low, _mm_set1_epi8(1)),
                _mm_maddubs_epi16(high, _mm_set1_epi8(1)),
            ]
        }
    }

    #[inline(always)]
    fn differences(self, bytes: [u8; 2 * LANES]) -> Two {
        let [low, high]: Two = cast(bytes);
        unsafe {
            let factors = _mm_set1_epi16(DIFFERENCE);
            [_mm_maddubs_epi16(low, factors), _mm_maddubs_epi16(high, factors)]
        }
    }

    #[inline(always)]
    fn shifted<const BITS: i32>(self, vector: Two) -> Two {
        let [low, high] = vector;
        unsafe { [_mm_slli_epi16::<BITS>(low), _mm_slli_epi16::<BITS>(high)] }
    }

    #[inline(always)]
    fn add(self, one: Two, other: Two) -> Two {
        both(one, other, |one, other| unsafe { _mm_adds_epi16(one, other) })
    }

    #[inline(always)]
    fn sub(self, from: Two, other: Two) -> Two {
        both(from, other, |from, other| unsafe { _mm_subs_epi16(from, other) })
    }

    #[inline(always)]
    fn part(self, of: Two, share: Two) -> Two {
        both(of, share, |of, share| unsafe { _mm_mulhrs_epi16(of, share) })
    }

    #[inline(always)]
    fn between(self, least: Two, vector: Two, most: Two) -> Two {
        let cut = both(vector, least, |vector, least| unsafe { _mm_max_epi16(vector, least) });
        both(cut, most, |vector, most| unsafe { _mm_min_epi16(vector, most) })
    }

    #[inline(always)]
    fn where_unlike(self, one: Two, other: Two, values: Two) -> Two {
        let like = both(one, other, |one, other| unsafe { _mm_cmpeq_epi16(one, other) });
        both(like, values, |like, values| unsafe { _mm_andnot_si128(like, values) })
    }

    #[inline(always)]
    fn interleave(self, samples: Two, partners: Two) -> [Two; 2] {
        [
            both(samples, partners, |one, other| unsafe {
                _mm_unpacklo_epi16(one, other)
            }),
            both(samples, partners, |one, other| unsafe {
                _mm_unpackhi_epi16(one, other)
            }),
        ]
    }

    #[inline(always)]
    fn add_weighted(self, sums: Two, pairs: Two, weights: Two) -> Two {
        let products = both(pairs, weights, |pairs, weights| unsafe {
            _mm_madd_epi16(pairs, weights)
        });
        both(sums, products, |sums, products| unsafe {
            _mm_add_epi32(sums, products)
        })
    }

    #[inline(always)]
    fn rounded(self, sums: [Two; 2]) -> Two {
        let [low, high] = sums;
        both(low, high, |low, high| unsafe {
            let half = _mm_set1_epi32(HALF);
            let low = _mm_srai_epi32::<WEIGHT>(_mm_add_epi32(low, half));
            let high = _mm_srai_epi32::<WEIGHT>(_mm_add_epi32(high, half));
            _mm_packs_epi32(low, high)
        })
    }

    #[inline(always)]
    fn prefetch<T>(self, samples: &[T]) {
        unsafe { _mm_prefetch::<_MM_HINT_T0>(samples.as_ptr().cast()) }
    }
}
