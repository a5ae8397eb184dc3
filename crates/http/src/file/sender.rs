use std::{
    path::Path,
    pin::Pin,
    task::{Context, Poll},
};

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    body::{BodySize, BoxBody, MessageBody, SizedStream},
    http::{
        Method, StatusCode,
        header::{
            ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_RANGE,
            CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, HeaderValue, HttpDate, IF_MODIFIED_SINCE, IF_NONE_MATCH,
            LAST_MODIFIED, RANGE,
        },
    },
};
use bytes::Bytes;
use safelight_core::{
    formats,
    media::{MediaError, MediaStore, OpenFile},
};

use super::{
    conditional::Version,
    disposition::encode_component,
    range::{self, Wanted},
};
use crate::{error::ApiError, reply::Reply};

/// How long browsers may keep pictures: their addresses change with their content.
const LONG: &str = "private, max-age=86400, no-transform, stale-while-revalidate=2592000, stale-if-error=2592000";
/// For what changes under its address.
const ASK: &str = "private, max-age=0";

/// What a browser may do with a file of a person that is opened as a page: show it. Whatever it is, no script in it runs, it
/// loads nothing, and it is not a page of ours.
const POLICY: &str = "default-src 'none'; img-src 'self' data:; media-src 'self'; style-src 'unsafe-inline'; sandbox";
/// Up to this size a file is read while it is opened: previews of photos have some hundred KiB.
const SMALL: u64 = 512 << 10;
/// What is locked is kept nowhere.
const NO_STORE: &str = "no-store";

/// What is sent of the store.
pub struct Send<'a> {
    /// The file.
    pub path: &'a Path,
    /// The name people see when they save it.
    pub name: Option<String>,
    /// `Cache-Control`.
    pub cache: Cache,
}

/// How long browsers may keep a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cache {
    /// A picture whose address changes with its content.
    Long,
    /// Not without asking each time whether it is the same.
    Ask,
    /// Not at all: what is locked.
    Never,
}

impl Cache {
    fn header(self) -> &'static str {
        match self {
            Self::Long => LONG,
            Self::Ask => ASK,
            Self::Never => NO_STORE,
        }
    }
}

/// A file that is open already, and what is said of it.
pub struct Opened {
    /// The file.
    pub file: OpenFile,
    /// Its type.
    pub mime: &'static str,
    /// `Cache-Control`.
    pub cache: &'static str,
    /// The name people see when they save it.
    pub name: Option<String>,
    /// `Content-Encoding`, where the file is compressed.
    pub encoding: Option<&'static str>,
}

/// Answers with a file.
///
/// # Errors
/// 404 where it is not there; 503 where the store cannot be read.
pub async fn send(request: &HttpRequest, store: &dyn MediaStore, what: Send<'_>) -> Reply {
    let opened = Opened {
        file: store.open_reading(what.path, most(request)).await.map_err(unreadable)?,
        mime: formats::mime_of(&what.path.to_string_lossy()),
        cache: what.cache.header(),
        name: what.name,
        encoding: None,
    };
    let mut answer = answer(request, opened);
    let policy = HeaderValue::from_static(POLICY);
    answer.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    Ok(answer)
}

/// How many bytes are read with the opening: those of a picture that is sent whole, most likely.
fn most(request: &HttpRequest) -> u64 {
    let headers = request.headers();
    let is_whole = request.method() == Method::GET
        && ![RANGE, IF_NONE_MATCH, IF_MODIFIED_SINCE]
            .iter()
            .any(|name| headers.contains_key(name));
    if is_whole { SMALL } else { 0 }
}

/// The answer that sends an open file: all of it, a part, or the word that the client has it.
pub fn answer(request: &HttpRequest, opened: Opened) -> HttpResponse {
    let Opened { file, mime, .. } = opened;
    let version = Version::of(file.length(), file.modified());
    let headers = request.headers();
    let mut answer = HttpResponse::build(StatusCode::OK);
    answer
        .insert_header((ACCEPT_RANGES, "bytes"))
        .insert_header((CACHE_CONTROL, opened.cache))
        .insert_header((LAST_MODIFIED, HttpDate::from(version.modified).to_string()))
        .insert_header((ETAG, version.etag.clone()));
    if let Some(encoding) = opened.encoding {
        answer.insert_header((CONTENT_ENCODING, encoding));
    }
    if let Some(name) = &opened.name {
        let value = format!("inline; filename*=UTF-8''{}", encode_component(name));
        answer.insert_header((CONTENT_DISPOSITION, value));
    }
    if version.is_known(headers) {
        return answer.status(StatusCode::NOT_MODIFIED).finish();
    }
    let asked = headers.get(RANGE).and_then(|value| value.to_str().ok());
    let asked = asked.filter(|_| version.range_holds(headers));
    let length = file.length();
    let (start, end) = match range::parse(asked, length) {
        Wanted::Whole => (0, length),
        Wanted::Part { start, end } => {
            answer
                .status(StatusCode::PARTIAL_CONTENT)
                .insert_header((CONTENT_RANGE, format!("bytes {start}-{end}/{length}")));
            (start, end.saturating_add(1))
        }
        Wanted::Unsatisfiable => return unsatisfiable(answer, mime, length),
    };
    answer.insert_header((CONTENT_TYPE, mime));
    answer.body(body(request.method(), file, start, end))
}

fn body(method: &Method, file: OpenFile, start: u64, end: u64) -> BoxBody {
    let size = end.saturating_sub(start);
    if method == Method::HEAD {
        return BoxBody::new(LengthOnly(size));
    }
    match file.content() {
        Some(content) if size == file.length() => BoxBody::new(content),
        _ => BoxBody::new(SizedStream::new(size, Box::pin(file.stream(start, end)))),
    }
}

/// The measured answer to a range that the file has not got.
fn unsatisfiable(mut answer: HttpResponseBuilder, mime: &str, length: u64) -> HttpResponse {
    let mime = if mime.contains("charset") {
        mime.to_owned()
    } else {
        format!("{mime}; charset=utf-8")
    };
    let mut response = answer
        .status(StatusCode::NOT_FOUND)
        .insert_header((CONTENT_RANGE, format!("bytes */{length}")))
        .insert_header((CONTENT_TYPE, mime))
        .body(r#"{"message":"Not Found"}"#);
    // The body is not the file's.
    response.headers_mut().remove(CONTENT_ENCODING);
    response
}

fn unreadable(error: MediaError) -> ApiError {
    match error {
        MediaError::NotFound(_) => ApiError::not_found(),
        other => other.into(),
    }
}

/// A body that is announced and never sent, for `HEAD`.
struct LengthOnly(u64);

impl MessageBody for LengthOnly {
    type Error = std::convert::Infallible;

    fn size(&self) -> BodySize {
        BodySize::Sized(self.0)
    }

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Poll::Ready(None)
    }
}
