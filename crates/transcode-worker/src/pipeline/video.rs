//! What happens to the pictures: a list of small steps from the decoder to the muxer.

use gstreamer::caps::{Builder, NoFeature};
use gstreamer::prelude::*;
use gstreamer::{Caps, Element, Fraction, List, Pad, Pipeline};
use safelight_video::{Codec, HdrTransfer, ToneMap};

use super::element::{chain, filter, link, make, pad, queue, set};
use super::encoder::{self, Encoder, Pass};
use super::order::{Failure, Fault};
use super::tone;
use crate::recipe::{Turn, VideoRecipe};

/// Raw frames between two threads: enough for both to work, few enough for 8K.
const RAW_FRAMES: u32 = 8;

/// The shorter side, in pixels, above which a film is of high definition.
const STANDARD: u32 = 576;

/// Encoded bytes that may wait for the other stream.
const WAITING_BYTES: u32 = 64 << 20;

/// The steps from decoded pictures to `sink`, linked to each other and to it; pictures of red, green and blue get the colours that are
/// usual for the size of the result.
pub(super) fn encode(
    pipeline: &Pipeline,
    recipe: &VideoRecipe,
    encoder: Encoder,
    pass: &Pass,
    is_rgb: bool,
    sink: &Pad,
) -> Result<Vec<Element>, Failure> {
    let mut steps = weave(recipe.is_interlaced)?;
    steps.extend(scale(recipe, encoder.formats, is_rgb)?);
    steps.extend(turn(recipe.turn)?);
    steps.push(queue(0, RAW_FRAMES)?);
    steps.push(encoder.element);
    if !pass.only_takes_notes() {
        steps.extend(encoder::framing(recipe.codec)?);
    }
    steps.push(queue(WAITING_BYTES, 0)?);
    finish(pipeline, &steps, sink)?;
    Ok(steps)
}

/// Leads what comes from `source` into the first of the steps.
pub(super) fn begin(source: &Element, steps: &[Element]) -> Result<(), Failure> {
    let first = steps.first().map(|first| pad(first, "sink")).transpose()?;
    first.map_or(Ok(()), |first| link(&pad(source, "src")?, &first))
}

/// Takes a stream of these caps over as it is, into `sink`.
pub(super) fn copy(pipeline: &Pipeline, source: &Element, caps: &Caps, sink: &Pad) -> Result<(), Failure> {
    let codec = codec_of(caps)?;
    let mut steps = encoder::framing(codec)?;
    steps.push(queue(WAITING_BYTES, 0)?);
    finish(pipeline, &steps, sink)?;
    begin(source, &steps)
}

/// Links the last step to the pad that takes the stream.
fn finish(pipeline: &Pipeline, steps: &[Element], sink: &Pad) -> Result<(), Failure> {
    chain(pipeline.upcast_ref(), steps)?;
    let last = steps.last().map(|last| pad(last, "src")).transpose()?;
    last.map_or(Ok(()), |last| link(&last, sink))
}

/// Fields become frames, one of two fields each, so that the rate of frames stays.
fn weave(is_interlaced: bool) -> Result<Vec<Element>, Failure> {
    if !is_interlaced {
        return Ok(Vec::new());
    }
    let deinterlace = make("deinterlace")?;
    set(&deinterlace, "fields", "top");
    Ok(vec![make("videoconvert")?, deinterlace])
}

/// Size and pixels, and from HDR to SDR. Frames are scaled before anything else is done to them: most become smaller.
fn scale(recipe: &VideoRecipe, formats: &[&str], is_rgb: bool) -> Result<Vec<Element>, Failure> {
    let convert = make("videoconvertscale")?;
    set(&convert, "method", "catrom");
    let threads = recipe
        .threads
        .or_else(|| std::thread::available_parallelism().ok()?.get().try_into().ok());
    set(&convert, "n-threads", threads.unwrap_or(1));
    let Some(step) = &recipe.tone_map else {
        let caps = raw(recipe, formats)?;
        let caps = if is_rgb {
            caps.field("colorimetry", usual_colours(recipe.size))
                .field("chroma-site", "mpeg2")
        } else {
            caps
        };
        return Ok(vec![convert, filter(&caps.build())?]);
    };
    let transfer = HdrTransfer::of_word(&step.transfer)
        .ok_or_else(|| Failure::new(Fault::File, format!("{} is no HDR", step.transfer)))?;
    Ok(vec![
        convert,
        filter(&raw(recipe, &[tone::HDR])?.build())?,
        tone::element(ToneMap::new(transfer, step.curve)),
        make("videoconvert")?,
        filter(
            &raw(recipe, formats)?
                .field("colorimetry", "bt709")
                .field("chroma-site", "mpeg2")
                .build(),
        )?,
    ])
}

/// What players take for granted of a film of this size that says nothing, however it is turned.
fn usual_colours((width, height): (u32, u32)) -> &'static str {
    if width.min(height) > STANDARD { "bt709" } else { "bt601" }
}

fn raw(recipe: &VideoRecipe, formats: &[&str]) -> Result<Builder<NoFeature>, Failure> {
    let (width, height) = recipe.size;
    let side = |length: u32| {
        i32::try_from(length).map_err(|_| Failure::new(Fault::File, format!("{length} pixels are too many")))
    };
    Ok(Caps::builder("video/x-raw")
        .field("format", List::new(formats.iter().copied()))
        .field("width", side(width)?)
        .field("height", side(height)?)
        .field("pixel-aspect-ratio", Fraction::new(1, 1)))
}

/// Turns the pictures for good: the result carries no word of it.
fn turn(turn: Turn) -> Result<Option<Element>, Failure> {
    let direction = match (turn.is_mirrored, turn.degrees) {
        (false, 90) => "90r",
        (false, 180) => "180",
        (false, 270) => "90l",
        (true, 0) => "horiz",
        (true, 90) => "ur-ll",
        (true, 180) => "vert",
        (true, 270) => "ul-lr",
        _ => return Ok(None),
    };
    let flip = make("videoflip")?;
    if set(&flip, "video-direction", direction) {
        Ok(Some(flip))
    } else {
        Err(Failure::new(
            Fault::Element,
            format!("videoflip does not know {direction}"),
        ))
    }
}

/// The codec of a stream that is taken over.
fn codec_of(caps: &Caps) -> Result<Codec, Failure> {
    let name = caps.structure(0).map(|structure| structure.name().to_string());
    match name.as_deref() {
        Some("video/x-h264") => Ok(Codec::H264),
        Some("video/x-h265") => Ok(Codec::Hevc),
        Some("video/x-vp9") => Ok(Codec::Vp9),
        Some("video/x-av1") => Ok(Codec::Av1),
        other => Err(Failure::new(
            Fault::File,
            format!(
                "{} cannot be taken over into an MP4",
                other.unwrap_or("a stream of unknown kind")
            ),
        )),
    }
}
