//! What an answer may not have in it: marks and ids of what its caller may not see.

use super::callers::Caller;
use super::requests::Wish;
use super::world::{self, KINDS};

/// Everything of a world that this caller may not see and that stands in the bytes all the same. Ids that the caller has
/// named itself are no news.
pub(super) fn leaks(caller: Caller, wish: &Wish, number: u32, bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    let asked = wish.text();
    let mut found = Vec::new();
    for kind in KINDS.into_iter().filter(|kind| !caller.sees(*kind)) {
        let (mark, id) = (world::mark(kind.number(), number), world::id(kind.number(), number));
        if text.contains(&mark) || (text.contains(&id) && !asked.contains(&id)) {
            found.push(format!("{kind:?}"));
        }
    }
    let things = [
        (world::ALBUM, "the album"),
        (world::NOTIFICATION, "the notification"),
        (world::SESSION, "the session"),
        (world::KEY, "the key"),
    ];
    for (thing, name) in things {
        if !caller.sees_thing(thing) && text.contains(&world::mark(thing, number)) {
            found.push(name.to_owned());
        }
    }
    found
}
