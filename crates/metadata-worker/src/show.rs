//! `metadata-worker tags FILE...`: what the worker finds in files, found in the same way, for whoever wonders about a date or
//! a place.

use std::fs::File;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use safelight_core::config::Env;

use crate::exiftool::{ExifTool, Limits, Source};

/// The files to show, if that is what the program was started for.
pub(crate) fn files() -> Option<Vec<PathBuf>> {
    let mut arguments = std::env::args_os().skip(1);
    (arguments.next()? == "tags").then(|| arguments.map(PathBuf::from).collect())
}

/// Prints the tags of each file, one after the other. A file that cannot be read does not keep the others from it.
#[tokio::main(flavor = "current_thread")]
pub(crate) async fn run(files: Vec<PathBuf>) -> anyhow::Result<ExitCode> {
    let tool = ExifTool::new(Limits::from_env(&Env::process())?);
    let mut code = ExitCode::SUCCESS;
    for path in files {
        let read = async {
            let file = File::open(&path).context("the file cannot be opened")?;
            anyhow::Ok(tool.read(Source::new(&file, &path)).await?)
        };
        let found = match read.await {
            Ok(tags) => tags.to_string(),
            Err(error) => {
                code = ExitCode::FAILURE;
                format!("  {error:#}\n")
            }
        };
        // Whoever has seen enough closes the pipe.
        if writeln!(std::io::stdout(), "{}\n{found}", path.display()).is_err() {
            break;
        }
    }
    tool.end().await;
    Ok(code)
}
