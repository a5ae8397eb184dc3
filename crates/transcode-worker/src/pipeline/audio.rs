//! What happens to the sound.

use gstreamer::prelude::*;
use gstreamer::{Caps, Element, ElementFactory, IntRange, Pad, PadDirection, Pipeline};
use safelight_core::settings::AudioCodec;

use super::decode;
use super::element::{chain, filter, link, make, make_optional, pad, queue, set, start};
use super::order::{Failure, Fault};

/// Encoded bytes that may wait for the other stream.
const WAITING_BYTES: u32 = 64 << 20;

/// Bits per second of one channel, of two at least, and of all of them at most.
const PER_CHANNEL: i32 = 64_000;
const STEREO: i32 = 128_000;
const MOST: i32 = 384_000;

/// Takes a stream over as it is, into `sink`.
pub(super) fn copy(pipeline: &Pipeline, source: &Pad, sink: &Pad) -> Result<(), Failure> {
    let steps = [make(parser_of(source)?)?, queue(WAITING_BYTES, 0)?];
    finish(pipeline, &steps, sink)?;
    start(&steps)?;
    let [first, _] = &steps;
    link(source, &pad(first, "sink")?)
}

/// Decodes a stream and encodes it as `codec`, into `sink`.
pub(super) fn encode(
    pipeline: &Pipeline,
    source: &Pad,
    codec: AudioCodec,
    sink: &Pad,
    failed: impl Fn(Failure) + Send + Sync + 'static,
) -> Result<(), Failure> {
    let channels = channels_of(source);
    let mut steps = vec![make("audioconvert")?, make("audioresample")?];
    steps.extend(encoder(codec, channels)?);
    steps.push(queue(WAITING_BYTES, 0)?);
    finish(pipeline, &steps, sink)?;
    decode::into(pipeline, source, steps, failed)
}

fn finish(pipeline: &Pipeline, steps: &[Element], sink: &Pad) -> Result<(), Failure> {
    chain(pipeline.upcast_ref(), steps)?;
    let last = steps.last().map(|last| pad(last, "src")).transpose()?;
    last.map_or(Ok(()), |last| link(&last, sink))
}

/// The encoder and the parser behind it.
fn encoder(codec: AudioCodec, channels: i32) -> Result<Vec<Element>, Failure> {
    match codec {
        AudioCodec::Aac => {
            let known = ["fdkaacenc", "avenc_aac", "voaacenc"];
            let found = known.iter().find_map(|name| make_optional(name));
            let encoder = found.map_or_else(|| make("avenc_aac"), Ok)?;
            set(&encoder, "bitrate", bits(channels));
            Ok(vec![encoder, make("aacparse")?])
        }
        AudioCodec::Mp3 => {
            let stereo = Caps::builder("audio/x-raw")
                .field("channels", IntRange::new(1, 2))
                .build();
            let encoder = make("lamemp3enc")?;
            set(&encoder, "target", "bitrate");
            set(&encoder, "bitrate", STEREO / 1_000);
            Ok(vec![filter(&stereo)?, encoder, make("mpegaudioparse")?])
        }
        AudioCodec::Opus => {
            let encoder = make("opusenc")?;
            set(&encoder, "bitrate", bits(channels));
            Ok(vec![encoder, make("opusparse")?])
        }
        AudioCodec::PcmS16le if muxer_takes_samples() => {
            let samples = Caps::builder("audio/x-raw").field("format", "S16LE").build();
            Ok(vec![filter(&samples)?])
        }
        AudioCodec::PcmS16le => Err(Failure::new(
            Fault::Missing,
            "the mp4mux of this GStreamer takes no pcm_s16le into an MP4: choose aac, mp3 or opus as the target",
        )),
    }
}

fn bits(channels: i32) -> i32 {
    channels.saturating_mul(PER_CHANNEL).clamp(STEREO, MOST)
}

/// Newer releases write plain samples; older ones do so only into a `QuickTime` file.
fn muxer_takes_samples() -> bool {
    let templates = ElementFactory::find("mp4mux").map(|factory| factory.static_pad_templates());
    templates.is_some_and(|templates| {
        let mut sinks = templates
            .iter()
            .filter(|template| template.direction() == PadDirection::Sink);
        sinks.any(|template| template.caps().iter().any(|caps| caps.name() == "audio/x-raw"))
    })
}

fn caps_of(source: &Pad) -> Caps {
    source.current_caps().unwrap_or_else(|| source.query_caps(None))
}

fn channels_of(source: &Pad) -> i32 {
    let caps = caps_of(source);
    caps.structure(0)
        .and_then(|structure| structure.get("channels").ok())
        .unwrap_or(2)
}

/// The parser of a stream that is taken over.
fn parser_of(source: &Pad) -> Result<&'static str, Failure> {
    let caps = caps_of(source);
    let structure = caps.structure(0);
    let name = structure.map_or("", |structure| structure.name().as_str());
    let version: i32 = structure
        .and_then(|structure| structure.get("mpegversion").ok())
        .unwrap_or(0);
    match (name, version) {
        ("audio/mpeg", 1) => Ok("mpegaudioparse"),
        ("audio/mpeg", _) => Ok("aacparse"),
        ("audio/x-opus", _) => Ok("opusparse"),
        _ => Err(Failure::new(
            Fault::File,
            format!("{name} cannot be taken over into an MP4"),
        )),
    }
}
