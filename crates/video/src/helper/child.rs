//! The child's side.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use gstreamer::prelude::PluginFeatureExtManual as _;
use gstreamer::{ElementFactory, ElementFactoryType, Rank};
use safelight_core::child;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{MODE, Order};
use crate::allowed::{keep_allowed, sandbox};
use crate::error::Refusal;
use crate::frame::{self, Frame};
use crate::probe;

/// Does what a helper is asked to do, if this process was started as one; the answer is what `main` must end with.
///
/// To be called first thing in `main`, before there is a runtime.
pub fn run_helper() -> Option<ExitCode> {
    let mut args = std::env::args_os().skip(1);
    if args.next()? != MODE {
        return None;
    }
    Some(match obey(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    })
}

fn obey(mut args: impl Iterator<Item = OsString>) -> io::Result<()> {
    let name = args.next().unwrap_or_default();
    let order = Order::ALL.into_iter().find(|order| name == order.as_str());
    let order = order.ok_or_else(|| io::Error::other(format!("no order is called {}", name.display())))?;
    let mut out = child::own_output()?;
    if order == Order::Plugins {
        child::end_with_parent();
        return gstreamer::init().map_err(io::Error::other);
    }
    let file = args.next().ok_or_else(|| io::Error::other("no file is named"))?;
    let file = Path::new(&file);
    let most_read = word(args.next())?;
    // Before there is a second thread, and before anything looks at the file.
    sandbox().read(file).enter()?;
    child::end_with_parent();
    match order {
        Order::Plugins => {}
        Order::Probe => say(&mut out, &start().and_then(|()| probe::probe(file, most_read)))?,
        Order::Frame => {
            let (tonemap, most_pixels) = (word(args.next())?, word(args.next())?);
            let found = start().and_then(|()| frame::frame(file, most_read, tonemap, most_pixels));
            Frame::write(&found, &mut out)?;
        }
    }
    out.flush()
}

/// An argument that is one JSON value.
fn word<T: DeserializeOwned>(arg: Option<OsString>) -> io::Result<T> {
    let text = arg.unwrap_or_default();
    Ok(serde_json::from_slice(text.as_encoded_bytes())?)
}

fn say<A: Serialize>(out: &mut File, answer: &Result<A, Refusal>) -> io::Result<()> {
    let line = serde_json::to_vec(answer)?;
    out.write_all(&line)?;
    out.write_all(b"\n")
}

/// Starts `GStreamer` with the decoders that every machine has. A graphics card is no place for the first look at a stranger's
/// file, and what it gives is not in memory.
fn start() -> Result<(), Refusal> {
    gstreamer::init().map_err(|error| Refusal::Broken(error.to_string()))?;
    keep_allowed();
    let decoders = ElementFactory::factories_with_type(ElementFactoryType::DECODER, Rank::NONE);
    let is_hardware = |factory: &&ElementFactory| {
        factory
            .metadata("klass")
            .is_some_and(|class| class.contains("Hardware"))
    };
    for factory in decoders.iter().filter(is_hardware) {
        factory.set_rank(Rank::NONE);
    }
    Ok(())
}
