//! Our own page: sign-in, timeline, viewer, upload, queues and fleet, as plain files that are part of this binary.
//!
//! It is at `/` until a web app is mounted, and always at `/_safelight`, where its files are, too, and at `/fleet`.

use actix_web::{
    HttpResponse,
    http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, X_FRAME_OPTIONS},
    web::Path,
};

use crate::http::error::ApiError;

/// What the page may do: run its own scripts, and speak to this server. Nothing inline, nothing of others; `data:`
/// pictures are the placeholders it paints itself.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; \
    connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; \
    require-trusted-types-for 'script'; trusted-types 'none'";

/// The page itself.
const INDEX: &str = include_str!("../../../web/index.html");

/// Each file with its name, from the folder `web`.
macro_rules! files {
    ($($name:literal),+ $(,)?) => {
        &[$(($name, include_str!(concat!("../../../web/", $name)))),+]
    };
}

/// Everything the page loads.
const FILES: &[(&str, &str)] = files![
    "announce.js",
    "api.js",
    "base.css",
    "dom.js",
    "events.js",
    "facts.js",
    "fields.js",
    "fleet-abilities.js",
    "fleet-chores.js",
    "fleet-clock.js",
    "fleet-course.js",
    "fleet-job.js",
    "fleet-jobs.css",
    "fleet-jobs.js",
    "fleet-load.js",
    "fleet-machines.js",
    "fleet-news.js",
    "fleet-notices.js",
    "fleet-node.js",
    "fleet-nodes.css",
    "fleet-orders.js",
    "fleet-overview.js",
    "fleet-parked.js",
    "fleet-queues.css",
    "fleet-queues.js",
    "fleet-rates.js",
    "fleet-words.js",
    "fleet.css",
    "fleet.js",
    "format.js",
    "hash.js",
    "icon.svg",
    "icons.js",
    "job-list.js",
    "keyed.js",
    "layout.js",
    "library.js",
    "live.js",
    "main.js",
    "month-view.js",
    "page.css",
    "preparations.js",
    "queue-names.js",
    "queues.css",
    "queues.js",
    "router.js",
    "scrubber.js",
    "session.js",
    "sign-in.js",
    "socket.js",
    "sure-button.js",
    "thumbhash.js",
    "tile-keys.js",
    "tile.js",
    "timeline.css",
    "timeline.js",
    "upload-panel.js",
    "upload.css",
    "upload.js",
    "viewer.css",
    "viewer.js",
    "zoom.js",
];

/// `GET /_safelight`, `GET /fleet`, and `GET /` where no web app is mounted. Never stored: it belongs to the release that
/// sent it.
pub(super) async fn index() -> HttpResponse {
    answer("index.html", INDEX, "no-store")
}

/// `GET /_safelight/{name}`: kept by browsers, and asked for again by its ETag.
pub(super) async fn file(name: Path<String>) -> Result<HttpResponse, ApiError> {
    FILES
        .iter()
        .find(|(known, _)| *known == name.as_str())
        .map(|(known, text)| answer(known, text, "no-cache"))
        .ok_or_else(ApiError::not_found)
}

fn answer(name: &str, text: &'static str, caching: &'static str) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(mime(name))
        .insert_header((CACHE_CONTROL, caching))
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((X_FRAME_OPTIONS, "DENY"))
        .insert_header((REFERRER_POLICY, "no-referrer"))
        .insert_header((
            HeaderName::from_static("permissions-policy"),
            "camera=(), microphone=(), geolocation=()",
        ))
        .body(text)
}

fn mime(name: &str) -> &'static str {
    match name.rsplit_once('.') {
        Some((_, "html")) => "text/html; charset=utf-8",
        Some((_, "css")) => "text/css; charset=utf-8",
        Some((_, "svg")) => "image/svg+xml",
        _ => "text/javascript; charset=utf-8",
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, path::Path};

    use super::*;

    fn names() -> BTreeSet<String> {
        FILES.iter().map(|(name, _)| (*name).to_owned()).collect()
    }

    #[test]
    fn every_file_of_the_folder_is_served() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("web");
        let present: BTreeSet<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name != "index.html")
            .collect();
        assert_eq!(present, names());
    }

    #[test]
    fn every_import_and_link_names_a_file_that_is_served() {
        let mut seen = 0;
        for (file, text) in FILES.iter().chain([&("index.html", INDEX)]) {
            for (before, after) in [("from './", '\''), ("import './", '\''), ("=\"/_safelight/", '"')] {
                for part in text.split(before).skip(1) {
                    let name = part.split(after).next().unwrap();
                    assert!(names().contains(name), "{file} names {name}");
                    seen += 1;
                }
            }
        }
        assert!(seen > 30, "only {seen} names were found");
    }

    #[test]
    fn nothing_of_the_page_would_break_its_policy() {
        for (file, text) in FILES.iter().chain([&("index.html", INDEX)]) {
            let foreign = text.replace("http://www.w3.org/2000/svg", "");
            assert!(!foreign.contains("http://") && !foreign.contains("https://"), "{file}");
            for word in [
                "innerHTML",
                "outerHTML",
                "insertAdjacentHTML",
                "document.write",
                "eval(",
                " style=\"",
                "onclick=",
            ] {
                assert!(!text.contains(word), "{file} has {word}");
            }
        }
    }
}
