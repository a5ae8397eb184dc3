//! The least of colour profiles that pictures need: to say that one is Display P3, and to read what the levels of one mean.

use anyhow::{Context, Result};

/// X, Y and Z of each primary at full level, as seen by an eye that is used to D50, which is how profiles tell them.
pub(super) type Primaries = [[f64; 3]; 3];

/// The primaries of sRGB: of pictures without a profile.
pub(super) const SRGB: Primaries = [
    [0.436_07, 0.222_49, 0.013_92],
    [0.385_15, 0.716_87, 0.097_08],
    [0.143_07, 0.060_61, 0.714_10],
];
const DISPLAY_P3: Primaries = [
    [0.515_12, 0.241_20, -0.001_05],
    [0.291_98, 0.692_25, 0.041_89],
    [0.157_10, 0.066_57, 0.784_07],
];
const D50: [f64; 3] = [0.964_2, 1.0, 0.824_9];
/// The curve of sRGB, which Display P3 has as well: exponent, scale and offset of the power, slope and end of the line.
const CURVE: [f64; 5] = [2.4, 1.0 / 1.055, 0.055 / 1.055, 1.0 / 12.92, 0.040_45];

const HEADER: usize = 128;
/// Before the profile in a segment of a JPEG; then come its number and how many there are.
const LABEL: &[u8] = b"ICC_PROFILE\0";

/// A profile of version 4 with three primaries and one curve, in the numbers that phones write. Those of sharp's own profile differ in
/// the last digits: a photo tagged with that one is converted to itself by a shortcut, at two thirds of the time.
pub(super) fn display_p3() -> Vec<u8> {
    let text = |text: &str| {
        let letters: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let head = [1, 12].map(u32::to_be_bytes).concat();
        let length = u32::try_from(letters.len()).unwrap_or_default().to_be_bytes();
        [
            b"mluc\0\0\0\0",
            head.as_slice(),
            b"enUS",
            &length,
            &28_u32.to_be_bytes(),
            &letters,
        ]
        .concat()
    };
    let point = |values: [f64; 3]| [b"XYZ \0\0\0\0".as_slice(), &numbers(&values)].concat();
    let curve = [b"para\0\0\0\0\0\x03\0\0".as_slice(), &numbers(&CURVE)].concat();
    let [red, green, blue] = DISPLAY_P3.map(point);
    let tags = [
        (b"desc", text("Display P3")),
        (b"cprt", text("CC0")),
        (b"wtpt", point(D50)),
        (b"rXYZ", red),
        (b"gXYZ", green),
        (b"bXYZ", blue),
        (b"rTRC", curve.clone()),
        (b"gTRC", curve.clone()),
        (b"bTRC", curve),
    ];
    let word = |length: usize| u32::try_from(length).unwrap_or_default().to_be_bytes();
    let mut table = word(tags.len()).to_vec();
    let start = HEADER + 4 + tags.len() * 12;
    let mut data = Vec::new();
    for (name, value) in tags {
        table.extend([name.as_slice(), &word(start + data.len()), &word(value.len())].concat());
        data.extend(value);
        data.resize(data.len().next_multiple_of(4), 0);
    }
    let mut header = word(start + data.len()).to_vec();
    header.extend(b"\0\0\0\0\x04\x40\0\0mntrRGB XYZ ");
    header.resize(36, 0);
    header.extend(b"acsp");
    header.resize(68, 0);
    header.extend(numbers(&D50));
    header.resize(HEADER, 0);
    [header, table, data].concat()
}

/// Fixed point, 16 bits behind it.
fn numbers(values: &[f64]) -> Vec<u8> {
    #[expect(
        clippy::as_conversions,
        clippy::cast_possible_truncation,
        reason = "all are between -1 and 3"
    )]
    let fixed = |value: &f64| (value * 65_536.0).round() as i32;
    values.iter().flat_map(|value| fixed(value).to_be_bytes()).collect()
}

/// The same JPEG with a profile; it has to be short enough for one segment.
///
/// # Errors
/// When `jpeg` is none.
pub(super) fn tag(jpeg: &[u8], profile: &[u8]) -> Result<Vec<u8>> {
    let (start, rest) = jpeg.split_at_checked(2).context("not a JPEG")?;
    let length = u16::try_from(2 + LABEL.len() + 2 + profile.len())?.to_be_bytes();
    Ok([start, &[0xFF, 0xE2], &length, LABEL, &[1, 1], profile, rest].concat())
}

/// The primaries of a profile.
///
/// # Errors
/// When it has none.
pub(super) fn primaries(profile: &[u8]) -> Result<Primaries> {
    let primary = |name: &str| point(profile, name).with_context(|| format!("no {name} in a profile"));
    Ok([primary("rXYZ")?, primary("gXYZ")?, primary("bXYZ")?])
}

fn point(profile: &[u8], name: &str) -> Option<[f64; 3]> {
    let (entries, _) = profile.get(HEADER + 4..)?.as_chunks::<12>();
    let entry = entries.iter().find(|entry| entry.starts_with(name.as_bytes()))?;
    let offset = u32::from_be_bytes(*entry.get(4..)?.first_chunk()?);
    let value = profile.get(usize::try_from(offset).ok()? + 8..)?;
    let (words, _) = value.as_chunks::<4>();
    let words: [[u8; 4]; 3] = *words.first_chunk()?;
    Some(words.map(|word| f64::from(i32::from_be_bytes(word)) / 65_536.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let read = primaries(&display_p3()).unwrap();
        for (read, written) in read.as_flattened().iter().zip(DISPLAY_P3.as_flattened()) {
            assert!((read - written).abs() < 1e-4, "{read} {written}");
        }
    }

    #[test]
    fn primaries_add_up_to_white() {
        for primaries in [SRGB, DISPLAY_P3] {
            let [red, green, blue] = primaries;
            for (((red, green), blue), white) in red.iter().zip(green).zip(blue).zip(D50) {
                assert!((red + green + blue - white).abs() < 1e-3);
            }
        }
    }
}
