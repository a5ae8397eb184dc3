//! An encoder is tried.

use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use gstreamer::prelude::*;
use gstreamer::{Format, Pipeline};
use gstreamer_app::AppSrc;
use safelight_video::Codec;

use super::Measured;
use super::pattern::Pattern;
use super::play::{count, link_later, play};
use crate::pipeline::element::{chain, make, pad, set};
use crate::pipeline::encoder::framing;
use crate::pipeline::order::{Failure, Fault};
use crate::pipeline::{decode, start};
use crate::recipe::Hardware;

/// The most frames that are tried: three seconds of video.
const MOST_FRAMES: u32 = 90;
/// How long frames are handed to an encoder; a slow one has fewer to do.
const FEEDING: Duration = Duration::from_secs(3);
/// The fewest frames, however slow it is: some encoders keep several back to look ahead.
const FEWEST_FRAMES: u32 = 8;
/// Raw frames that may wait for the encoder.
const WAITING_FRAMES: u64 = 4;

/// The quickest that each software encoder has to offer: whether it works is asked, not how well.
const QUICK: [(&str, &str, &str); 8] = [
    ("x264enc", "speed-preset", "ultrafast"),
    ("x265enc", "speed-preset", "ultrafast"),
    ("vp9enc", "deadline", "1"),
    ("vp9enc", "cpu-used", "5"),
    ("vp9enc", "row-mt", "true"),
    ("av1enc", "cpu-used", "6"),
    ("av1enc", "row-mt", "true"),
    ("svtav1enc", "preset", "10"),
];

/// Encodes a moving picture into a Matroska file, and sees that a decoder finds all of its frames there.
///
/// # Errors
/// The element is not there, or failed, or made something else.
pub fn try_encoder(element: &str, codec: Codec, sample: &Path) -> Result<Measured, Failure> {
    start()?;
    decode::rank_decoders(&Hardware::none(), &[]);
    let measured = encode(element, codec, sample)?;
    let seen = decoded_frames(sample)?;
    if seen < measured.frames {
        let message = format!("of {} frames that it encoded, {seen} can be decoded", measured.frames);
        return Err(Failure::new(Fault::Element, message));
    }
    Ok(measured)
}

fn encode(element: &str, codec: Codec, sample: &Path) -> Result<Measured, Failure> {
    let source = AppSrc::builder().caps(&Pattern::caps()).format(Format::Time).build();
    source.set_block(true);
    source.set_max_buffers(WAITING_FRAMES);
    source.set_max_bytes(0);
    let encoder = make(element)?;
    for (_, name, value) in QUICK.iter().filter(|(quick, ..)| *quick == element) {
        set(&encoder, name, value);
    }
    let sink = make("filesink")?;
    sink.set_property("location", sample.to_string_lossy().as_ref());
    let mut elements = vec![source.clone().upcast(), make("videoconvert")?, encoder];
    elements.extend(framing(codec)?);
    elements.extend([make("matroskamux")?, sink]);
    let pipeline = Pipeline::new();
    chain(pipeline.upcast_ref(), &elements)?;
    let begun = Instant::now();
    let failed = source.clone();
    let frames = play(&pipeline, move || failed.set_block(false), || feed(&source, begun))?;
    Ok(Measured {
        frames,
        seconds: begun.elapsed().as_secs_f64(),
    })
}

/// Hands over frames until there are enough, or time is over, or nobody takes them.
fn feed(source: &AppSrc, begun: Instant) -> u32 {
    let mut pattern = Pattern::new();
    let mut frames = 0;
    while frames < MOST_FRAMES && (frames < FEWEST_FRAMES || begun.elapsed() < FEEDING) {
        if source.push_buffer(pattern.next()).is_err() {
            break;
        }
        frames += 1;
    }
    // Refused where the pipeline has failed, which its bus tells.
    let _ = source.end_of_stream();
    frames
}

/// Frames that a software decoder finds in a file.
fn decoded_frames(sample: &Path) -> Result<u32, Failure> {
    let source = make("filesrc")?;
    source.set_property("location", sample.to_string_lossy().as_ref());
    let (decoder, sink) = (make("decodebin")?, make("fakesink")?);
    sink.set_property("sync", false);
    let pipeline = Pipeline::new();
    chain(pipeline.upcast_ref(), &[source, decoder.clone()])?;
    chain(pipeline.upcast_ref(), std::slice::from_ref(&sink))?;
    let counted = count(&sink)?;
    link_later(&decoder, pad(&sink, "sink")?);
    play(&pipeline, || (), || ())?;
    Ok(counted.load(Ordering::Relaxed))
}
