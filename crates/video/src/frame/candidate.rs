//! A decoded picture that may become the one.

use gstreamer::Sample;
use gstreamer_video::{VideoConverter, VideoFormat, VideoFrame, VideoFrameExt as _, VideoInfo};

use super::look::Look;
use crate::error::Refusal;

/// The longer side of the small copy that is looked at, in pixels.
const SMALL: u32 = 128;

/// A decoded picture and its look.
#[derive(Debug)]
pub(super) struct Candidate {
    pub(super) sample: Sample,
    pub(super) look: Look,
}

impl Candidate {
    pub(super) fn new(sample: Sample) -> Result<Self, Refusal> {
        let frame = readable(&sample)?;
        let (width, height) = (frame.width(), frame.height());
        let longer = width.max(height).max(1);
        let side = |length: u32| (length * SMALL / longer).clamp(1, length.max(1));
        let (width, height) = if longer > SMALL {
            (side(width), side(height))
        } else {
            (width, height)
        };
        let small = converted(&frame, VideoFormat::Rgb, (width, height))?;
        let look = Look::of(&packed(&small, 3)?);
        drop(frame);
        Ok(Self { sample, look })
    }
}

fn broken(error: impl std::fmt::Display) -> Refusal {
    Refusal::Broken(error.to_string())
}

/// The pixels of a sample, to read.
pub(super) fn readable(sample: &Sample) -> Result<VideoFrame<gstreamer_video::video_frame::Readable>, Refusal> {
    let caps = sample.caps().ok_or_else(|| broken("a picture without a format"))?;
    let info = VideoInfo::from_caps(caps).map_err(broken)?;
    let buffer = sample
        .buffer_owned()
        .ok_or_else(|| broken("a picture without pixels"))?;
    VideoFrame::from_buffer_readable(buffer, &info).map_err(|_| broken("a picture whose pixels cannot be read"))
}

/// A copy in another format and size.
pub(super) fn converted(
    from: &VideoFrame<gstreamer_video::video_frame::Readable>,
    format: VideoFormat,
    (width, height): (u32, u32),
) -> Result<VideoFrame<gstreamer_video::video_frame::Readable>, Refusal> {
    // A converter changes pixels and nothing else.
    let info = VideoInfo::builder(format, width, height)
        .fps(from.info().fps())
        .par(from.info().par())
        .interlace_mode(from.info().interlace_mode())
        .build()
        .map_err(broken)?;
    let buffer = gstreamer::Buffer::with_size(info.size()).map_err(broken)?;
    let mut to =
        VideoFrame::from_buffer_writable(buffer, &info).map_err(|_| broken("no memory for the pixels of a picture"))?;
    let converter = VideoConverter::new(from.info(), &info, None).map_err(broken)?;
    converter.frame(from, &mut to);
    VideoFrame::from_buffer_readable(to.into_buffer(), &info)
        .map_err(|_| broken("a picture whose pixels cannot be read"))
}

/// The bytes of the only plane, without the gaps between rows; a pixel has `pixel` bytes.
pub(super) fn packed(
    frame: &VideoFrame<gstreamer_video::video_frame::Readable>,
    pixel: usize,
) -> Result<Vec<u8>, Refusal> {
    let plane = frame.plane_data(0).map_err(broken)?;
    let stride = frame.plane_stride().first().copied().unwrap_or_default();
    let stride = usize::try_from(stride).map_err(broken)?;
    let row = usize::try_from(frame.width()).map_err(broken)? * pixel;
    let height = usize::try_from(frame.height()).map_err(broken)?;
    let mut bytes = Vec::with_capacity(row * height);
    for line in plane.chunks(stride.max(1)).take(height) {
        bytes.extend_from_slice(line.get(..row).ok_or_else(|| broken("a row is too short"))?);
    }
    Ok(bytes)
}
