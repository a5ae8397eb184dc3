//! A complete answer.

use anyhow::{Context, Result, bail};
use bytes::Bytes;
use reqwest::header::HeaderMap;
use serde_json::Value;

use crate::contract;

/// Status, headers and the whole body of an answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as it came.
    pub body: Bytes,
    what: String,
}

impl Answer {
    /// Sends a request, reads the answer to its end, and holds it to the contract.
    ///
    /// # Errors
    /// When no complete answer comes, or one that breaks the contract.
    pub async fn of(request: reqwest::RequestBuilder) -> Result<Self> {
        let (client, request) = request.build_split();
        let request = request?;
        let (method, path) = (request.method().to_string(), request.url().path().to_owned());
        let what = format!("{method} {}", request.url());
        let response = client.execute(request).await.with_context(|| what.clone())?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response.bytes().await.with_context(|| format!("body of {what}"))?;
        let answer = Self {
            status,
            headers,
            body,
            what,
        };
        contract::check(&method, &path, status, answer.header("content-type"), &answer.body)?;
        Ok(answer)
    }

    /// The answer if its status is `status`.
    ///
    /// # Errors
    /// When it is another; the message has the body.
    pub fn expect(self, status: u16) -> Result<Self> {
        if self.status != status {
            bail!(
                "{} answered {} instead of {status}: {}",
                self.what,
                self.status,
                self.text()
            );
        }
        Ok(self)
    }

    /// The answer if its status is a success.
    ///
    /// # Errors
    /// When it is not; the message has the body.
    pub fn ok(self) -> Result<Self> {
        if !(200..300).contains(&self.status) {
            bail!("{} answered {}: {}", self.what, self.status, self.text());
        }
        Ok(self)
    }

    /// The body as JSON.
    ///
    /// # Errors
    /// When it is no JSON.
    pub fn json(&self) -> Result<Value> {
        serde_json::from_slice(&self.body).with_context(|| format!("{} is not JSON: {}", self.what, self.text()))
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// A string in the JSON body, by JSON pointer.
    ///
    /// # Errors
    /// When there is none.
    pub fn string(&self, pointer: &str) -> Result<String> {
        let json = self.json()?;
        let found = json.pointer(pointer).and_then(Value::as_str);
        found
            .map(str::to_owned)
            .with_context(|| format!("{} has no string at {pointer}: {json}", self.what))
    }

    /// A header as text, empty when absent.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }
}
