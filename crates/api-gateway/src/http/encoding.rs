//! Which answers are compressed, and how: Brotli when the client takes it, else gzip.

use actix_web::http::{
    Method, StatusCode,
    header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ContentEncoding, HeaderMap},
};

/// Bodies below this many bytes are sent as they are.
const THRESHOLD: u64 = 1024;

/// Whether answers of this type shrink: text, JSON, scripts, SVG. Such answers carry `Vary: Accept-Encoding`.
pub(super) fn compressible(headers: &HeaderMap) -> bool {
    let kind = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    let no_transform = headers.get_all(CACHE_CONTROL).any(|value| {
        value
            .to_str()
            .is_ok_and(|value| value.to_ascii_lowercase().contains("no-transform"))
    });
    let shrinks = kind.starts_with("text/")
        || kind.ends_with("json")
        || kind.ends_with("jsonlines+json")
        || kind.ends_with("+xml")
        || matches!(kind, "application/javascript" | "application/xml");
    shrinks && !no_transform && kind != "text/event-stream"
}

/// The encoding for an answer. `size` is unknown for streams, which are taken to be long.
pub(crate) fn choose(
    request: &HeaderMap,
    method: &Method,
    status: StatusCode,
    answer: &HeaderMap,
    size: Option<u64>,
) -> Option<ContentEncoding> {
    let small = size.is_some_and(|size| size < THRESHOLD);
    // A part of a file keeps the bytes that it was asked for by.
    let as_it_is = matches!(status, StatusCode::NOT_MODIFIED | StatusCode::PARTIAL_CONTENT);
    if small || as_it_is || method == Method::HEAD || answer.contains_key(CONTENT_ENCODING) {
        return None;
    }
    let accepted = accepted(request);
    [("br", ContentEncoding::Brotli), ("gzip", ContentEncoding::Gzip)]
        .into_iter()
        .find(|(name, _)| accepted.iter().any(|word| word == name))
        .map(|(_, encoding)| encoding)
}

/// The encodings a client takes, without those it refuses by `q=0`.
pub(crate) fn accepted(headers: &HeaderMap) -> Vec<String> {
    headers
        .get_all(ACCEPT_ENCODING)
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|part| {
            let (name, weight) = part
                .split_once(';')
                .map_or((part, ""), |(name, weight)| (name, weight.trim()));
            let refused = weight
                .strip_prefix("q=")
                .is_some_and(|q| q.trim().parse::<f32>() == Ok(0.0));
            (!refused).then(|| name.trim().to_ascii_lowercase())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn chosen(accept: &'static str, size: u64) -> Option<ContentEncoding> {
        let mut request = HeaderMap::new();
        request.insert(ACCEPT_ENCODING, HeaderValue::from_static(accept));
        choose(&request, &Method::GET, StatusCode::OK, &HeaderMap::new(), Some(size))
    }

    #[test]
    fn brotli_is_preferred_then_gzip() {
        assert_eq!(chosen("gzip, deflate, br", 5000), Some(ContentEncoding::Brotli));
        assert_eq!(chosen("gzip", 5000), Some(ContentEncoding::Gzip));
        assert_eq!(chosen("br;q=0, gzip;q=0.5", 5000), Some(ContentEncoding::Gzip));
        assert_eq!(chosen("identity", 5000), None);
    }

    #[test]
    fn parts_of_files_stay_as_they_are() {
        let mut request = HeaderMap::new();
        request.insert(ACCEPT_ENCODING, HeaderValue::from_static("br"));
        let part = StatusCode::PARTIAL_CONTENT;
        assert_eq!(choose(&request, &Method::GET, part, &HeaderMap::new(), None), None);
    }

    #[test]
    fn small_answers_stay_as_they_are() {
        assert_eq!(chosen("gzip", 800), None);
    }
}
