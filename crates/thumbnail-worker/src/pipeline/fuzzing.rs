//! The parsers of this pipeline, fed with anything. Formats that libraries read in a process of its own are left out but for TIFF:
//! they are not ours, and run where they may crash.

use std::time::Duration;

use super::cicp::Told;
use super::container::{heif, jpeg, riff};
use super::decode::{self, Wanted};
use super::error::PictureError;
use super::limits::Limits;
use super::options::{Colourspace, Output, PictureOptions};
use super::probe::{self, Format, Header, Reading};
use super::raster::{Channels, Raster, Size};
use super::traits::{self, Traits};
use super::{Prepared, admit, colour, prepare, shrink, strip};

/// Small, so that many pictures are read in little time and memory.
pub(crate) const LIMITS: Limits = Limits {
    file: 1 << 20,
    side: 2_000,
    pixels: 1 << 16,
    memory: 8 << 20,
    work: Duration::from_secs(1),
};

fn options() -> PictureOptions {
    let defaults = PictureOptions::default();
    PictureOptions {
        preview: Output {
            size: Some(24),
            ..defaults.preview
        },
        thumbnail: Output {
            size: Some(16),
            ..defaults.thumbnail
        },
        panorama: true,
        ..defaults
    }
}

/// What is read in this process when nothing is isolated, and by code that promises not to crash.
fn is_ours(bytes: &[u8]) -> bool {
    let format = Format::of(bytes);
    let elsewhere = |format| {
        matches!(
            format,
            Format::Jxl | Format::Heic | Format::Avif | Format::Jp2 | Format::Svg | Format::Raw
        )
    };
    format.is_some_and(|format| !elsewhere(format))
}

/// What the bytes are, and their head: a picture that is let in is within all limits.
pub(crate) fn head(bytes: &[u8]) {
    for name in ["a.jpg", "a.dng", "a"] {
        let _ = probe::format(bytes, name);
    }
    if is_ours(bytes)
        && let Ok(prepared) = prepare(bytes, "a", &options(), &LIMITS)
    {
        within_limits(&prepared);
    }
}

fn within_limits<B: AsRef<[u8]>>(prepared: &Prepared<B>) {
    let Size { width, height } = prepared.header().size();
    assert!(width > 0 && height > 0 && width.max(height) <= LIMITS.side);
    assert!(u64::from(width) * u64::from(height) <= LIMITS.pixels);
    assert!(prepared.memory() <= LIMITS.memory);
    assert!(matches!(prepared.scale(), 1 | 2 | 4 | 8));
    assert!(prepared.base().width <= width && prepared.base().height <= height);
}

/// What another process says of a head is held to the same limits.
pub(crate) fn admitted(header: Header) {
    let options = options();
    let reading = Reading::new("a", &options, &LIMITS);
    if let Ok(prepared) = admit([0_u8].as_slice(), header, &options, reading) {
        within_limits(&prepared);
    }
}

/// Head, decoding, all steps and both files: a whole picture or a reason, as it is and leniently.
pub(crate) fn picture(bytes: &[u8]) {
    if !is_ours(bytes) {
        return;
    }
    for process_invalid in [false, true] {
        let options = PictureOptions {
            process_invalid,
            ..options()
        };
        if let Ok(prepared) = prepare(bytes, "a", &options, &LIMITS) {
            decoded(bytes, &prepared);
            let rendered = prepared.render(&options, &|| false);
            assert!(!matches!(rendered, Err(PictureError::Internal { .. })), "{rendered:?}");
        }
    }
}

fn decoded(bytes: &[u8], prepared: &Prepared<&[u8]>) {
    let wanted = Wanted {
        scale: prepared.scale(),
        base: prepared.base(),
        reading: &prepared.reading,
    };
    match decode::decode(bytes, prepared.header(), &wanted) {
        Ok(decoded) => {
            assert!(decoded.raster.is_complete(), "samples are missing");
            let shrunk = shrink(decoded, prepared.base()).map(|decoded| decoded.raster);
            assert!(shrunk.is_ok_and(|raster| raster.is_complete() && raster.size == prepared.base()));
        }
        Err(PictureError::Internal { step, detail }) => assert!(detail.is_empty(), "{step}: {detail}"),
        Err(_) => {}
    }
}

