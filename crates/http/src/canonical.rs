//! Paths are taken in any letter case and with a slash at the end, as Express takes them.
//!
//! The router compares exactly, so the path of a request is rewritten to the spelling of the route it means before
//! routing. Only the fixed words of a route are respelled; what stands in the place of a parameter stays as it is.
//! The request keeps its original address ([`Original`]) for the text of a 404.

use std::collections::HashMap;

use actix_web::{
    HttpMessage,
    body::BoxBody,
    dev::{ServiceRequest, ServiceResponse},
    http::Uri,
    middleware::Next,
    web,
};

/// The path and query the client wrote.
#[derive(Clone, Debug)]
pub struct Original(pub String);

/// The words of all routes, as a tree.
#[derive(Clone, Debug, Default)]
pub struct Spelling {
    words: HashMap<String, (String, Spelling)>,
    parameter: Option<Box<Spelling>>,
}

impl Spelling {
    /// Learns the words of a route such as `/api/albums/{id}`.
    pub fn learn(&mut self, route: &str) {
        let mut node = self;
        for word in route.split('/').skip(1) {
            node = if word.contains('{') {
                node.parameter.get_or_insert_default()
            } else {
                &mut node
                    .words
                    .entry(word.to_lowercase())
                    .or_insert_with(|| (word.to_owned(), Self::default()))
                    .1
            };
        }
    }

    /// The path in the spelling of its route; `None` if it is spelled so already.
    pub fn respell(&self, path: &str) -> Option<String> {
        let trimmed = path.strip_suffix('/').filter(|rest| !rest.is_empty()).unwrap_or(path);
        let mut spelled = String::with_capacity(trimmed.len());
        let mut node = Some(self);
        for word in trimmed.split('/').skip(1) {
            spelled.push('/');
            if let Some((canonical, next)) = node.and_then(|node| node.words.get(&word.to_lowercase())) {
                spelled.push_str(canonical);
                node = Some(next);
            } else {
                spelled.push_str(word);
                node = node.and_then(|node| node.parameter.as_deref());
            }
        }
        (spelled != path).then_some(spelled)
    }
}

/// The middleware.
///
/// # Errors
/// Those of the route.
pub async fn respell(
    mut request: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let written = request
        .uri()
        .path_and_query()
        .map(ToString::to_string)
        .unwrap_or_default();
    request.extensions_mut().insert(Original(written));
    let spelling = request.app_data::<web::Data<Spelling>>().cloned();
    if let Some(path) = spelling.and_then(|spelling| spelling.respell(request.path())) {
        let address = match request.uri().query() {
            Some(query) => format!("{path}?{query}"),
            None => path,
        };
        if let Ok(uri) = address.parse::<Uri>() {
            request.match_info_mut().get_mut().update(&uri);
            request.head_mut().uri = uri;
        }
    }
    next.call(request).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_respelled_and_parameters_are_not() {
        let mut spelling = Spelling::default();
        for route in [
            "/api/server/ping",
            "/api/auth/validateToken",
            "/api/jobs/{name}",
            "/api/assets/{id}/metadata/{key}",
        ] {
            spelling.learn(route);
        }
        let respell = |path: &str| spelling.respell(path);
        assert_eq!(respell("/api/server/ping"), None);
        assert_eq!(respell("/API/Server/Ping/").as_deref(), Some("/api/server/ping"));
        assert_eq!(
            respell("/api/auth/validatetoken").as_deref(),
            Some("/api/auth/validateToken")
        );
        assert_eq!(
            respell("/api/JOBS/metadataExtraction").as_deref(),
            Some("/api/jobs/metadataExtraction")
        );
        assert_eq!(
            respell("/api/assets/Server/Metadata/Ping").as_deref(),
            Some("/api/assets/Server/metadata/Ping")
        );
        assert_eq!(respell("/"), None);
        assert_eq!(respell("/Nope/x"), None);
    }
}
