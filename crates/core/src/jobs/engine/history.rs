use uuid::Uuid;

/// One line of a job's history. The time is added by the database.
pub(super) fn entry(what: &str, boot: Uuid, host: &str, lease: i64, reason: Option<&str>) -> serde_json::Value {
    let mut entry = serde_json::json!({ "what": what, "node": boot, "host": host, "lease": lease });
    if let (Some(reason), Some(object)) = (reason, entry.as_object_mut()) {
        object.insert("reason".to_owned(), reason.into());
    }
    entry
}
