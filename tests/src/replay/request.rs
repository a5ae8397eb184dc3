//! A recorded request made real.

use anyhow::{Context, Result, bail};
use reqwest::multipart::{Form, Part};
use reqwest::{Method, RequestBuilder};
use serde_json::Value;
use sha1::{Digest, Sha1};

use super::bindings::Bindings;
use super::record::{Records, Request};
use super::system_config;
use crate::client::Client;

/// Builds the request with all placeholders filled.
pub(super) fn build(
    client: &Client,
    records: &Records,
    request: &Request,
    bindings: &Bindings,
) -> Result<RequestBuilder> {
    let mut path = bindings.fill(&request.path, request)?;
    for (name, value) in request.query.iter().flatten() {
        let values = value
            .as_array()
            .map_or_else(|| vec![value], |list| list.iter().collect());
        for value in values {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            path.push(if path.contains('?') { '&' } else { '?' });
            path.push_str(&encode(name));
            path.push('=');
            path.push_str(&encode(&bindings.fill(&text, request)?));
        }
    }
    let mut built = client.request(Method::from_bytes(request.method.as_bytes())?, &path)?;
    if !request.headers.contains_key("accept-encoding") {
        built = built.header("accept-encoding", "identity");
    }
    for (name, value) in &request.headers {
        built = built.header(name, bindings.fill(value, request)?);
    }
    match &request.body {
        Some(body) => with_body(built, records, request, body, bindings),
        None => Ok(built),
    }
}

/// Percent-encodes everything but unreserved characters.
fn encode(text: &str) -> String {
    let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let encoded = text.bytes().map(|byte| {
        if unreserved(byte) {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    });
    encoded.collect()
}

fn with_body(
    built: RequestBuilder,
    records: &Records,
    request: &Request,
    body: &Value,
    bindings: &Bindings,
) -> Result<RequestBuilder> {
    if let Some(raw) = body.get("raw").and_then(Value::as_str) {
        return Ok(built.body(raw_body(raw)));
    }
    if let Some(form) = body.get("form").and_then(Value::as_object) {
        let pairs = form
            .iter()
            .map(|(name, value)| format!("{}={}", encode(name), encode(value.as_str().unwrap_or_default())));
        let text = pairs.collect::<Vec<_>>().join("&");
        return Ok(built
            .header("content-type", "application/x-www-form-urlencoded")
            .body(text));
    }
    if let Some(parts) = body.get("multipart").and_then(Value::as_array) {
        return multipart(built, records, request, parts, bindings);
    }
    let json = match system_config::changed(body, bindings.system_config.as_ref())? {
        Some(config) => config,
        None => filled(body, request, bindings)?,
    };
    Ok(built.json(&json))
}

/// The JSON value with all placeholders in its texts filled.
fn filled(value: &Value, request: &Request, bindings: &Bindings) -> Result<Value> {
    Ok(match value {
        Value::String(text) => Value::String(bindings.fill(text, request)?),
        Value::Array(list) => list
            .iter()
            .map(|item| filled(item, request, bindings))
            .collect::<Result<_>>()?,
        Value::Object(map) => {
            let pairs = map
                .iter()
                .map(|(key, item)| Ok((key.clone(), filled(item, request, bindings)?)));
            Value::Object(pairs.collect::<Result<_>>()?)
        }
        other => other.clone(),
    })
}

/// `<N bytes>` stands for text of that size that was not kept: a large JSON body, or a form that breaks off.
fn raw_body(raw: &str) -> String {
    match raw
        .strip_prefix('<')
        .and_then(|rest| rest.strip_suffix(" bytes>"))
        .and_then(|size| size.parse::<usize>().ok())
    {
        Some(size) if size > 1000 => format!("{{\"x\":\"{}\"}}", "a".repeat(size.saturating_sub(8))),
        Some(_) => {
            "--x\r\nContent-Disposition: form-data; name=\"assetData\"; filename=\"a.jpg\"\r\n\r\nabc".to_owned()
        }
        None => raw.to_owned(),
    }
}

fn multipart(
    built: RequestBuilder,
    records: &Records,
    request: &Request,
    parts: &[Value],
    bindings: &Bindings,
) -> Result<RequestBuilder> {
    let mut form = Form::new();
    for part in parts {
        let text = |key: &str| part.get(key).and_then(Value::as_str);
        let name = text("name").context("a part without name")?.to_owned();
        if let Some(value) = text("value") {
            form = form.text(name, bindings.fill(value, request)?);
            continue;
        }
        let bytes = file(
            records,
            text("media").context("a file without media")?,
            text("sha1").unwrap_or_default(),
        )?;
        form = form.part(
            name,
            Part::bytes(bytes).file_name(text("filename").unwrap_or("upload.bin").to_owned()),
        );
    }
    Ok(built.multipart(form))
}

/// The bytes of an uploaded part: a file of the test media, or one of the small texts, known by its hash.
fn file(records: &Records, media: &str, sha1: &str) -> Result<Vec<u8>> {
    if !media.starts_with('<') {
        return records.media(media);
    }
    let fixed = ["", "x", "hello", "GIF89a", "this is not an image", "zz1"].map(str::to_owned);
    let numbered = (1..40).map(|number| format!("q{number}"));
    match fixed
        .into_iter()
        .chain(numbered)
        .find(|text| hex::encode(Sha1::digest(text)) == sha1)
    {
        Some(text) => Ok(text.into_bytes()),
        None => bail!("the contents of {media} are not known"),
    }
}
