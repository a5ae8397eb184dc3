//! The media store: where originals and everything made from them are kept.
//!
//! The row is the publication, and a name is never reused. A file comes to be in this order: an [`intents`] row is
//! committed, the bytes go to `.<name>.part` in the target folder, they are synced, the part is renamed, the folder is
//! synced, and the transaction that points a row at the file clears the intent. Whoever is killed in between leaves at
//! most a file that its intent row names, and the sweep removes it.
//!
//! All file work runs on two small pools of threads with deadlines, one that reads and one that writes and syncs, so that neither
//! a dead network mount blocks the runtime or a beat, nor uploads those who look at pictures.

mod error;
pub mod intents;
mod local;
mod marker;
pub mod named;
mod open;
mod part;
pub mod paths;
mod pool;
mod prove;
mod register;
mod store;
mod survey;
mod tree;

pub use error::{Illness, MediaError};
pub use local::LocalStore;
pub use marker::MARKER_NAME;
pub use open::OpenFile;
pub use part::Part;
pub use paths::{Folder, Paths};
pub use store::{MediaStore, Space};
pub use survey::{FolderSurvey, MOST_FILES};
pub use tree::{Found, Tree};
