//! Uploads.

use anyhow::Result;
use bytes::Bytes;
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use sha1::{Digest, Sha1};

use super::{Answer, Client};

/// The date that uploads carry unless a test says otherwise.
pub const UPLOAD_DATE: &str = "2024-03-01T10:00:00.000Z";

/// A file to be uploaded.
#[derive(Clone, Debug)]
pub struct NewUpload {
    /// File name.
    pub name: String,
    /// Contents.
    pub bytes: Bytes,
    /// More form fields, after the dates and before the file.
    pub fields: Vec<(String, String)>,
}

/// What the server answered to an upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uploaded {
    /// The asset's id.
    pub id: String,
    /// Whether it is new (201) rather than a duplicate (200).
    pub created: bool,
}

impl NewUpload {
    /// A file without more fields.
    pub fn new(name: &str, bytes: impl Into<Bytes>) -> Self {
        Self {
            name: name.to_owned(),
            bytes: bytes.into(),
            fields: Vec::new(),
        }
    }

    /// The same file with one more form field.
    #[must_use]
    pub fn field(mut self, name: &str, value: &str) -> Self {
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// SHA-1 of the contents in hex.
    pub fn sha1(&self) -> String {
        hex::encode(Sha1::digest(&self.bytes))
    }

    fn form(&self) -> Form {
        let mut form = Form::new();
        for date in ["fileCreatedAt", "fileModifiedAt"] {
            if !self.fields.iter().any(|(name, _)| name == date) {
                form = form.text(date, UPLOAD_DATE);
            }
        }
        for (name, value) in &self.fields {
            form = form.text(name.clone(), value.clone());
        }
        form.part(
            "assetData",
            Part::stream(self.bytes.clone()).file_name(self.name.clone()),
        )
    }
}

impl Client {
    /// Uploads a file, whatever the answer.
    ///
    /// # Errors
    /// When no complete answer comes.
    pub async fn try_upload(&self, file: &NewUpload) -> Result<Answer> {
        Answer::of(self.request(Method::POST, "/api/assets")?.multipart(file.form())).await
    }

    /// Uploads a file.
    ///
    /// # Errors
    /// When the answer is neither 200 nor 201.
    pub async fn upload(&self, file: &NewUpload) -> Result<Uploaded> {
        let answer = self.try_upload(file).await?.ok()?;
        Ok(Uploaded {
            id: answer.string("/id")?,
            created: answer.status == 201,
        })
    }
}
