use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;

use crate::config::{ConfigError, LogConfig, LogFormat};

/// Below these levels the libraries print what must not be logged: statements with their parameters (hashes of tokens and
/// passwords), commands and their arguments, headers.
const CAPPED: [&str; 4] = ["tokio_postgres=info", "fred=info", "redis=info", "actix_http=info"];

/// Starts logging to standard error, once per process. A line can be read alone; ids are fields.
///
/// # Errors
/// The filter cannot be read.
pub fn init_logs(config: &LogConfig) -> Result<(), ConfigError> {
    let mut filter =
        EnvFilter::try_new(&config.filter).map_err(|error| ConfigError::invalid("SAFELIGHT_LOG", error))?;
    for directive in CAPPED {
        filter = filter.add_directive(
            directive
                .parse()
                .map_err(|error| ConfigError::invalid("SAFELIGHT_LOG", error))?,
        );
    }
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    // A process may start its logs before its tests do; the first wins.
    let _ = match config.format {
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
        LogFormat::Console => builder
            .with_ansi(config.colour && std::io::stderr().is_terminal())
            .try_init(),
    };
    Ok(())
}
