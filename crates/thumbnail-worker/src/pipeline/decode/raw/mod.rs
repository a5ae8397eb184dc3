//! Cameras' raw files: the picture that the camera put into them where that is wanted and large enough, else the sensor's data,
//! developed by rawler.

mod ciff;
mod embedded;
mod half;
mod opcodes;
mod pages;

use std::panic;

use rawler::decoders::{Decoder, RawDecodeParams};
use rawler::imgop::develop::{ProcessingStep, RawDevelop};
use rawler::rawsource::RawSource;
use rawler::{RawImage, RawlerError};

use self::embedded::Embedded;
use super::{Decoded, jpeg, tiff};
use crate::pipeline::error::PictureError;
use crate::pipeline::num::{u64_of, usize_of};
use crate::pipeline::orient::Orientation;
use crate::pipeline::probe::{Format, Header, Reading};
use crate::pipeline::raster::{Channels, Raster, Samples, Size};
use crate::pipeline::traits;

/// Bytes that developing takes for each pixel of the sensor: its samples, the same as floating point, three colours of each pixel
/// twice, and 16 bits of each. At half its size a pixel has a quarter of the colours.
const BYTES_PER_PIXEL: u64 = 40;
/// By this much less memory is needed at half the size.
pub(in crate::pipeline) const HALF_SAVES: u64 = 2;

/// What the picture is made of.
enum Source<'a> {
    /// It is no raw file at all, but a TIFF under such a name.
    Plain(Header),
    Embedded(Embedded<'a>),
    Sensor(Sensor),
}

/// What the picture is made of, and what is known of the photo itself.
struct Chosen<'a> {
    source: Source<'a>,
    orientation: Orientation,
    /// Pixels of the sensor that are shown, where they are known.
    sensor: Option<Size>,
}

/// What the sensor saw.
#[derive(Debug, Clone, Copy)]
struct Sensor {
    size: Size,
    orientation: Orientation,
    /// It can be developed at half its size.
    halves: bool,
}

pub(in crate::pipeline) fn header(bytes: &[u8], reading: &Reading) -> Result<Header, PictureError> {
    let Chosen {
        source,
        orientation,
        sensor: stored,
    } = choose(bytes, reading)?;
    Ok(match source {
        Source::Plain(header) => header,
        Source::Embedded(embedded) => Header {
            orientation: Some(orientation),
            stored,
            progressive: embedded.header.progressive,
            ..Header::new(Format::Raw, embedded.header.size(), embedded.header.channels, bytes)
        },
        Source::Sensor(sensor) => Header {
            orientation: Some(orientation),
            sixteen_bit: true,
            halves: sensor.halves,
            decoder_bytes: u64_of(sensor.size.pixels()) * BYTES_PER_PIXEL,
            ..Header::new(Format::Raw, sensor.size, Channels::Rgb, bytes)
        },
    })
}

/// Decodes what the head was chosen to tell of: the sensor's data have 16 bits, the picture of the camera has 8.
pub(super) fn decode(bytes: &[u8], header: &Header, scale: u32, lenient: bool) -> Result<Decoded, PictureError> {
    if header.sixteen_bit {
        return develop(bytes, header.size(), scale);
    }
    let embedded = embedded::largest(bytes)
        .ok_or_else(|| PictureError::internal("decoding RAW", "the picture of its head is not there"))?;
    let decoded = jpeg::decode(embedded.bytes, &embedded.header, scale, lenient)?;
    Ok(Decoded {
        told: Some(traits::colours_of_jpeg(embedded.bytes)),
        ..decoded
    })
}

/// The largest picture that a camera put into the file, up to the end of the file, and its head.
pub(in crate::pipeline) fn embedded_picture(bytes: &[u8]) -> Option<(&[u8], Header)> {
    embedded::largest(bytes).map(|embedded| (embedded.bytes, embedded.header))
}

/// See [`pages::end`].
pub(in crate::pipeline) fn pages_end(bytes: &[u8]) -> bool {
    pages::end(bytes)
}

/// The embedded picture where it is wanted and large enough, or where the sensor's data cannot be developed here.
///
/// rawler panics at what it has not learned yet. Where there is an embedded picture that is no reason to have none; rawler keeps
/// nothing from one file to the next that could be half done then.
fn choose<'a>(bytes: &'a [u8], reading: &Reading) -> Result<Chosen<'a>, PictureError> {
    let embedded = embedded::largest(bytes);
    let is_large = |embedded: &Embedded<'_>| {
        let shorter = embedded.header.width.min(embedded.header.height);
        reading.embedded.is_some_and(|wanted| shorter >= wanted)
    };
    let plain = tiff::plain_header(bytes, &reading.limits).filter(|_| Format::of(bytes) == Some(Format::Tiff));
    let sensor = if embedded.is_some() || plain.is_some() {
        panic::catch_unwind(|| sensor(bytes))
            .unwrap_or_else(|_said| Err(PictureError::corrupt("RAW", "rawler gave up")))
    } else {
        sensor(bytes)
    };
    let turned = |embedded: &Embedded<'_>| match &sensor {
        Ok(sensor) => sensor.orientation,
        Err(_) => traits::exif_orientation(bytes)
            .unwrap_or_else(|| traits::exif_orientation(embedded.bytes).unwrap_or_default()),
    };
    let is_smaller = |plain: &Header, embedded: &Embedded<'_>| plain.size().pixels() < embedded.header.size().pixels();
    if let Some(plain) =
        plain.filter(|plain| sensor.is_err() && !embedded.as_ref().is_some_and(|embedded| is_smaller(plain, embedded)))
    {
        return Ok(Chosen {
            source: Source::Plain(plain),
            orientation: plain.orientation.unwrap_or_default(),
            sensor: None,
        });
    }
    let (source, orientation) = match (embedded, &sensor) {
        (Some(embedded), _) if is_large(&embedded) => {
            let orientation = turned(&embedded);
            (Source::Embedded(embedded), orientation)
        }
        (Some(embedded), Ok(sensor))
            if u64_of(sensor.size.pixels()).saturating_mul(BYTES_PER_PIXEL) > reading.limits.memory =>
        {
            (Source::Embedded(embedded), sensor.orientation)
        }
        (_, Ok(sensor)) => (Source::Sensor(*sensor), sensor.orientation),
        (Some(embedded), Err(_)) => {
            let orientation = turned(&embedded);
            (Source::Embedded(embedded), orientation)
        }
        (None, Err(error)) => return Err(error.clone()),
    };
    Ok(Chosen {
        source,
        orientation,
        sensor: sensor.ok().map(|sensor| sensor.size),
    })
}

