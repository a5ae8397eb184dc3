//! What goes wrong with video.

/// Why a question about video has no answer.
#[derive(Debug, thiserror::Error)]
pub enum VideoError {
    /// The library cannot be started: a broken installation.
    #[error("GStreamer cannot be started: {0}")]
    Init(#[from] gstreamer::glib::Error),
}
