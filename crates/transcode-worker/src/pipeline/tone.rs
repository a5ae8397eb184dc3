//! From HDR to SDR: an element of our own, since `GStreamer` has none. It is given pixels of PQ or HLG and gives pixels of sRGB; what
//! a pixel becomes is in the tables of [`ToneMap`].

use std::sync::OnceLock;

use gstreamer::glib;
use gstreamer::prelude::*;
use gstreamer::subclass::prelude::*;
use gstreamer::{Caps, Element, FlowError, FlowSuccess, PadDirection, PadPresence, PadTemplate};
use gstreamer_base::subclass::BaseTransformMode;
use gstreamer_base::subclass::prelude::*;
use gstreamer_video::prelude::*;
use gstreamer_video::subclass::prelude::*;
use gstreamer_video::{VideoFilter, VideoFrameRef};
use safelight_video::ToneMap;

/// Sixteen bits of each colour, and a fourth that counts for nothing.
pub(super) const HDR: &str = "RGBA64_LE";

/// Eight bits of each colour, and a fourth that counts for nothing.
pub(super) const SDR: &str = "RGBx";

/// Bytes of a pixel before and after.
const HDR_BYTES: usize = 8;
const SDR_BYTES: usize = 4;

glib::wrapper! {
    /// The element.
    pub(super) struct ToneMapper(ObjectSubclass<Filter>) @extends VideoFilter, gstreamer_base::BaseTransform, Element, gstreamer::Object;
}

/// An element that converts by these tables.
pub(super) fn element(map: ToneMap) -> Element {
    let mapper: ToneMapper = glib::Object::new();
    // It is new, so nothing is set yet.
    let _ = mapper.imp().map.set(map);
    mapper.upcast()
}

/// The state of the element.
#[derive(Default)]
pub(super) struct Filter {
    map: OnceLock<ToneMap>,
}

#[glib::object_subclass]
impl ObjectSubclass for Filter {
    const NAME: &'static str = "SafelightToneMapper";
    type Type = ToneMapper;
    type ParentType = VideoFilter;
}

impl ObjectImpl for Filter {}

impl GstObjectImpl for Filter {}

impl ElementImpl for Filter {
    fn pad_templates() -> &'static [PadTemplate] {
        static TEMPLATES: OnceLock<Vec<PadTemplate>> = OnceLock::new();
        TEMPLATES.get_or_init(|| {
            let pads = [("sink", PadDirection::Sink, HDR), ("src", PadDirection::Src, SDR)];
            let templates = pads.map(|(name, direction, format)| {
                PadTemplate::new(name, direction, PadPresence::Always, &raw(format)).ok()
            });
            templates.into_iter().flatten().collect()
        })
    }
}

fn raw(format: &str) -> Caps {
    Caps::builder("video/x-raw").field("format", format).build()
}

impl BaseTransformImpl for Filter {
    const MODE: BaseTransformMode = BaseTransformMode::NeverInPlace;
    const PASSTHROUGH_ON_SAME_CAPS: bool = false;
    const TRANSFORM_IP_ON_PASSTHROUGH: bool = false;

    /// The same, but for the kind of pixels and what their values mean.
    fn transform_caps(&self, direction: PadDirection, caps: &Caps, filter: Option<&Caps>) -> Option<Caps> {
        let format = if direction == PadDirection::Sink { SDR } else { HDR };
        let mut other = caps.copy();
        for structure in other.make_mut().iter_mut() {
            structure.set("format", format);
            structure.remove_field("colorimetry");
            structure.remove_fields(["mastering-display-info", "content-light-level"]);
            if direction == PadDirection::Sink {
                structure.set("colorimetry", "sRGB");
            }
        }
        Some(match filter {
            Some(filter) => filter.intersect_with_mode(&other, gstreamer::CapsIntersectMode::First),
            None => other,
        })
    }
}

impl VideoFilterImpl for Filter {
    fn transform_frame(
        &self,
        from: &VideoFrameRef<&gstreamer::BufferRef>,
        to: &mut VideoFrameRef<&mut gstreamer::BufferRef>,
    ) -> Result<FlowSuccess, FlowError> {
        let map = self.map.get().ok_or(FlowError::NotNegotiated)?;
        let stride = |strides: &[i32]| strides.first().and_then(|stride| usize::try_from(*stride).ok());
        let from_stride = stride(from.plane_stride())
            .filter(|stride| *stride > 0)
            .ok_or(FlowError::Error)?;
        let to_stride = stride(to.plane_stride())
            .filter(|stride| *stride > 0)
            .ok_or(FlowError::Error)?;
        let width = usize::try_from(from.width()).map_err(|_| FlowError::Error)?;
        let pixels = from.plane_data(0).map_err(|_| FlowError::Error)?;
        let mapped = to.plane_data_mut(0).map_err(|_| FlowError::Error)?;
        for (from, to) in pixels.chunks(from_stride).zip(mapped.chunks_mut(to_stride)) {
            map_row(map, from, to, width);
        }
        Ok(FlowSuccess::Ok)
    }
}

fn map_row(map: &ToneMap, from: &[u8], to: &mut [u8], width: usize) {
    let (from, _) = from.as_chunks::<HDR_BYTES>();
    let (to, _) = to.as_chunks_mut::<SDR_BYTES>();
    for (&[a, b, c, d, e, f, ..], pixel) in from.iter().zip(to).take(width) {
        let [red, green, blue] = map.map([
            u16::from_le_bytes([a, b]),
            u16::from_le_bytes([c, d]),
            u16::from_le_bytes([e, f]),
        ]);
        *pixel = [red, green, blue, u8::MAX];
    }
}
