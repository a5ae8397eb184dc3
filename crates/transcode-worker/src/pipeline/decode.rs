//! Decoding one stream by hardware, or whatever else `GStreamer` has for it.

use gstreamer::prelude::*;
use gstreamer::{Element, ElementFactory, ElementFactoryType, Pad, Pipeline, Rank};
use safelight_core::settings::HardwareAcceleration;

use super::element::{chain, link, make, pad, queue};
use super::order::Failure;
use crate::recipe::Hardware;

/// Encoded bytes that wait for the decoder.
const WAITING_BYTES: u32 = 32 << 20;

/// Decodes a stream into the first of `steps`, which are linked to each other already.
pub(super) fn into(
    pipeline: &Pipeline,
    source: &Pad,
    steps: Vec<Element>,
    failed: impl Fn(Failure) + Send + Sync + 'static,
) -> Result<(), Failure> {
    let decoder = make("decodebin")?;
    decoder.connect_pad_added(move |_, decoded| {
        let Some(first) = steps.first() else { return };
        let linked = pad(first, "sink").and_then(|sink| link(decoded, &sink));
        if let Err(failure) = linked {
            failed(failure);
        }
    });
    let waiting = queue(WAITING_BYTES, 0)?;
    chain(pipeline.upcast_ref(), &[waiting.clone(), decoder])?;
    link(source, &pad(&waiting, "sink")?)
}

/// Decides which decoders may be used: those of the hardware that is wanted before all others, of other hardware none, and none
/// that is known to fail.
pub(super) fn rank_decoders(hardware: &Hardware, set_aside: &[String]) {
    let family = match hardware.accel {
        _ if !hardware.decode => None,
        HardwareAcceleration::Disabled => None,
        HardwareAcceleration::Nvenc => Some("nv"),
        HardwareAcceleration::Qsv => Some("qsv"),
        HardwareAcceleration::Vaapi => Some("va"),
        HardwareAcceleration::Rkmpp => Some("mpp"),
    };
    for factory in ElementFactory::factories_with_type(ElementFactoryType::DECODER, Rank::NONE) {
        if set_aside.iter().any(|name| *name == factory.name()) {
            factory.set_rank(Rank::NONE);
            continue;
        }
        if !factory
            .metadata("klass")
            .is_some_and(|class| class.contains("Hardware"))
        {
            continue;
        }
        let is_wanted = family.is_some_and(|family| factory.name().starts_with(family));
        factory.set_rank(if is_wanted { Rank::PRIMARY + 100 } else { Rank::NONE });
    }
}
