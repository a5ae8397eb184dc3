//! What the command line says: results on the standard output, everything else on the error output.

use std::io::Write as _;

/// Prints a result, which scripts may read.
pub(crate) fn result(line: &str) {
    // A reader that has gone away is no reason to fail.
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}

/// Tells a person what is going on.
pub(crate) fn note(line: &str) {
    prefixed("safelight", line);
}

/// Tells a person what a service said.
pub(crate) fn prefixed(service: &str, line: &str) {
    let _ = writeln!(std::io::stderr().lock(), "[{service}] {line}");
}

/// Tells why the command failed, with all causes that say something new.
pub(crate) fn error(error: &anyhow::Error) {
    let mut text = error.to_string();
    for cause in error.chain().skip(1) {
        let cause = cause.to_string();
        if !text.contains(&cause) {
            text = format!("{text}: {cause}");
        }
    }
    let _ = writeln!(std::io::stderr().lock(), "safelight: {text}");
}
