//! One answer: its body, the same compressed as clients ask for it, and since when it holds.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use actix_http::{ResponseHead, encoding::Encoder};
use actix_web::{
    HttpRequest, HttpResponse,
    body::{BoxBody, to_bytes},
    http::{
        StatusCode,
        header::{CONTENT_ENCODING, ContentEncoding, ETAG, HeaderMap, IF_NONE_MATCH, VARY},
    },
};
use bytes::Bytes;
use chrono::NaiveDate;
use tokio::sync::OnceCell;

use super::{Made, check::Stamp};
use crate::{
    finish,
    http::{encoding, error::ApiError},
};

/// What an entry takes beside its bytes, roughly.
const OVERHEAD: usize = 512;
/// A month and its number in a tree.
const MONTH: usize = 24;

/// An answer that is kept.
pub(super) struct Entry {
    body: Bytes,
    etag: String,
    brotli: OnceCell<Bytes>,
    gzip: OnceCell<Bytes>,
    months: BTreeMap<NaiveDate, i64>,
    bytes: AtomicUsize,
    stamp: Mutex<Stamp>,
}

impl Entry {
    pub(super) fn new(made: Made, stamp: Stamp) -> Self {
        let body = Bytes::from(made.body);
        Self {
            etag: finish::etag(&body),
            bytes: AtomicUsize::new(OVERHEAD + body.len() + MONTH * made.months.len()),
            body,
            brotli: OnceCell::new(),
            gzip: OnceCell::new(),
            months: made.months,
            stamp: Mutex::new(stamp),
        }
    }

    /// The months that it was made from.
    pub(super) fn months(&self) -> &BTreeMap<NaiveDate, i64> {
        &self.months
    }

    /// What it takes in memory.
    pub(super) fn bytes(&self) -> usize {
        self.bytes.load(Ordering::Relaxed)
    }

    /// The last moment at which it was found to hold.
    pub(super) fn stamp(&self) -> Stamp {
        self.stamp.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// It was found to hold then.
    pub(super) fn holds_at(&self, stamp: Stamp) {
        *self.stamp.lock().unwrap_or_else(PoisonError::into_inner) = stamp;
    }

    /// The answer for this client, and whether the entry takes more memory for it.
    pub(super) async fn reply(&self, request: &HttpRequest) -> (HttpResponse, bool) {
        let known = request.headers().get(IF_NONE_MATCH);
        if known.is_some_and(|known| finish::matches(known, &self.etag)) {
            let same = HttpResponse::NotModified()
                .insert_header((ETAG, self.etag.as_str()))
                .finish();
            return (same, false);
        }
        let length = u64::try_from(self.body.len()).ok();
        let wanted = encoding::choose(
            request.headers(),
            request.method(),
            StatusCode::OK,
            &HeaderMap::new(),
            length,
        );
        let (body, encoding, has_grown) = match wanted {
            Some(encoding) => match self.encoded(encoding).await {
                Some((body, has_grown)) => (body, Some(encoding), has_grown),
                None => (self.body.clone(), None, false),
            },
            None => (self.body.clone(), None, false),
        };
        let mut response = HttpResponse::Ok();
        response
            .content_type("application/json; charset=utf-8")
            .insert_header((ETAG, self.etag.as_str()))
            .insert_header((VARY, "Accept-Encoding"));
        if let Some(encoding) = encoding {
            response.insert_header((CONTENT_ENCODING, encoding.as_str()));
        }
        (response.body(body), has_grown)
    }

    /// The body in this encoding, made when it is first asked for.
    async fn encoded(&self, encoding: ContentEncoding) -> Option<(Bytes, bool)> {
        let cell = if encoding == ContentEncoding::Brotli {
            &self.brotli
        } else {
            &self.gzip
        };
        let mut has_grown = false;
        let made = cell.get_or_try_init(async || {
            has_grown = true;
            compress(encoding, self.body.clone()).await
        });
        let body = made.await.ok()?.clone();
        if has_grown {
            self.bytes.fetch_add(body.len(), Ordering::Relaxed);
        }
        Some((body, has_grown))
    }
}

async fn compress(encoding: ContentEncoding, body: Bytes) -> Result<Bytes, ApiError> {
    let mut head = ResponseHead::new(StatusCode::OK);
    let encoded = to_bytes(Encoder::response(encoding, &mut head, BoxBody::new(body))).await;
    encoded.map_err(|error| ApiError::internal(error.to_string()))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn entry() -> Entry {
        let made = Made {
            body: "[1,2,3,4]".repeat(1_000),
            ..Made::default()
        };
        Entry::new(made, Stamp::default())
    }

    async fn ask(entry: &Entry, header: (&'static str, &str)) -> (HttpResponse, bool) {
        entry
            .reply(&TestRequest::default().insert_header(header).to_http_request())
            .await
    }

    #[actix_web::test]
    async fn each_client_gets_what_it_can_read_and_each_form_is_made_once() {
        let entry = entry();
        let plain = entry.bytes();
        for (accepted, told) in [("br, gzip", Some("br")), ("gzip", Some("gzip")), ("identity", None)] {
            let (response, has_grown) = ask(&entry, ("accept-encoding", accepted)).await;
            let encoding = response
                .headers()
                .get(CONTENT_ENCODING)
                .map(|value| value.to_str().unwrap().to_owned());
            assert_eq!(encoding.as_deref(), told);
            assert_eq!(has_grown, told.is_some());
            let body = to_bytes(response.into_body()).await.unwrap();
            assert_eq!(body.len() < 1_000, told.is_some());
            assert!(!ask(&entry, ("accept-encoding", accepted)).await.1);
        }
        assert!(entry.bytes() > plain && entry.bytes() < plain + 2_000);
    }

    #[actix_web::test]
    async fn who_has_it_is_told_so() {
        let entry = entry();
        let etag = entry.etag.clone();
        let (response, _) = ask(&entry, ("if-none-match", &etag)).await;
        assert_eq!(response.status(), StatusCode::NOT_MODIFIED);
        let (response, _) = ask(&entry, ("if-none-match", "\"1-other\"")).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers().get(ETAG).unwrap().to_str().unwrap(), etag);
    }
}
