//! One video made into another, by `GStreamer`, in a child process: whatever a decoder or a driver does, it ends with it.
//!
//! A pipeline is put together from small parts, in their order: [`source`] takes the file apart, [`decode`] decodes a stream,
//! [`video`] and [`audio`] say what happens to it, [`encoder`] makes it small again, and [`muxer`] puts all into one MP4. [`watch`]
//! runs it and says how far it is.

mod audio;
mod decode;
mod element;
mod encoder;
mod failure;
mod matrix;
mod meter;
mod muxer;
pub mod order;
mod source;
mod tone;
pub mod trial;
mod video;
mod watch;

use std::fs::File;
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};

use gstreamer::prelude::*;
use gstreamer::{Pad, Pipeline};
use safelight_video::Refusal;

pub use self::encoder::{encoders, is_used};

use self::element::{make, pad};
use self::encoder::Pass;
use self::meter::Meter;
use self::muxer::{Muxer, Track};
use self::order::{Failure, Fault, Order, Report};
use self::source::Chosen;
use crate::recipe::{AudioStep, Hardware, Rate, Recipe, VideoStep};

/// Does what is ordered; `tell` is called with every line for the parent but the last.
///
/// # Errors
/// Why there is no result.
pub fn run(order: &Order, tell: &mut dyn FnMut(&Report)) -> Result<(), Failure> {
    start()?;
    safelight_video::holds_film(&order.input).map_err(|refusal| Failure::new(fault(&refusal), refusal.to_string()))?;
    match &order.recipe.video {
        VideoStep::Encode(video) => decode::rank_decoders(&video.hardware, &order.set_aside),
        VideoStep::Copy { .. } => decode::rank_decoders(&Hardware::none(), &order.set_aside),
    }
    let passes = passes(order);
    let count = u32::try_from(passes.len()).unwrap_or(1);
    for (done, pass) in (0..).zip(passes) {
        one_pass(order, pass, &mut watch::Told { done, count, tell })?;
    }
    keep_turn(order)
}

fn start() -> Result<(), Failure> {
    gstreamer::init().map_err(|error| Failure::new(Fault::Missing, format!("GStreamer cannot be started: {error}")))?;
    safelight_video::keep_allowed();
    Ok(())
}

/// Whose fault it is that a file is refused at first sight.
const fn fault(refusal: &Refusal) -> Fault {
    if refusal.is_permanent() {
        Fault::File
    } else {
        Fault::Original
    }
}

fn passes(order: &Order) -> Vec<Pass> {
    match (&order.recipe.video, &order.scratch) {
        (VideoStep::Encode(video), Some(scratch)) if matches!(video.rate, Rate::TwoPass { .. }) => {
            let notes = scratch.join("first-pass");
            vec![Pass::First(notes.clone()), Pass::Second(notes)]
        }
        _ => vec![Pass::Only],
    }
}

fn one_pass(order: &Order, pass: Pass, told: &mut watch::Told<'_>) -> Result<(), Failure> {
    let pipeline = Pipeline::new();
    let meter = Meter::default();
    let (failed, failures) = channel();
    let target = if pass.only_takes_notes() {
        None
    } else {
        Some(Muxer::add_to(&pipeline, &order.output, &order.samples, &meter)?)
    };
    let streams = Streams {
        pipeline: pipeline.clone(),
        recipe: order.recipe.clone(),
        set_aside: order.set_aside.clone(),
        pass,
        target,
        meter: meter.clone(),
        failed: failed.clone(),
    };
    source::add_to(
        &pipeline,
        &order.input,
        move |chosen| streams.connect(&chosen),
        move |failure| drop(failed.send(failure)),
    )?;
    watch::to_the_end(&pipeline, &meter, &failures, order.duration_ms, told)
}

/// What waits until the streams of the original are known.
struct Streams {
    pipeline: Pipeline,
    recipe: Recipe,
    set_aside: Vec<String>,
    pass: Pass,
    /// Nothing in a pass that only takes notes.
    target: Option<Muxer>,
    meter: Meter,
    failed: Sender<Failure>,
}

impl Streams {
    fn connect(self, chosen: &Chosen) -> Result<(), Failure> {
        let Some(video) = &chosen.video else {
            return Err(source::no_video());
        };
        // The tracks first: the muxer must know of both before the first frame comes.
        let video_sink = self.sink(Track::Video)?;
        let wanted = chosen.audio.as_ref().filter(|_| self.target.is_some());
        let audio = match (wanted, self.recipe.audio) {
            (None, _) | (_, AudioStep::None) => None,
            (Some(source), step) => Some((source, step, self.sink(Track::Audio)?)),
        };
        self.meter.watch_reading(video);
        self.meter.watch_making(&video_sink);
        match &self.recipe.video {
            VideoStep::Copy { .. } => video::copy(&self.pipeline, video, &video_sink)?,
            VideoStep::Encode(recipe) => {
                let encoder = encoder::encoder(recipe, &self.pass, &self.set_aside)?;
                video::encode(
                    &self.pipeline,
                    video,
                    recipe,
                    encoder,
                    &self.pass,
                    &video_sink,
                    self.alarm(),
                )?;
            }
        }
        if let Some((source, step, sink)) = audio {
            self.meter.watch_reading(source);
            match step {
                AudioStep::Encode(codec) => audio::encode(&self.pipeline, source, codec, &sink, self.alarm())?,
                AudioStep::Copy | AudioStep::None => audio::copy(&self.pipeline, source, &sink)?,
            }
        }
        Ok(())
    }

    /// Where a stream ends.
    fn sink(&self, track: Track) -> Result<Pad, Failure> {
        if let Some(muxer) = &self.target {
            return muxer.track(track);
        }
        let sink = make("fakesink")?;
        sink.set_property("sync", false);
        // Nobody waits for its first frame: the encoder takes many before it gives one, and sound comes between them.
        sink.set_property("async", false);
        element::chain(self.pipeline.upcast_ref(), std::slice::from_ref(&sink))?;
        element::start(std::slice::from_ref(&sink))?;
        pad(&sink, "sink")
    }

    fn alarm(&self) -> impl Fn(Failure) + Send + Sync + 'static {
        let failed = Arc::new(self.failed.clone());
        move |failure| drop(failed.send(failure))
    }
}

/// A stream that was taken over is turned by whoever shows it.
fn keep_turn(order: &Order) -> Result<(), Failure> {
    let VideoStep::Copy { turn } = order.recipe.video else {
        return Ok(());
    };
    if turn.is_none() {
        return Ok(());
    }
    let written = File::options()
        .read(true)
        .write(true)
        .open(&order.output)
        .and_then(|file| matrix::write(&file, turn));
    written.map_err(|error| Failure::new(Fault::Store, format!("the turn cannot be written: {error}")))
}
