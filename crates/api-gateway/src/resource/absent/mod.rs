//! What this release has no data of: tags, people, stacks and so on.
//!
//! Their routes tell the truth. A list of them is empty, one of them cannot be found, and making one is refused with 501
//! and a sentence that clients can show. Everything that says who may see an album or an asset is asked in earnest.
//!
//! A resource that comes takes its lines out of the table ([`table`]) and its handlers out of [`checked`], and puts a folder
//! of its own beside this one. `docs/compatibility.md` lists the routes that answer 501; a test holds it to the table.

mod answer;
mod checked;
mod table;

use answer::Line;

use crate::routes::Api;

/// Registers the routes.
pub(crate) fn routes(api: &mut Api<'_>) {
    checked::routes(api);
    checked::none_of_many(api);
    for Line {
        method,
        path,
        access,
        permission,
        answer,
    } in table::lines()
    {
        api.route(&[method], path, access, &answer.handler(permission));
    }
}