/// Our own reader of PSD, whatever comes after the signature.
pub(crate) fn psd(bytes: &[u8]) {
    beginning_with(b"8BPS", bytes);
}

/// TIFF with the page of indices that is shown as grey.
pub(crate) fn tiff(bytes: &[u8]) {
    if Format::of(bytes) == Some(Format::Tiff) {
        picture(bytes);
    } else {
        beginning_with(b"II*\0", bytes);
    }
}

fn beginning_with(signature: &[u8], bytes: &[u8]) {
    let rest = bytes.get(signature.len()..).unwrap_or_default();
    picture(&[signature, rest].concat());
}

/// Segments, frame, profile and packet of a JPEG.
pub(crate) fn jpeg(bytes: &[u8]) {
    let all: usize = jpeg::segments(bytes).map(|segment| segment.data.len() + 2).sum();
    assert!(all <= bytes.len());
    let _ = (jpeg::frame(bytes), jpeg::is_adobe(bytes), probe::jpeg_header(bytes));
    assert!(jpeg::icc_profile(bytes).is_none_or(|icc| icc.len() <= bytes.len()));
    assert!(jpeg::xmp(bytes).is_none_or(|xmp| xmp.len() <= bytes.len()));
}

/// What tells of gain maps: parameters in their binary form, in XMP and in boxes, and where the second picture of a JPEG is.
pub(crate) fn gain(bytes: &[u8]) {
    super::gain::fuzzed(bytes);
}

/// Chunks of a WebP; what is built of them is read back.
pub(crate) fn riff(bytes: &[u8]) {
    let chunks: Vec<riff::Chunk<'_>> = riff::chunks(bytes).collect();
    if let Some(built) = riff::build(&chunks) {
        assert!(riff::is_webp(&built) && !riff::is_truncated(&built));
        assert!(riff::chunks(&built).eq(chunks));
    }
    let _ = (riff::is_truncated(bytes), riff::chunk(bytes, *b"ICCP"));
}

/// Orientation, colours and panorama, as each container has them.
pub(crate) fn metadata(bytes: &[u8]) {
    let size = Size { width: 8, height: 6 };
    for format in [Format::Jpeg, Format::Webp, Format::Png] {
        let header = Header {
            orientation: None,
            ..Header::new(format, size, Channels::Rgb, bytes)
        };
        let traits = traits::read(bytes, &header);
        let target = colour::target(&traits, Colourspace::P3);
        let _ = strip::carry(&traits, target, true);
    }
    let _ = (traits::exif_orientation(bytes), traits::colours_of_jpeg(bytes));
    let _ = heif::orientation(bytes);
}

/// A colour profile, and pixels of each kind converted by it.
pub(crate) fn profile(bytes: &[u8]) {
    let size = Size { width: 4, height: 2 };
    let told = Told {
        icc: Some(bytes.to_vec()),
        cicp: None,
    };
    for channels in [
        Channels::Grey,
        Channels::GreyAlpha,
        Channels::Rgb,
        Channels::Rgba,
        Channels::Cmyk,
    ] {
        let mut traits = Traits::default();
        traits.told(&told);
        let samples = (0_u8..=255).step_by(7).take(size.pixels() * channels.count()).collect();
        let raster = Raster::of_bytes(size, channels, samples);
        let target = colour::target(&traits, Colourspace::P3);
        if let Ok(converted) = colour::convert(raster, &traits, target) {
            assert!(converted.is_complete() && converted.size == size);
        }
    }
}

/// The panorama of an XMP packet: what is written is short, and has the same panorama.
pub(crate) fn panorama(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Some(packet) = strip::panorama(&text) {
        assert!(packet.len() < 1 << 20);
        assert!(strip::panorama(&packet).is_some());
    }
}

/// The picture in a raw file is within the file, and has pixels; whether its pages end is found out soon.
pub(crate) fn embedded(bytes: &[u8]) {
    let _ = decode::pages_end(bytes);
    if let Some((file, header)) = decode::embedded_picture(bytes) {
        assert!(bytes.ends_with(file) && header.width > 0 && header.height > 0);
        assert!(header.file_bytes <= bytes.len().try_into().unwrap_or(u64::MAX));
    }
}
