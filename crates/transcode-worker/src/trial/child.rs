//! The modes in which the worker is its own child for this.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use safelight_core::child::{self, Sandbox};
use safelight_video::Codec;
use serde::Serialize;

use crate::devices;
use crate::pipeline::order::{Failure, Fault};
use crate::pipeline::trial::{try_decoder, try_encoder};

/// The hidden mode in which the worker lists its elements.
pub const LIST: &str = "list-coders";
/// The hidden mode in which the worker tries an encoder.
pub const TRY_ENCODER: &str = "try-encoder";
/// The hidden mode in which the worker tries a decoder.
pub const TRY_DECODER: &str = "try-decoder";

/// What is to be tried.
#[derive(Debug, Clone, clap::Args)]
pub struct TrialOrder {
    /// The name of the element
    element: String,
    /// The codec
    codec: String,
    /// The file that an encoder makes and a decoder reads, by its descriptor
    sample: PathBuf,
    /// A device that may be used
    #[arg(long)]
    device: Vec<PathBuf>,
}

impl TrialOrder {
    fn codec(&self) -> Result<Codec, Failure> {
        let found = Codec::ALL.into_iter().find(|codec| codec.as_str() == self.codec);
        found.ok_or_else(|| Failure::new(Fault::Missing, format!("no codec is called {}", self.codec)))
    }

    fn sandbox(&self) -> Sandbox {
        let sandbox = safelight_video::sandbox().write(&self.sample);
        self.device.iter().fold(devices::see_used(sandbox), Sandbox::device)
    }
}

/// Answers with all elements.
pub fn list() -> ExitCode {
    answer(&safelight_video::sandbox(), || {
        safelight_video::coders().map_err(|error| error.to_string())
    })
}

/// Answers with what came of an encoder.
pub fn encoder(order: &TrialOrder) -> ExitCode {
    answer(&order.sandbox(), || {
        order
            .codec()
            .and_then(|codec| try_encoder(&order.element, codec, &order.sample))
    })
}

/// Answers with what came of a decoder.
pub fn decoder(order: &TrialOrder) -> ExitCode {
    answer(&order.sandbox(), || {
        order
            .codec()
            .and_then(|codec| try_decoder(&order.element, codec, &order.sample))
    })
}

fn answer<A: Serialize>(sandbox: &Sandbox, ask: impl FnOnce() -> A) -> ExitCode {
    let answered = child::own_output().and_then(|mut out| {
        sandbox.enter()?;
        child::end_with_parent();
        serde_json::to_writer(&mut out, &ask())?;
        out.flush()
    });
    match answered {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "the answer got lost: {error}");
            ExitCode::FAILURE
        }
    }
}
