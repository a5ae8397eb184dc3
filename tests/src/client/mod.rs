//! An HTTP client of the gateways.

pub mod account;
mod answer;
mod upload;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context, Result};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, RequestBuilder};
use serde_json::Value;

pub use answer::Answer;
pub use upload::{NewUpload, UPLOAD_DATE, Uploaded};

/// A client with the credentials of one person; cheap to clone. With several gateways it asks them in turn.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    gateways: Arc<[String]>,
    turn: Arc<AtomicUsize>,
    headers: HeaderMap,
}

impl Client {
    /// An anonymous client of the gateways at these base URLs.
    pub fn new(gateways: Vec<String>) -> Self {
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build();
        let http = http.unwrap_or_default();
        Self {
            http,
            gateways: gateways.into(),
            turn: Arc::default(),
            headers: HeaderMap::new(),
        }
    }

    /// The same client with one more header on every request.
    ///
    /// # Errors
    /// When name or value are no header.
    pub fn with_header(&self, name: &str, value: &str) -> Result<Self> {
        let mut client = self.clone();
        client
            .headers
            .insert(HeaderName::from_bytes(name.as_bytes())?, HeaderValue::from_str(value)?);
        Ok(client)
    }

    /// The same client with the credentials of a session.
    ///
    /// # Errors
    /// When the token cannot stand in a header.
    pub fn with_token(&self, token: &str) -> Result<Self> {
        self.with_header("authorization", &format!("Bearer {token}"))
    }

    /// The same client with an API key.
    ///
    /// # Errors
    /// When the key cannot stand in a header.
    pub fn with_api_key(&self, key: &str) -> Result<Self> {
        self.with_header("x-api-key", key)
    }

    /// The same client of other gateways.
    #[must_use]
    pub fn at(&self, gateways: Vec<String>) -> Self {
        let mut client = Self::new(gateways);
        client.headers.clone_from(&self.headers);
        client
    }

    /// The headers of every request: the credentials.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The base URL of the gateway whose turn it is.
    ///
    /// # Errors
    /// When the system has no gateway.
    pub fn base(&self) -> Result<&str> {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        let index = turn
            .checked_rem(self.gateways.len())
            .context("the system has no gateway")?;
        Ok(self.gateways.get(index).context("no such gateway")?)
    }

    /// A request to `path` (with leading slash) of the gateway whose turn it is, with the credentials.
    ///
    /// # Errors
    /// When the system has no gateway.
    pub fn request(&self, method: Method, path: &str) -> Result<RequestBuilder> {
        Ok(self
            .http
            .request(method, format!("{}{path}", self.base()?))
            .headers(self.headers.clone()))
    }

    /// Sends `method` with an optional JSON body.
    ///
    /// # Errors
    /// When no complete answer comes.
    pub async fn send(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Answer> {
        let mut request = self.request(method, path)?;
        if let Some(body) = body {
            request = request.json(body);
        }
        Answer::of(request).await
    }

    /// `GET path`
    ///
    /// # Errors
    /// When no complete answer comes.
    pub async fn get(&self, path: &str) -> Result<Answer> {
        self.send(Method::GET, path, None).await
    }

    /// GET, answered with 200 and JSON.
    ///
    /// # Errors
    /// When no answer comes, or another one.
    pub async fn get_json(&self, path: &str) -> Result<Value> {
        self.get(path).await?.expect(200)?.json()
    }

    /// `POST path` with a JSON body.
    ///
    /// # Errors
    /// When no complete answer comes.
    pub async fn post(&self, path: &str, body: &Value) -> Result<Answer> {
        self.send(Method::POST, path, Some(body)).await
    }

    /// `PUT path` with a JSON body.
    ///
    /// # Errors
    /// When no complete answer comes.
    pub async fn put(&self, path: &str, body: &Value) -> Result<Answer> {
        self.send(Method::PUT, path, Some(body)).await
    }

    /// `DELETE path` with an optional JSON body.
    ///
    /// # Errors
    /// When no complete answer comes.
    pub async fn delete(&self, path: &str, body: Option<&Value>) -> Result<Answer> {
        self.send(Method::DELETE, path, body).await
    }
}
