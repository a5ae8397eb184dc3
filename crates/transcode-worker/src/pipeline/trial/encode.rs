//! An encoder is tried.

use std::iter;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use gstreamer::prelude::*;
use gstreamer::{Element, Format, PadProbeReturn, PadProbeType, Pipeline};
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
const WAITING_FRAMES: usize = 4;

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
    let encoder = make(element)?;
    for (_, name, value) in QUICK.iter().filter(|(quick, ..)| *quick == element) {
        set(&encoder, name, value);
    }
    let sink = make("filesink")?;
    sink.set_property("location", sample.to_string_lossy().as_ref());
    let mut elements = vec![make("videoconvert")?, encoder];
    elements.extend(framing(codec)?);
    elements.extend([make("matroskamux")?, sink]);
    pass_through(&elements)
}

/// Hands the moving picture to the first of these elements, and waits for the end at the last one.
fn pass_through(elements: &[Element]) -> Result<Measured, Failure> {
    let source = AppSrc::builder().caps(&Pattern::caps()).format(Format::Time).build();
    let pipeline = Pipeline::new();
    let chained: Vec<Element> = iter::once(source.clone().upcast())
        .chain(elements.iter().cloned())
        .collect();
    chain(pipeline.upcast_ref(), &chained)?;
    let (waiting, taken) = sync_channel(WAITING_FRAMES);
    let taken = Arc::new(Mutex::new(Some(taken)));
    let stop = Arc::clone(&taken);
    let lock = |taken: &Mutex<_>, with: &dyn Fn(&mut Option<Receiver<()>>)| {
        with(&mut taken.lock().unwrap_or_else(PoisonError::into_inner));
    };
    pad(source.upcast_ref(), "src")?.add_probe(PadProbeType::BUFFER, move |_, _| {
        lock(&taken, &|taken| {
            let _ = taken.as_ref().map(Receiver::try_recv);
        });
        PadProbeReturn::Ok
    });
    let begun = Instant::now();
    // Without its other end, whoever waits for room is told so.
    let stop_feeding = move || lock(&stop, &|taken| *taken = None);
    let (frames, devices) = play(&pipeline, stop_feeding, || feed(&source, &waiting, begun))?;
    Ok(Measured {
        frames,
        seconds: begun.elapsed().as_secs_f64(),
        devices,
    })
}

/// Hands over frames until there are enough, or time is over, or nobody takes them.
fn feed(source: &AppSrc, waiting: &SyncSender<()>, begun: Instant) -> u32 {
    let mut pattern = Pattern::new();
    let mut frames = 0;
    while frames < MOST_FRAMES && (frames < FEWEST_FRAMES || begun.elapsed() < FEEDING) {
        if waiting.send(()).is_err() || source.push_buffer(pattern.next()).is_err() {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fails_while_frames_wait_for_it_ends_the_trial() {
        start().unwrap();
        let (slow, sink) = (make("identity").unwrap(), make("fakesink").unwrap());
        // It takes the first frame, and by the time it fails at the next one all room is taken.
        slow.set_property("sleep-time", 300_000_u32);
        slow.set_property("error-after", 1_i32);
        let error = pass_through(&[slow, sink]).unwrap_err();
        assert!(error.message.contains("Failed after"), "{}", error.message);
    }
}
