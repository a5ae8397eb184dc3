//! One answer against the contract.

use anyhow::{Result, bail, ensure};
use serde_json::Value;

use super::{Document, Operation};

/// Where the measured answers (or ours, on purpose) differ from the document, which the clients live with: a path (empty for
/// any), and the place of a violation, with `*` for the index of a list.
const MEASURED: [(&str, &str); 6] = [
    ("", "/exifInfo/rating: -1 is out of range"),
    ("/activities", ": status 200 is not one of"),
    ("/admin/notifications/templates/{name}", "/"),
    ("/notifications", "/*/data: "),
    ("/notifications/{id}", "/data: "),
    ("/users/profile-image", ": status 202 is not one of"),
];

/// Fails when the JSON body of an answer is not what the contract says. What the contract is silent about passes: routes
/// outside of `/api` and of our own, bodies that do not claim to be JSON.
///
/// # Errors
/// Method, path and every place that is wrong.
pub fn check(method: &str, path: &str, status: u16, content_type: &str, body: &[u8]) -> Result<()> {
    let Some(document) = Document::get() else {
        return Ok(());
    };
    let Some(path) = path
        .strip_prefix("/api")
        .filter(|_| content_type.starts_with("application/json"))
    else {
        return Ok(());
    };
    if body.is_empty() {
        return Ok(());
    }
    let Ok(body) = serde_json::from_slice::<Value>(body) else {
        bail!("{method} /api{path} answered {status} with something that is no JSON");
    };
    let violations = if status >= 400 {
        refusal(&body)
    } else {
        let operation = document.find(method, path);
        operation.map_or_else(Vec::new, |operation| success(document, operation, status, &body))
    };
    ensure!(
        violations.is_empty(),
        "{method} /api{path} answered {status} against the contract: {}",
        violations.join("; ")
    );
    Ok(())
}

fn success(document: &Document, operation: &Operation, status: u16, body: &Value) -> Vec<String> {
    let mut violations = document.violations(operation, status, body);
    violations.retain(|violation| !is_measured(&operation.path, violation));
    violations
}

fn is_measured(path: &str, violation: &str) -> bool {
    let (at, what) = violation.split_once(": ").unwrap_or((violation, ""));
    let words = at
        .split('/')
        .map(|word| if word.parse::<usize>().is_ok() { "*" } else { word });
    let place = format!("{}: {what}", words.collect::<Vec<_>>().join("/"));
    MEASURED.iter().any(|(route, known)| match *route {
        "" => place.ends_with(known),
        route => route == path && place.starts_with(known),
    })
}

/// A refusal has a message, and issues where an input was invalid.
fn refusal(body: &Value) -> Vec<String> {
    let mut violations = Vec::new();
    if !body.get("message").is_some_and(Value::is_string) {
        violations.push("/message: missing".to_owned());
    }
    let issues = body
        .get("errors")
        .map(|errors| errors.as_array().cloned().unwrap_or_default());
    for (index, issue) in issues.iter().flatten().enumerate() {
        if !(issue.get("message").is_some_and(Value::is_string) && issue.get("path").is_some_and(Value::is_array)) {
            violations.push(format!("/errors/{index}: no issue"));
        }
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(body: &str) -> Vec<String> {
        refusal(&serde_json::from_str(body).unwrap_or_default())
    }

    #[test]
    fn refusals_have_a_message_and_issues() {
        assert!(refused(r#"{"message": "Not Found"}"#).is_empty());
        assert!(refused(r#"{"message": "no", "errors": [{"path": [], "message": "no"}]}"#).is_empty());
        assert_eq!(refused(r#"{"error": "Not Found"}"#), ["/message: missing"]);
        assert_eq!(
            refused(r#"{"message": "no", "errors": [{"path": "x"}]}"#),
            ["/errors/0: no issue"]
        );
    }

    #[test]
    fn what_was_measured_is_allowed_where_it_was_measured() {
        assert!(is_measured("/assets/{id}", "/exifInfo/rating: -1 is out of range"));
        assert!(is_measured(
            "/search/metadata",
            "/assets/items/3/exifInfo/rating: -1 is out of range"
        ));
        assert!(is_measured("/notifications", "/12/data: \"{}\" is no object"));
        assert!(!is_measured("/notifications", "/12/id: missing"));
        assert!(!is_measured("/search/cities", "/0: null is no string"));
    }
}
