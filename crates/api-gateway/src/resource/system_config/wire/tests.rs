//! The recorded refusals.

use serde_json::{Value, json};

use super::*;
use crate::http::validate;

fn issues(change: impl FnOnce(&mut Value)) -> Value {
    let mut document = serde_json::to_value(SystemConfig::default()).unwrap();
    change(&mut document);
    let issues = validate::read::<Sent<SystemConfig>>(Some(&document))
        .err()
        .unwrap_or_default();
    serde_json::to_value(issues).unwrap()
}

#[test]
fn the_document_as_answered_is_accepted() {
    let document = serde_json::to_value(SystemConfig::default()).unwrap();
    let read = validate::read::<Sent<SystemConfig>>(Some(&document)).unwrap();
    assert_eq!(read.0, SystemConfig::default());
}

#[test]
fn bounds_are_the_contract_s() {
    assert_eq!(
        issues(|document| document["image"]["preview"]["size"] = json!(0)),
        json!([{"origin": "number", "code": "too_small", "minimum": 1, "inclusive": true, "path": ["image", "preview", "size"], "message": "Too small: expected number to be >=1"}])
    );
    assert_eq!(
        issues(|document| document["ffmpeg"]["crf"] = json!(99)),
        json!([{"origin": "number", "code": "too_big", "maximum": 51, "inclusive": true, "path": ["ffmpeg", "crf"], "message": "Too big: expected number to be <=51"}])
    );
    assert_eq!(
        issues(|document| document["machineLearning"]["duplicateDetection"]["maxDistance"] = json!(0.5)),
        json!([{"origin": "number", "code": "too_big", "maximum": 0.1, "inclusive": true, "path": ["machineLearning", "duplicateDetection", "maxDistance"], "message": "Too big: expected number to be <=0.1"}])
    );
    assert_eq!(
        issues(|document| document["machineLearning"]["facialRecognition"]["maxDistance"] = json!(2)),
        json!([])
    );
}

#[test]
fn words_types_and_formats_are_checked() {
    assert_eq!(
        issues(|document| document["image"]["preview"]["format"] = json!("gif")),
        json!([{"code": "invalid_value", "values": ["jpeg", "webp"], "path": ["image", "preview", "format"], "message": "Invalid option: expected one of \"jpeg\"|\"webp\""}])
    );
    assert_eq!(
        issues(|document| document["library"]["scan"]["cronExpression"] = json!("nope")),
        json!([{"code": "custom", "message": "Invalid cron expression. Unknown alias: nop", "path": ["library", "scan", "cronExpression"]}])
    );
    assert_eq!(
        issues(|document| document["server"]["externalDomain"] = json!("not a url")),
        json!([{"code": "custom", "path": ["server", "externalDomain"], "message": "External domain must be an empty string or a valid URL"}])
    );
    assert_eq!(
        issues(|document| document["machineLearning"]["enabled"] = json!("x")),
        json!([{"expected": "boolean", "code": "invalid_type", "path": ["machineLearning", "enabled"], "message": "Invalid input: expected boolean, received string"}])
    );
    assert_eq!(
        issues(|document| document["map"]["lightStyle"] = json!("nope"))[0]["message"],
        json!("Invalid URL")
    );
}

#[test]
fn missing_sections_are_named_in_order_and_unknown_ones_dropped() {
    let found = issues(|document| *document = json!({}));
    let sections: Vec<&str> = found
        .as_array()
        .unwrap()
        .iter()
        .map(|issue| issue["path"][0].as_str().unwrap())
        .collect();
    let document = serde_json::to_value(SystemConfig::default()).unwrap();
    let ours: Vec<&str> = document.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(sections, ours);
    assert_eq!(
        found[0]["message"],
        json!("Invalid input: expected object, received undefined")
    );
    assert_eq!(issues(|document| document["unknown"] = json!({"x": 1})), json!([]));
}

#[test]
fn a_quota_may_be_null_and_progressive_absent() {
    assert_eq!(
        issues(|document| document["oauth"]["defaultStorageQuota"] = json!(null)),
        json!([])
    );
    let absent = issues(|document| {
        document["image"]["fullsize"]
            .as_object_mut()
            .unwrap()
            .remove("progressive");
    });
    assert_eq!(absent, json!([]));
}
