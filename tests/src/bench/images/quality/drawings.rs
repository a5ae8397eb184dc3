//! Drawings that are hard to scale, each a colour for a place.

use image::Rgb;

/// The middle of the drawing.
const MIDDLE: (f64, f64) = (3000.0, 2000.0);

/// Rings that become finer from the middle to the edge, down to two pixels: what is too fine to be shown has to vanish in grey
/// instead of coming back as other rings.
pub(super) fn zone_plate(x: u32, y: u32) -> Rgb<u8> {
    let (dx, dy) = (f64::from(x) - MIDDLE.0, f64::from(y) - MIDDLE.1);
    let phase = std::f64::consts::PI * (dx * dx + dy * dy) / (2.0 * MIDDLE.0);
    Rgb([level(127.5 + 127.5 * phase.cos()); 3])
}

/// Letters of 7 by 5 dots, as rows of bits.
const LETTERS: [[u8; 7]; 8] = [
    [0b01110, 0b10001, 0b10001, 0b11111, 0b10001, 0b10001, 0b10001],
    [0b11110, 0b10001, 0b10001, 0b11110, 0b10001, 0b10001, 0b11110],
    [0b11111, 0b10000, 0b10000, 0b11110, 0b10000, 0b10000, 0b11111],
    [0b10001, 0b10010, 0b10100, 0b11000, 0b10100, 0b10010, 0b10001],
    [0b10001, 0b11011, 0b10101, 0b10101, 0b10001, 0b10001, 0b10001],
    [0b10001, 0b11001, 0b10101, 0b10011, 0b10001, 0b10001, 0b10001],
    [0b01110, 0b10001, 0b10000, 0b01110, 0b00001, 0b10001, 0b01110],
    [0b11111, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100],
];

/// Lines of letters in growing sizes, dark on light and light on dark, some of them in colour.
pub(super) fn text(x: u32, y: u32) -> Rgb<u8> {
    let dot = 2 + y / 700;
    let (column, row) = (x / (6 * dot), y / (9 * dot));
    let (across, down) = (x / dot % 6, y / dot % 9);
    let letter = usize::try_from((column * 5 + row * 3 + column * row % 7) % 8).unwrap_or(0);
    let line = LETTERS
        .get(letter)
        .and_then(|letter| letter.get(usize::try_from(down).ok()?));
    let inked = across < 5 && line.is_some_and(|bits| bits >> (4 - across) & 1 == 1);
    let (ink, paper) = match row % 4 {
        0 => ([20, 20, 20], [245, 245, 240]),
        1 => ([240, 240, 240], [30, 30, 40]),
        2 => ([180, 20, 30], [250, 250, 250]),
        _ => ([20, 60, 190], [255, 240, 180]),
    };
    Rgb(if inked { ink } else { paper })
}

/// Slow ramps of brightness and of colour, in which every step shows.
pub(super) fn gradients(x: u32, y: u32) -> Rgb<u8> {
    let (x, y) = (f64::from(x) / (2.0 * MIDDLE.0), f64::from(y) / (2.0 * MIDDLE.1));
    let sky = |from: f64, to: f64| from + (to - from) * (0.7 * y + 0.3 * x);
    Rgb([
        sky(20.0, 235.0),
        sky(60.0, 200.0) + 20.0 * (x * 9.0).sin(),
        sky(160.0, 90.0),
    ]
    .map(level))
}

/// Patches of the strongest colours side by side, with edges of all kinds between them.
pub(super) fn saturated(x: u32, y: u32) -> Rgb<u8> {
    let size = 30 + x / 60;
    let number = (x / size + y / 90 * 3) % 8;
    let on = |bit: u32, shade: u32| if number >> bit & 1 == 1 { 255 - shade } else { shade };
    let shade = y / 90 % 3 * 20;
    Rgb([on(0, shade), on(1, shade), on(2, shade)].map(|level| u8::try_from(level).unwrap_or(u8::MAX)))
}

/// Black and white in turn, pixel by pixel: half the light there is.
pub(super) fn checks(x: u32, y: u32) -> Rgb<u8> {
    Rgb([if (x + y).is_multiple_of(2) { 255 } else { 0 }; 3])
}

/// Two colours in turn, in squares that share a colour in a file with colours of half the size.
pub(super) fn coloured_checks(x: u32, y: u32) -> Rgb<u8> {
    Rgb(if (x / 2 + y / 2).is_multiple_of(2) {
        [220, 40, 30]
    } else {
        [30, 160, 220]
    })
}

/// Lights of all colours: of stars, of lamps, and of what is behind windows.
const LIGHTS: [[u8; 3]; 8] = [
    [255, 255, 255],
    [255, 150, 60],
    [120, 160, 255],
    [255, 40, 30],
    [255, 220, 160],
    [200, 255, 210],
    [170, 170, 170],
    [90, 80, 100],
];

/// A dark sky with noise and stars of one to three pixels, over the windows of a town.
pub(super) fn night(x: u32, y: u32) -> Rgb<u8> {
    let of_lot = |lot: u32| {
        LIGHTS
            .get(usize::try_from(lot % 8).unwrap_or(0))
            .copied()
            .unwrap_or_default()
    };
    let star = lot(x / 40, y / 40);
    let (across, down) = (x % 40, y % 40);
    let (left, top, side) = (star >> 8 & 31, star >> 13 & 31, 1 + (star >> 18) % 3);
    if (left..left + side).contains(&across) && (top..top + side).contains(&down) {
        return Rgb(of_lot(star >> 20));
    }
    let window = lot(x / 14, y / 18 + 7);
    if y > 3000 && window.is_multiple_of(5) && x % 14 < 8 && y % 18 < 11 {
        return Rgb(of_lot(window >> 8));
    }
    // Darker towards the top, with noise of three levels.
    let sky = 10 + y.min(4000) / 400;
    Rgb([1, 2, 3].map(|channel| u8::try_from(sky + lot(x, y + channel) % 7).unwrap_or(u8::MAX)))
}

/// A number for a place, as good as drawn by lot.
fn lot(x: u32, y: u32) -> u32 {
    let mixed = (x.wrapping_mul(0x9E37_79B1) ^ y.wrapping_mul(0x85EB_CA77)).wrapping_mul(0xC2B2_AE3D);
    mixed ^ mixed >> 15
}

#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "rounded and within a byte"
)]
fn level(value: f64) -> u8 {
    value.round().clamp(0.0, 255.0) as u8
}
