//! Conversions between number types that cannot lose anything on the machines this runs on.

#[cfg(not(target_pointer_width = "64"))]
compile_error!("pictures are addressed with 64 bit");

/// A count of pixels or bytes as an index.
#[expect(clippy::as_conversions, reason = "usize has 64 bits, asserted above")]
pub const fn usize_of(value: u32) -> usize {
    value as usize
}

/// A length as a number of bytes.
#[expect(clippy::as_conversions, reason = "usize has 64 bits, asserted above")]
pub const fn u64_of(value: usize) -> u64 {
    value as u64
}

/// A positive size rounded to the next whole number of pixels, at least 1.
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to the range of u32; `as` maps NaN to 0, which the clamp makes 1"
)]
pub fn pixels(value: f64) -> u32 {
    (value.round().clamp(1.0, f64::from(u32::MAX)) as u32).max(1)
}

/// A 16-bit sample as the nearest 8-bit one.
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    reason = "the quotient is at most 255"
)]
pub const fn to_8_bit(sample: u16) -> u8 {
    // `as u32` widens; `u32::from` is not const.
    ((sample as u32 * 255 + 32_767) / 65_535) as u8
}

/// `a * b / 255` rounded: two 8-bit shares multiplied.
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    reason = "the quotient is at most 255"
)]
pub const fn times(a: u8, b: u8) -> u8 {
    ((a as u32 * b as u32 + 127) / 255) as u8
}

/// A sample of 0 to 255 as the nearest byte; beyond the range, the nearest end of it.
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to the range of u8; `as` maps NaN to 0"
)]
pub fn byte(value: f32) -> u8 {
    value.round().clamp(0.0, 255.0) as u8
}

/// A share of 0 to 1 as a 16-bit sample; beyond the range, the nearest end of it.
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to the range of u16; `as` maps NaN to 0"
)]
pub fn word(share: f32) -> u16 {
    (share * 65_535.0).round().clamp(0.0, 65_535.0) as u16
}
