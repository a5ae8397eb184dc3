//! The elements that exist for a child.

use gstreamer::prelude::*;
use gstreamer::{ElementFactory, PluginFeature, Registry};

/// Elements that are allowed by their names: what holds a pipeline together, opens the file that was handed over, takes apart what one
/// file holds, and writes the result.
const ELEMENTS: [&str; 61] = [
    // Beginning and end.
    "filesrc",
    "appsrc",
    "appsink",
    "fakesink",
    "filesink",
    // Between.
    "bin",
    "pipeline",
    "capsfilter",
    "identity",
    "input-selector",
    "multiqueue",
    "queue",
    "queue2",
    "tee",
    "typefind",
    "streamiddemux",
    // What builds the rest from what the file says.
    "uridecodebin",
    "uridecodebin3",
    "urisourcebin",
    "decodebin",
    "decodebin3",
    "parsebin",
    // Containers that hold all they show.
    "asfdemux",
    "avidemux",
    "dvdemux",
    "flvdemux",
    "ivfparse",
    "matroskademux",
    "mpegpsdemux",
    "mxfdemux",
    "oggdemux",
    "qtdemux",
    "rmdemux",
    "tsdemux",
    "wavparse",
    "y4mdec",
    "avdemux_gif",
    "avdemux_gxf",
    "avdemux_nut",
    "avdemux_nuv",
    "avdemux_pva",
    // Streams with transparency in a second stream.
    "alphacombine",
    "codecalphademux",
    // Pixels and samples.
    "audioconvert",
    "audioresample",
    "deinterlace",
    "videoconvert",
    "videoconvertscale",
    "videoflip",
    "videorate",
    "videoscale",
    "nvvideoconvert",
    "cudaconvert",
    "cudadownload",
    "cudaupload",
    "vapostproc",
    "h264timestamper",
    "h265timestamper",
    // The results.
    "matroskamux",
    "mp4mux",
    "qtmux",
];

/// Plugins whose decoders, encoders and parsers are allowed: they turn the bytes of one stream into others.
const CODECS: [&str; 61] = [
    "a52dec",
    "adpcmdec",
    "alaw",
    "amrnb",
    "amrwbdec",
    "aom",
    "audioparsers",
    "avi",
    "codecalpha",
    "dav1d",
    "de265",
    "dtsdec",
    "dv",
    "dvdlpcmdec",
    "dvdsub",
    "faad",
    "fdkaac",
    "flac",
    "gsm",
    "jpeg",
    "jpegformat",
    "kate",
    "lame",
    "libav",
    "mpeg2dec",
    "mpg123",
    "msdk",
    "mulaw",
    "nvcodec",
    "ogg",
    "omx",
    "openh264",
    "openjpeg",
    "opus",
    "opusparse",
    "png",
    "qsv",
    "rav1e",
    "realmedia",
    "rockchipmpp",
    "rsdav1d",
    "sbc",
    "speex",
    "subparse",
    "svtav1",
    "theora",
    "twolame",
    "v4l2codecs",
    "va",
    "vaapi",
    "video4linux2",
    "videoparsersbad",
    "voaacenc",
    "voamrwbenc",
    "vorbis",
    "vpx",
    "wavpack",
    "webp",
    "x264",
    "x265",
    "xvid",
];

/// The kinds of elements that are allowed of these plugins.
const KINDS: [&str; 3] = ["Codec/Decoder", "Codec/Encoder", "Codec/Parser"];

/// Takes all other elements away from this process, whoever asks for them and by whatever name or address, for good.
///
/// A plugin announces its elements anew when it is loaded, so each is judged whenever it appears.
pub fn keep_allowed() {
    let registry = Registry::get();
    for feature in registry.features(ElementFactory::static_type()) {
        judge(&registry, &feature);
    }
    registry.connect_feature_added(judge);
}

fn judge(registry: &Registry, feature: &PluginFeature) {
    let is_foreign = feature
        .downcast_ref::<ElementFactory>()
        .is_some_and(|factory| !is_allowed(factory));
    if is_foreign {
        registry.remove_feature(feature);
    }
}

fn is_allowed(factory: &ElementFactory) -> bool {
    if ELEMENTS.contains(&factory.name().as_str()) {
        return true;
    }
    let is_of_codecs = factory
        .plugin_name()
        .is_some_and(|plugin| CODECS.contains(&plugin.as_str()));
    let kind = factory.metadata("klass").unwrap_or_default();
    is_of_codecs
        && KINDS.iter().any(|known| kind.starts_with(known))
        && !kind.contains("Network")
        && factory.uri_protocols().is_empty()
}
