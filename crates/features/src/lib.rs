//! No code: its `Cargo.toml` has every crate of the workspace built on the same third-party artefacts.
