//! Video.
