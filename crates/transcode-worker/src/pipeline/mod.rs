//! One video made into another, by `GStreamer`, in a child process: whatever a decoder or a driver does, it ends with it.
//!
//! A pipeline is put together from small parts, in their order: [`feed`] gives a stream of the file, decoded where that is wanted
//! ([`decode`] where hardware decodes it), [`video`] and [`audio`] say what happens to it, [`encoder`] makes it small again, and [`muxer`]
//! puts all into one MP4. [`watch`] runs it and says how far it is; [`index`] completes the result.

mod audio;
mod decode;
mod element;
mod encoder;
mod failure;
mod feed;
mod index;
mod meter;
mod muxer;
pub mod order;
mod span;
mod tone;
pub mod trial;
mod video;
mod watch;

use std::fs::File;
use std::sync::mpsc::{Sender, channel};

use gstreamer::prelude::*;
use gstreamer::{Pad, Pipeline};
use safelight_video::{Player, View};

pub use self::encoder::{encoders, is_used};

use self::element::{make, pad};
use self::encoder::Pass;
use self::meter::Meter;
use self::muxer::{Muxer, Track};
use self::order::{Failure, Fault, Order, Report};
use self::span::Span;
use crate::recipe::{AudioStep, Hardware, Rate, Turn, VideoRecipe, VideoStep};

/// Does what is ordered; `tell` is called with every line for the parent but the last.
///
/// # Errors
/// Why there is no result.
pub fn run(order: &Order, tell: &mut dyn FnMut(&Report)) -> Result<(), Failure> {
    start()?;
    match &order.recipe.video {
        VideoStep::Encode(video) => decode::rank_decoders(&video.hardware, &order.set_aside),
        VideoStep::Copy { .. } => decode::rank_decoders(&Hardware::none(), &order.set_aside),
    }
    let passes = passes(order);
    let count = u32::try_from(passes.len()).unwrap_or(1);
    let mut made = Made::default();
    for (done, pass) in (0..).zip(passes) {
        made = one_pass(
            order,
            &pass,
            &mut watch::Told {
                done,
                count,
                tell,
                beside: Vec::new(),
            },
        )?;
    }
    complete(order, &made)
}

fn start() -> Result<(), Failure> {
    gstreamer::init().map_err(|error| Failure::new(Fault::Missing, format!("GStreamer cannot be started: {error}")))?;
    safelight_video::keep_allowed();
    Ok(())
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

/// What the index of the result has to tell of what was made.
#[derive(Default)]
struct Made {
    /// What is shown and heard of the tracks, in their order.
    tracks: Vec<Option<span::Track>>,
    /// How the pictures lie around the viewer.
    view: View,
}

fn one_pass(order: &Order, pass: &Pass, told: &mut watch::Told<'_>) -> Result<Made, Failure> {
    let pipeline = Pipeline::new();
    let meter = Meter::default();
    let (failed, failures) = channel();
    let target = if pass.only_takes_notes() {
        None
    } else {
        Some(Muxer::add_to(&pipeline, &order.output, &order.samples, &meter)?)
    };
    let streams = Streams {
        pipeline: &pipeline,
        order,
        pass,
        target,
        meter: &meter,
        failed,
    };
    // The tracks first: the muxer must know of both before the first frame comes.
    let (video, audio) = (streams.sink(Track::Video)?, streams.sound()?);
    let (pictures, view) = streams.connect_pictures(&video, told)?;
    let sound = audio
        .map(|(player, sink)| streams.connect_sound(player, &sink, told))
        .transpose()?;
    watch::to_the_end(&pipeline, &meter, &failures, order.duration_ms, told)?;
    let mut tracks = vec![pictures.track(0)];
    tracks.extend(sound.map(|(span, late)| span.track(late)));
    Ok(Made { tracks, view })
}

/// What the streams of the original are led through.
struct Streams<'a> {
    pipeline: &'a Pipeline,
    order: &'a Order,
    pass: &'a Pass,
    /// Nothing in a pass that only takes notes.
    target: Option<Muxer>,
    meter: &'a Meter,
    failed: Sender<Failure>,
}

