//! How much work a picture is: the one estimate by which files are refused that would keep a processor busy for no good.
//!
//! A file claims a size in a few bytes, and some decoders run in the worker itself, where nothing ends them. So before anything is
//! decoded, the work is told from what the head says: the pixels that the decoder has to go through (fewer where it shrinks early), the
//! passes over them, the pieces that they are stored in, and the bytes of the file. `just bench-images slow` prints what it takes.

use std::time::Duration;

use super::num::u64_of;
use super::plan::Plan;
use super::probe::{Format, Header};

/// What a decoder takes on the machine of docs/benchmarks.md, in nanoseconds of processor time, a little above what is measured.
struct Rate {
    /// For each pixel that it goes through.
    pixel: u64,
    /// For each byte of the file.
    byte: u64,
}

/// The making of the pictures themselves, from what was decoded: for each of its pixels.
const RESIZING: u64 = 4;

/// For each coefficient that a scan of a progressive JPEG passes over.
const SCANNING: u64 = 1;

/// To begin with a tile: its decoder is set up, and its edges are thrown away.
const PIECE: u64 = 200_000;

const fn rate(format: Format) -> Rate {
    let (pixel, byte) = match format {
        Format::Jpeg => (4, 15),
        Format::Png => (6, 8),
        Format::Webp => (12, 30),
        Format::Gif => (4, 10),
        Format::Bmp => (4, 0),
        Format::Tiff => (10, 10),
        Format::Jxl => (80, 0),
        Format::Heic => (40, 160),
        Format::Avif => (55, 60),
        Format::Psd => (10, 4),
        Format::Jp2 => (20, 150),
        // Drawn at the size of the result: what is in it counts, and that cannot be told.
        Format::Svg => (0, 100),
        Format::Raw => (60, 20),
    };
    Rate { pixel, byte }
}

/// The processor time that the pictures of a file take, about, on the machine of docs/benchmarks.md.
pub(super) fn of(header: &Header, plan: &Plan) -> Duration {
    let full = u64::from(header.width) * u64::from(header.height);
    let shrunk = full / u64::from(plan.scale * plan.scale);
    let Rate { pixel, byte } = rate(header.format);
    // A JPEG is shrunk before most of its work, the sensor's data of a raw file half of the way; others are shrunk behind it.
    let decoded = match header.format {
        Format::Jpeg | Format::Raw => shrunk,
        _ => full,
    };
    let passes = full
        .saturating_mul(u64_of(header.channels.count()))
        .saturating_mul(u64::from(header.scans))
        .saturating_mul(SCANNING);
    let nanoseconds = decoded
        .saturating_mul(pixel)
        .saturating_add(shrunk.saturating_mul(RESIZING))
        .saturating_add(header.file_bytes.saturating_mul(byte))
        .saturating_add(passes)
        .saturating_add(u64::from(header.pieces).saturating_mul(PIECE));
    Duration::from_nanos(nanoseconds)
}

#[cfg(test)]
mod tests {
    use super::super::limits::Limits;
    use super::super::options::PictureOptions;
    use super::super::raster::{Channels, Size};
    use super::*;

    fn header(format: Format, width: u32, height: u32, bytes: u64) -> Header {
        Header {
            file_bytes: bytes,
            ..Header::new(format, Size { width, height }, Channels::Rgb, &[])
        }
    }

    fn seconds(header: &Header) -> f64 {
        of(header, &Plan::new(header, &PictureOptions::default())).as_secs_f64()
    }

    #[test]
    fn what_people_have_is_let_in() {
        let most = Limits::default().work.as_secs_f64();
        for (what, header, expected) in [
            ("a photo", header(Format::Jpeg, 6000, 4000, 12 << 20), 0.1..1.0),
            ("HIF of 33 MP", header(Format::Heic, 7008, 4672, 27 << 20), 3.0..10.0),
            (
                "HEIC of 200 MP",
                header(Format::Heic, 16_320, 12_240, 40 << 20),
                7.0..20.0,
            ),
            ("JXL of 100 MP", header(Format::Jxl, 11_648, 8736, 60 << 20), 5.0..15.0),
            ("a panorama", header(Format::Tiff, 40_000, 10_000, 1 << 30), 5.0..20.0),
        ] {
            let found = seconds(&header);
            assert!(expected.contains(&found) && found < most, "{what}: {found}");
        }
    }

    #[test]
    fn passes_and_pieces_count_however_few_bytes_they_are() {
        let plain = header(Format::Jpeg, 20_000, 20_000, 1 << 20);
        let progressive = |scans| Header {
            progressive: true,
            scans,
            ..plain
        };
        assert!(seconds(&progressive(10)) > 2.0 * seconds(&plain));
        assert!(seconds(&progressive(10)) < Limits::default().work.as_secs_f64());
        assert!(seconds(&progressive(500)) > 100.0);
        let tiles = Header {
            pieces: 16_000,
            ..header(Format::Heic, 4000, 4000, 1 << 20)
        };
        assert!(seconds(&tiles) > 3.0);
        let endless = header(Format::Heic, 100_000, 100_000, u64::MAX);
        assert!(seconds(&endless) > 1e9);
    }

    #[test]
    fn a_decoder_that_shrinks_early_has_less_to_do() {
        let large = header(Format::Jpeg, 16_000, 12_000, 0);
        assert!(seconds(&large) * 4.0 < seconds(&header(Format::Png, 16_000, 12_000, 0)));
    }
}
