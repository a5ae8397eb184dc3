//! The worker's own child: reads one order from its input, does it, and reports on its output.

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::process::ExitCode;

use safelight_core::child::{self, Sandbox};

use crate::pipeline;
use crate::pipeline::order::{Order, Report};

/// The hidden mode of the worker in which it is its own child.
pub const MODE: &str = "transcode";

/// Does one order; the exit code tells whether there is a result.
pub fn run() -> ExitCode {
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
    // Before there is a second thread, and before anything looks at the file.
    sandbox(&order).enter()?;
    child::end_with_parent();
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

/// What this order takes.
fn sandbox(order: &Order) -> Sandbox {
    let files = safelight_video::sandbox().read(&order.input);
    let files = files.write(&order.output).write(&order.samples);
    let devices = order.devices.iter().fold(files, Sandbox::device);
    order.scratch.iter().fold(devices, Sandbox::scratch)
}

fn say(out: &mut File, report: &Report) -> io::Result<()> {
    let mut line = serde_json::to_vec(report)?;
    line.push(b'\n');
    out.write_all(&line)
}
