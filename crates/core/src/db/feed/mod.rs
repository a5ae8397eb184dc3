//! The feed: what clients mirror, in the order in which it became final.
//!
//! Every row that clients mirror tells the transaction that wrote it last (`changed_xid`) and names the change (`update_id`); a
//! deletion leaves its keys in an audit table. Triggers see to both (migration `feed`), whoever writes.
//!
//! **The order.** A change has the key (transaction, id), and a reader sees only keys below the oldest transaction that still
//! runs (`pg_snapshot_xmin`, the `until` of a [`Window`]). All transactions before that one have ended, and those that begin
//! later have larger numbers. So below `until` nothing can appear behind a reader who has passed: neither of a transaction that
//! commits late, nor of one that was prepared and forgotten; a reader's [`Checkpoint`] is one key. The ids alone would not do: a
//! transaction makes them while it runs and may commit long after others have been read. A row that changes again has a new key
//! and comes again; what it was in between is never told. What a subtransaction wrote has the number of its whole transaction.
//!
//! **Deletions come first.** A row may go and come again under the same keys. For one window a reader takes all deletions
//! before the first row ([`page`] sees to it): whatever came again has a larger number than its deletion, is in the same or in a later window,
//! and so comes behind it.

mod care;
mod entity;
mod hold;
mod page;
mod position;
mod restored;

pub use care::{Care, care, forget};
pub use entity::{
    ALBUM, ALBUM_ASSET, ALBUM_USER, ALL, ASSET, ASSET_EXIF, ASSET_METADATA, Entity, MEMBERSHIP, USER, USER_METADATA,
};
pub use hold::{Hold, Holder, holds};
pub use page::{Line, Page, page};
pub use position::{Checkpoint, Position, Window, Xid, window};
