//! How `GStreamer` calls a stream that is taken over, or decoded by hardware.

use gstreamer::caps::{Builder, NoFeature};
use gstreamer::{Array, Buffer, Caps};

use crate::libav::StreamFacts;

/// The caps of a stream as it is coded; nothing for codecs that no part of ours takes in this way.
pub(super) fn caps(stream: &StreamFacts) -> Option<Caps> {
    let extra = &stream.extra;
    // The first byte of the records of H.264 and H.265; streams with start codes begin with zeros.
    let has_record = extra.first() == Some(&1);
    let caps = match stream.codec.as_deref()? {
        "h264" if has_record => data(pictures("video/x-h264", stream).field("stream-format", "avc"), extra),
        "h264" => pictures("video/x-h264", stream).field("stream-format", "byte-stream"),
        "hevc" if has_record => data(pictures("video/x-h265", stream).field("stream-format", "hvc1"), extra),
        "hevc" => pictures("video/x-h265", stream).field("stream-format", "byte-stream"),
        "vp8" => pictures("video/x-vp8", stream),
        "vp9" => pictures("video/x-vp9", stream),
        "av1" => {
            let caps = pictures("video/x-av1", stream).field("stream-format", "obu-stream");
            // The record begins with a marker and its version.
            let caps = if extra.first() == Some(&0x81) {
                data(caps, extra)
            } else {
                caps
            };
            return Some(caps.field("alignment", "tu").build());
        }
        "mpeg2video" => pictures("video/mpeg", stream)
            .field("mpegversion", 2)
            .field("systemstream", false),
        "mjpeg" => pictures("image/jpeg", stream),
        "aac" if extra.len() >= 2 => data(sound("audio/mpeg", stream), extra)
            .field("mpegversion", 4)
            .field("stream-format", "raw"),
        "aac" => sound("audio/mpeg", stream)
            .field("mpegversion", 4)
            .field("stream-format", "adts"),
        "mp3" => sound("audio/mpeg", stream).field("mpegversion", 1).field("layer", 3),
        "opus" => return opus(extra, stream),
        _ => return None,
    };
    let is_of_units = matches!(stream.codec.as_deref(), Some("h264" | "hevc"));
    Some(
        if is_of_units {
            caps.field("alignment", "au")
        } else {
            caps
        }
        .build(),
    )
}

fn number(value: u32) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}

fn pictures(media: &str, stream: &StreamFacts) -> Builder<NoFeature> {
    let caps = Caps::builder(media);
    let caps = match stream.size {
        Some((width, height)) => caps.field("width", number(width)).field("height", number(height)),
        None => caps,
    };
    match stream.rate.filter(|(n, d)| n / d.max(&1) <= 1_000) {
        Some((n, d)) => caps.field("framerate", gstreamer::Fraction::new(number(n), number(d))),
        None => caps,
    }
}

fn sound(media: &str, stream: &StreamFacts) -> Builder<NoFeature> {
    let caps = Caps::builder(media);
    match (stream.sample_rate, stream.channels) {
        (Some(rate), Some(channels)) => caps.field("rate", number(rate)).field("channels", number(channels)),
        _ => caps,
    }
}

fn data(caps: Builder<NoFeature>, extra: &[u8]) -> Builder<NoFeature> {
    caps.field("codec_data", Buffer::from_slice(extra.to_vec()))
}

/// Opus tells its channels in a header (RFC 7845, 5.1), which the muxer wants to see.
fn opus(extra: &[u8], stream: &StreamFacts) -> Option<Caps> {
    let head = extra.strip_prefix(b"OpusHead")?;
    let (&channels, &family) = (head.get(1)?, head.get(10)?);
    let caps = Caps::builder("audio/x-opus")
        .field("rate", number(stream.sample_rate.unwrap_or(48_000)))
        .field("channels", i32::from(channels))
        .field("channel-mapping-family", i32::from(family))
        .field("streamheader", Array::new([Buffer::from_slice(extra.to_vec())]));
    if family == 0 {
        return Some(caps.build());
    }
    let (&streams, &coupled) = (head.get(11)?, head.get(12)?);
    let mapping = head.get(13..13 + usize::from(channels))?;
    let caps = caps
        .field("stream-count", i32::from(streams))
        .field("coupled-count", i32::from(coupled))
        .field(
            "channel-mapping",
            Array::new(mapping.iter().map(|channel| i32::from(*channel))),
        );
    Some(caps.build())
}
