//! What is stored: only what differs from the defaults, so that a default which changes reaches everybody who has not
//! chosen otherwise.

use serde_json::{Map, Value};

use super::SystemConfig;

/// The part of `value` that differs from `base`, or nothing. Objects are compared key by key, everything else whole.
fn difference(base: &Value, value: &Value) -> Option<Value> {
    match (base, value) {
        (Value::Object(base), Value::Object(value)) => {
            let changed: Map<String, Value> = value
                .iter()
                .filter_map(|(key, value)| {
                    let kept = match base.get(key) {
                        Some(base) => difference(base, value),
                        None => Some(value.clone()),
                    };
                    Some((key.clone(), kept?))
                })
                .collect();
            (!changed.is_empty()).then_some(Value::Object(changed))
        }
        (base, value) => (base != value).then(|| value.clone()),
    }
}

/// The document to store for `config`: an object with the keys that differ from the defaults.
pub(super) fn to_stored(config: &SystemConfig) -> Result<Value, serde_json::Error> {
    let defaults = serde_json::to_value(SystemConfig::default())?;
    let value = serde_json::to_value(config)?;
    Ok(difference(&defaults, &value).unwrap_or_else(|| Value::Object(Map::new())))
}

/// The document for what is stored.
///
/// Keys that this binary does not know are ignored (a newer one may have written them). A value that it cannot read falls
/// back to its default alone, with a warning: one bad key must not stop every service.
pub(super) fn from_stored(stored: &Value) -> SystemConfig {
    let Ok(defaults) = serde_json::to_value(SystemConfig::default()) else {
        return SystemConfig::default();
    };
    let leaves = leaves(stored);
    let mut merged = defaults.clone();
    for (path, value) in &leaves {
        if !put(&mut merged, path, value) {
            tracing::debug!(
                settings.key = path.join("."),
                "a stored setting is not known here and is ignored"
            );
        }
    }
    if let Ok(config) = serde_json::from_value(merged) {
        return config;
    }
    let mut accepted = defaults;
    let mut config = SystemConfig::default();
    for (path, value) in &leaves {
        let mut candidate = accepted.clone();
        if !put(&mut candidate, path, value) {
            continue;
        }
        match serde_json::from_value(candidate.clone()) {
            Ok(read) => {
                config = read;
                accepted = candidate;
            }
            Err(error) => tracing::warn!(
                settings.key = path.join("."),
                error = %error,
                "a stored setting cannot be read; its default is used"
            ),
        }
    }
    config
}

/// Every value below `value` that is not an object, with the keys that lead to it.
fn leaves(value: &Value) -> Vec<(Vec<&str>, &Value)> {
    let mut found = Vec::new();
    let mut pending = vec![(Vec::new(), value)];
    while let Some((path, value)) = pending.pop() {
        match value {
            Value::Object(object) => pending.extend(object.iter().rev().map(|(key, value)| {
                let mut path = path.clone();
                path.push(key.as_str());
                (path, value)
            })),
            _ => found.push((path, value)),
        }
    }
    found
}

/// Replaces the value at `path`; false where there is none, or where an object would be replaced by something else.
fn put(target: &mut Value, path: &[&str], value: &Value) -> bool {
    let mut place = target;
    for key in path {
        let Some(next) = place.as_object_mut().and_then(|object| object.get_mut(*key)) else {
            return false;
        };
        place = next;
    }
    if place.is_object() {
        return false;
    }
    *place = value.clone();
    true
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::settings::{ImageFormat, TrashSettings};

    #[test]
    fn defaults_store_nothing() {
        assert_eq!(to_stored(&SystemConfig::default()).unwrap(), json!({}));
        assert_eq!(from_stored(&json!({})), SystemConfig::default());
    }

    #[test]
    fn only_what_differs_is_stored() {
        let mut config = SystemConfig::default();
        config.image.preview.size = 1200;
        config.oauth.default_storage_quota = Some(10);
        config.machine_learning.urls.push("http://other:3003".to_owned());
        let stored = to_stored(&config).unwrap();
        assert_eq!(
            stored,
            json!({
                "image": {"preview": {"size": 1200}},
                "oauth": {"defaultStorageQuota": 10},
                "machineLearning": {"urls": ["http://immich-machine-learning:3003", "http://other:3003"]}
            })
        );
        assert_eq!(from_stored(&stored), config);
    }

    #[test]
    fn unknown_keys_are_ignored() {
        let config = from_stored(&json!({"trash": {"days": 5, "color": "red"}, "future": {"deep": {"key": 1}}}));
        assert_eq!(config.trash, TrashSettings { enabled: true, days: 5 });
    }

    #[test]
    fn a_value_that_cannot_be_read_falls_back_alone() {
        let config = from_stored(&json!({
            "trash": {"days": "many", "enabled": false},
            "image": {"preview": {"format": "gif", "size": 900}},
            "ffmpeg": 7,
        }));
        assert_eq!(
            config.trash,
            TrashSettings {
                enabled: false,
                days: 30
            }
        );
        assert_eq!(config.image.preview.format, ImageFormat::Jpeg);
        assert_eq!(config.image.preview.size, 900);
        assert_eq!(config.ffmpeg, SystemConfig::default().ffmpeg);
    }

    #[test]
    fn a_stored_document_that_is_no_object_is_the_defaults() {
        assert_eq!(from_stored(&json!("broken")), SystemConfig::default());
        assert_eq!(from_stored(&json!(null)), SystemConfig::default());
    }
}
