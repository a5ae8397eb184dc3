//! The changed system configurations that the records describe in words.

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

/// The body of a `PUT /system-config` record, from the configuration that was last read; `None` when `body` is an
/// ordinary one.
pub(super) fn changed(body: &Value, current: Option<&Value>) -> Result<Option<Value>> {
    let current = || current.cloned().context("the configuration was never read");
    if body.as_str() == Some("{{the body of get}}") {
        return Ok(Some(current()?));
    }
    let Some(change) = body.get("config of get with").and_then(Value::as_str) else {
        return Ok(None);
    };
    let mut config = current()?;
    let (path, value) = match change {
        _ if change.starts_with("back to defaults") => return Ok(Some(config)),
        "section trash removed" => {
            config.as_object_mut().context("a configuration")?.remove("trash");
            return Ok(Some(config));
        }
        "unknown section added" => {
            config
                .as_object_mut()
                .context("a configuration")?
                .insert("nope".into(), json!({"a": 1}));
            return Ok(Some(config));
        }
        "library.scan.cronExpression bad" => ("library.scan.cronExpression", json!("nope")),
        "storageTemplate.template bad token" => ("storageTemplate.template", json!("{{nope}}/{{filename}}")),
        "storageTemplate.template unclosed" => ("storageTemplate.template", json!("{{y}/{{filename}}")),
        "oauth enabled without values" => ("oauth.enabled", json!(true)),
        "oauth autoLaunch without enabled" => ("oauth.autoLaunch", json!(true)),
        "server.externalDomain bad" => ("server.externalDomain", json!("not a url")),
        "trash.days negative" => ("trash.days", json!(-1)),
        "notifications.smtp enabled without host" => ("notifications.smtp.enabled", json!(true)),
        "theme.customCss" => ("theme.customCss", json!("body{color:red}")),
        _ => match change.split_once(" = ") {
            Some((path, value)) => (path, serde_json::from_str(value).unwrap_or_else(|_| json!(value))),
            None => bail!("an unknown change: {change}"),
        },
    };
    let pointer = format!("/{}", path.replace('.', "/"));
    *config
        .pointer_mut(&pointer)
        .with_context(|| format!("no {path} in the configuration"))? = value;
    Ok(Some(config))
}
