//! Many things at once: the body that names them, and what happened to each.

use std::collections::HashSet;

use serde::Serialize;
use uuid::Uuid;

use crate::http::validate::{Bound, list, shape, uuid};

shape! {
    /// `BulkIdsDto`
    pub(crate) struct Ids(Vec<Uuid> = "ids", list(Bound::Ids, uuid()));
}

/// `BulkIdResponseDto`: what happened to one of several.
#[derive(Serialize)]
pub(crate) struct BulkResult {
    pub(crate) id: Uuid,
    pub(crate) success: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<&'static str>,
}

impl BulkResult {
    /// Done.
    pub(crate) fn done(id: Uuid) -> Self {
        Self {
            id,
            success: true,
            error: None,
        }
    }

    /// Not done, for this reason.
    pub(crate) fn refused(id: Uuid, error: &'static str) -> Self {
        Self {
            id,
            success: false,
            error: Some(error),
        }
    }
}

/// What happened to each that was asked for, in that order: it is among those that were `done`, or why not. The second mention of one was not
/// done any more.
pub(crate) fn results(
    asked: Vec<Uuid>,
    mut done: HashSet<Uuid>,
    why_not: impl Fn(&Uuid) -> &'static str,
) -> Vec<BulkResult> {
    let result = |id: Uuid| {
        if done.remove(&id) {
            BulkResult::done(id)
        } else {
            BulkResult::refused(id, why_not(&id))
        }
    };
    asked.into_iter().map(result).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_second_mention_is_no_second_success() {
        let [a, b] = [1, 2].map(Uuid::from_u128);
        let results = results(vec![a, b, a], HashSet::from([a]), |id| {
            if *id == a { "duplicate" } else { "not_found" }
        });
        let told = json!([
            {"id": a, "success": true},
            {"id": b, "success": false, "error": "not_found"},
            {"id": a, "success": false, "error": "duplicate"},
        ]);
        assert_eq!(serde_json::to_value(results).unwrap(), told);
    }
}
