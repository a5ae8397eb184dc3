//! The worker's own child: reads one order from its input, does it, and reports on its output.

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::process::ExitCode;

use safelight_core::child;

use crate::pipeline;
use crate::pipeline::order::{Order, Report};

/// The hidden mode of the worker in which it is its own child.
pub const MODE: &str = "transcode";

/// Does one order; the exit code tells whether there is a result.
pub fn run() -> ExitCode {
    child::end_with_parent();
    match obey() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            let _ = writeln!(io::stderr(), "the order or its answer got lost: {error}");
            ExitCode::FAILURE
        }
    }
}

fn obey() -> io::Result<bool> {
    let mut out = child::own_output()?;
    let mut text = String::new();
    io::stdin().lock().read_to_string(&mut text)?;
    let order: Order = serde_json::from_str(&text)?;
    let mut lost = None;
    let result = pipeline::run(&order, &mut |report| {
        if let Err(error) = say(&mut out, report) {
            lost = Some(error);
        }
    });
    if let Some(error) = lost {
        return Err(error);
    }
    match result {
        Ok(()) => say(&mut out, &Report::Done).map(|()| true),
        Err(failure) => say(&mut out, &Report::Failed(failure)).map(|()| false),
    }
}

fn say(out: &mut File, report: &Report) -> io::Result<()> {
    let mut line = serde_json::to_vec(report)?;
    line.push(b'\n');
    out.write_all(&line)
}