impl Streams<'_> {
    /// Answers with how the pictures lie around the viewer, too.
    fn connect_pictures(&self, sink: &Pad, told: &mut watch::Told<'_>) -> Result<(Span, View), Failure> {
        let span = Span::default();
        span.watch(sink);
        self.meter.watch_making(sink);
        let view = match &self.order.recipe.video {
            VideoStep::Copy { .. } => {
                let player = self.pictures(None)?;
                let view = player.view();
                let caps = player.coded_caps().ok_or_else(|| not_into_mp4(player.codec()))?;
                let noted = Some(span.clone());
                let source = feed::add_to(self.pipeline, player, Some(&caps), noted, self.failed.clone())?;
                self.meter.watch_reading(&pad(&source, "src")?);
                video::copy(self.pipeline, &source, &caps, sink)?;
                view
            }
            VideoStep::Encode(recipe) => self.encode_pictures(recipe, sink, told)?,
        };
        Ok((span, view))
    }

    fn encode_pictures(&self, recipe: &VideoRecipe, sink: &Pad, told: &mut watch::Told<'_>) -> Result<View, Failure> {
        let encoder = encoder::encoder(recipe, self.pass, &self.order.set_aside)?;
        let coded = if recipe.hardware.decode {
            Some(self.pictures(None)?)
        } else {
            None
        };
        let coded = coded.and_then(|player| player.coded_caps().map(|caps| (player, caps)));
        let is_coded = coded.is_some();
        let (player, caps) = match coded {
            Some((player, caps)) => (player, Some(caps)),
            None => (self.pictures(Some(recipe.threads.unwrap_or(0)))?, None),
        };
        let (is_rgb, view) = (player.is_rgb(), player.view());
        if !is_coded {
            told.beside.push(decoder_of(&player));
        }
        let source = feed::add_to(self.pipeline, player, caps.as_ref(), None, self.failed.clone())?;
        let source_pad = pad(&source, "src")?;
        self.meter.watch_reading(&source_pad);
        let steps = video::encode(self.pipeline, recipe, encoder, self.pass, is_rgb, sink)?;
        if is_coded {
            let failed = self.failed.clone();
            decode::into(self.pipeline, &source_pad, steps, move |failure| {
                drop(failed.send(failure));
            })?;
        } else {
            video::begin(&source, &steps)?;
        }
        Ok(view)
    }

    fn pictures(&self, threads: Option<u32>) -> Result<Player, Failure> {
        Player::pictures(&self.order.input, threads).map_err(|refusal| feed::failure(&refusal))
    }

    /// The stream that is heard, and where it ends; nothing where none is wanted or there is none.
    fn sound(&self) -> Result<Option<(Player, Pad)>, Failure> {
        let is_encoded = match self.order.recipe.audio {
            AudioStep::None => return Ok(None),
            AudioStep::Copy => false,
            AudioStep::Encode(_) => true,
        };
        if self.target.is_none() {
            return Ok(None);
        }
        let player = Player::sound(&self.order.input, is_encoded).map_err(|refusal| feed::failure(&refusal))?;
        player.map(|player| Ok((player, self.sink(Track::Audio)?))).transpose()
    }

    /// Answers with how many samples its encoder adds at the beginning, too.
    fn connect_sound(&self, player: Player, sink: &Pad, told: &mut watch::Told<'_>) -> Result<(Span, i64), Failure> {
        let span = Span::default();
        span.watch(sink);
        let caps = match self.order.recipe.audio {
            AudioStep::Encode(_) => None,
            AudioStep::Copy | AudioStep::None => Some(player.coded_caps().ok_or_else(|| not_into_mp4(player.codec()))?),
        };
        if caps.is_none() {
            told.beside.push(decoder_of(&player));
        }
        let channels = player.channels().unwrap_or(2);
        let source = feed::add_to(
            self.pipeline,
            player,
            caps.as_ref(),
            Some(span.clone()),
            self.failed.clone(),
        )?;
        self.meter.watch_reading(&pad(&source, "src")?);
        let late = match (self.order.recipe.audio, caps) {
            (AudioStep::Encode(codec), _) => audio::encode(self.pipeline, &source, codec, channels, sink)?,
            (_, caps) => audio::copy(self.pipeline, &source, caps.as_ref(), sink).map(|()| 0)?,
        };
        Ok((span, late))
    }

    /// Where a stream ends.
    fn sink(&self, track: Track) -> Result<Pad, Failure> {
        if let Some(muxer) = &self.target {
            return muxer.track(track);
        }
        let sink = make("fakesink")?;
        sink.set_property("sync", false);
        // Nobody waits for its first frame: the encoder takes many before it gives one.
        sink.set_property("async", false);
        element::chain(self.pipeline.upcast_ref(), std::slice::from_ref(&sink))?;
        pad(&sink, "sink")
    }
}

/// The name of what decodes a stream, for whoever wants to know what was at work.
fn decoder_of(player: &Player) -> String {
    format!("libav {}", player.codec())
}

fn not_into_mp4(codec: &str) -> Failure {
    Failure::new(Fault::Taking, format!("{codec} cannot be taken over into an MP4"))
}

/// Completes the result: when its tracks are shown, how one that was taken over is turned by whoever shows it, and how it lies around them.
fn complete(order: &Order, made: &Made) -> Result<(), Failure> {
    let turn = match order.recipe.video {
        VideoStep::Copy { turn } => turn,
        VideoStep::Encode(_) => Turn::default(),
    };
    if made.tracks.iter().all(Option::is_none) {
        return Err(Failure::new(Fault::File, "nothing of the film could be decoded"));
    }
    let written = File::options()
        .read(true)
        .write(true)
        .open(&order.output)
        .and_then(|file| index::write(&file, &made.tracks, turn, &made.view));
    written.map_err(|error| Failure::new(Fault::Store, format!("the index cannot be completed: {error}")))
}
