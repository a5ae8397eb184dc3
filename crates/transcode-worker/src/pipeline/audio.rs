//! What happens to the sound.

use gstreamer::prelude::*;
use gstreamer::{Caps, Element, ElementFactory, IntRange, Pad, PadDirection, Pipeline};
use safelight_core::settings::AudioCodec;

use super::element::{chain, filter, link, make, make_optional, pad, queue, set};
use super::order::{Failure, Fault};

/// Encoded bytes that may wait for the other stream.
const WAITING_BYTES: u32 = 64 << 20;

/// Samples of each channel that encoders add at the beginning, as their own documents tell or as it is measured. Opus tells it in its header.
const ADDED: [(&str, i64); 4] = [
    ("avenc_aac", 1_024),
    ("fdkaacenc", 2_048),
    ("voaacenc", 1_600),
    ("lamemp3enc", 1_105),
];

/// Bits per second of one channel, of two at least, and of all of them at most.
const PER_CHANNEL: i32 = 64_000;
const STEREO: i32 = 128_000;
const MOST: i32 = 384_000;

/// Takes a stream of these caps over as it is, into `sink`.
pub(super) fn copy(pipeline: &Pipeline, source: &Element, caps: Option<&Caps>, sink: &Pad) -> Result<(), Failure> {
    let steps = [source.clone(), make(parser_of(caps)?)?, queue(WAITING_BYTES, 0)?];
    finish(pipeline, &steps, sink)
}

/// Encodes decoded sound as `codec`, into `sink`; answers with how many samples the encoder adds at the beginning.
pub(super) fn encode(
    pipeline: &Pipeline,
    source: &Element,
    codec: AudioCodec,
    channels: u32,
    sink: &Pad,
) -> Result<i64, Failure> {
    let channels = i32::try_from(channels).unwrap_or(i32::MAX);
    let mut steps = vec![source.clone(), make("audioconvert")?, make("audioresample")?];
    let encoder = encoder(codec, channels)?;
    let late = encoder.iter().map(added_by).sum();
    steps.extend(encoder);
    steps.push(queue(WAITING_BYTES, 0)?);
    finish(pipeline, &steps, sink)?;
    Ok(late)
}

/// Samples that an encoder adds at the beginning without saying so.
fn added_by(encoder: &Element) -> i64 {
    let name = encoder.factory().map(|factory| factory.name().to_string());
    let known = ADDED.iter().find(|(known, _)| Some(*known) == name.as_deref());
    known.map_or(0, |(_, samples)| *samples)
}

fn finish(pipeline: &Pipeline, steps: &[Element], sink: &Pad) -> Result<(), Failure> {
    let [source, rest @ ..] = steps else { return Ok(()) };
    // The source is part of the pipeline already.
    chain(pipeline.upcast_ref(), rest)?;
    if let Some(first) = rest.first() {
        link(&pad(source, "src")?, &pad(first, "sink")?)?;
    }
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

/// The parser of a stream that is taken over.
fn parser_of(caps: Option<&Caps>) -> Result<&'static str, Failure> {
    let structure = caps.and_then(|caps| caps.structure(0));
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
