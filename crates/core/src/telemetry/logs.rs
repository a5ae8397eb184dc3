use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;

use crate::config::{ConfigError, LogConfig, LogFormat};

/// Starts logging to standard error, once per process. A line can be read alone; ids are fields.
///
/// # Errors
/// The filter cannot be read.
pub fn init_logs(config: &LogConfig) -> Result<(), ConfigError> {
    let filter = EnvFilter::try_new(&config.filter).map_err(|error| ConfigError::invalid("SAFELIGHT_LOG", error))?;
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