/// What the sensor saw, without decoding it.
fn sensor(bytes: &[u8]) -> Result<Sensor, PictureError> {
    if !pages::end(bytes) {
        return Err(PictureError::corrupt("RAW", "its pages do not end, or not within it"));
    }
    let source = RawSource::new_from_slice(bytes);
    let decoder = open(&source)?;
    let params = RawDecodeParams::default();
    let image = decoder
        .raw_image(&source, &params, true)
        .map_err(|error| refused(&error))?;
    if ciff::is_stub(bytes, image.width * image.height) {
        return Err(PictureError::Truncated("RAW"));
    }
    let exif = decoder
        .raw_metadata(&source, &params)
        .ok()
        .and_then(|metadata| metadata.exif.orientation);
    let orientation = exif.unwrap_or_else(|| image.orientation.to_u16());
    Ok(Sensor {
        size: shown(&image)?,
        orientation: Orientation::from_exif(u32::from(orientation)).unwrap_or_default(),
        halves: half::is_possible(&image),
    })
}

fn open(source: &RawSource) -> Result<Box<dyn Decoder>, PictureError> {
    rawler::get_decoder(source).map_err(|error| refused(&error))
}

/// The part of the sensor that is shown.
fn shown(image: &RawImage) -> Result<Size, PictureError> {
    let area = image.crop_area.or(image.active_area);
    let (width, height) = area.map_or((image.width, image.height), |area| (area.d.w, area.d.h));
    let side = |length: usize| u32::try_from(length).ok().filter(|length| *length > 0);
    match (side(width), side(height)) {
        (Some(width), Some(height)) => Ok(Size { width, height }),
        _ => Err(PictureError::corrupt("RAW", "it says that it has no pixels")),
    }
}

/// The steps for data that are scaled, cropped and in three colours.
const WITH_COLOURS: [ProcessingStep; 3] = [
    ProcessingStep::WhiteBalance,
    ProcessingStep::Calibrate,
    ProcessingStep::SRgb,
];

fn develop(bytes: &[u8], size: Size, scale: u32) -> Result<Decoded, PictureError> {
    let source = RawSource::new_from_slice(bytes);
    let decoder = open(&source)?;
    let mut image = decoder
        .raw_image(&source, &RawDecodeParams::default(), false)
        .map_err(|error| refused(&error))?;
    opcodes::apply(&*decoder, &mut image).map_err(|error| refused(&error))?;
    if let Some([red, green, blue]) = ciff::white_balance(bytes) {
        image.wb_coeffs = [red, green, blue, f32::NAN];
    }
    let (developed, size) = if scale > 1 && half::is_possible(&image) {
        let half = Size {
            width: size.width / 2,
            height: size.height / 2,
        };
        let halved = half::halved(image).map_err(|error| refused(&error))?;
        (RawDevelop::new_with(&WITH_COLOURS).develop_intermediate(&halved), half)
    } else {
        (RawDevelop::default().develop_intermediate(&image), size)
    };
    let developed = developed
        .map_err(|error| refused(&error))?
        .to_dynamic_image()
        .ok_or_else(|| PictureError::corrupt("RAW", "no picture came out"))?
        .into_rgb16();
    if (developed.width(), developed.height()) != (size.width, size.height) {
        return Err(PictureError::corrupt(
            "RAW",
            format!(
                "it has {} x {} pixels and says {} x {}",
                developed.width(),
                developed.height(),
                size.width,
                size.height
            ),
        ));
    }
    debug_assert_eq!(
        developed.as_raw().len(),
        usize_of(size.width) * usize_of(size.height) * 3
    );
    Ok(Decoded::whole(Raster {
        size,
        channels: Channels::Rgb,
        samples: Samples::U16(developed.into_raw()),
    }))
}

fn refused(error: &RawlerError) -> PictureError {
    match error {
        RawlerError::Unsupported { what, model, make, .. } => {
            PictureError::Unsupported(format!("a raw file of {make} {model} ({what})"))
        }
        // What std says of a reader that ends early.
        RawlerError::DecoderFailed(detail) if detail.contains("failed to fill whole buffer") => {
            PictureError::Truncated("RAW")
        }
        RawlerError::DecoderFailed(detail) => PictureError::corrupt("RAW", detail),
    }
}
