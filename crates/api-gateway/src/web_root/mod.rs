//! The official web app, served from the folder of its build: what lies outside of `/api` is a file of it, or a page that its
//! scripts make of `index.html`.
//!
//! Files are opened for each request, so a new build is served as soon as it is in place. Beside a file there may be the
//! same one compressed (`.br`, `.gz`), which is sent to whoever takes it.

mod mime;
mod path;

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        Method, StatusCode,
        header::{CACHE_CONTROL, CONTENT_TYPE, HeaderMap, HeaderValue, VARY},
    },
};
use safelight_core::{
    config::{ConfigError, Env},
    media::{Found, MediaError, Tree},
};

use crate::http::{
    encoding,
    error::ApiError,
    file::{self, Opened},
    reply::Reply,
};

/// The page of which the scripts make all others.
const INDEX: &str = "index.html";
/// Most bytes of that page.
const INDEX_LIMIT: u64 = 4 << 20;
/// Files whose names change with their content.
const IMMUTABLE: &str = "_app/immutable/";
/// Files of the scripts: a page is no answer where one of them is missing.
const SCRIPTS: &str = "_app/";
/// Kept for a year without asking.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// Asked about each time, and mostly answered 304.
const ASK: &str = "public, max-age=0, must-revalidate";

/// Where the build of the web app lies.
///
/// # Errors
/// A variable that cannot be read.
pub(crate) fn location(env: &Env) -> Result<Option<PathBuf>, ConfigError> {
    if let Some(root) = env.string("SAFELIGHT_WEB_ROOT")? {
        return Ok(Some(root.into()));
    }
    let build = env
        .string("IMMICH_BUILD_DATA")?
        .map(|data| Path::new(&data).join("www"));
    Ok(build.filter(|root| root.is_dir()))
}

/// A mounted web app. Cheap to clone.
#[derive(Clone)]
pub(crate) struct WebRoot {
    tree: Tree,
}

impl WebRoot {
    /// Opens the build in `location`, or says why there is nothing to serve. One file operation may take as long as
    /// `deadline`.
    pub(crate) async fn mount(location: &Path, deadline: Duration) -> Option<Self> {
        let mounted = Self::open(location, deadline).await;
        match &mounted {
            Ok(_) => tracing::info!(web.root = %location.display(), "the web app is served"),
            Err(error) => tracing::error!(
                web.root = %location.display(), %error,
                "the web root cannot be served; the built-in pages are shown instead"
            ),
        }
        mounted.ok()
    }

    async fn open(location: &Path, deadline: Duration) -> Result<Self, MediaError> {
        let tree = Tree::open(location, deadline).await?;
        tree.first(&[INDEX.to_owned()]).await?;
        Ok(Self { tree })
    }

    /// Whether a request is for the web app: reading, and not of the API.
    pub(crate) fn covers(request: &HttpRequest) -> bool {
        let below_api = request.path() == "/api" || request.path().starts_with("/api/");
        matches!(*request.method(), Method::GET | Method::HEAD) && !below_api
    }

    /// Answers with a file of the build, else with the page.
    ///
    /// # Errors
    /// 404 for what is neither; 500 where the folder cannot be read.
    pub(crate) async fn serve(&self, request: &HttpRequest) -> Reply {
        let name = path::relative(request.path()).ok_or_else(ApiError::not_found)?;
        if name.is_empty() || name == INDEX {
            return self.page(StatusCode::OK).await;
        }
        if let Some(answer) = self.file(request, &name).await? {
            return Ok(answer);
        }
        if name.starts_with(SCRIPTS) {
            return Err(ApiError::not_found());
        }
        // There are no shared links yet, so none is valid.
        let status = if path::is_shared_link(&name) {
            StatusCode::NOT_FOUND
        } else {
            StatusCode::OK
        };
        self.page(status).await
    }

    /// `index.html`. It names the scripts of its build, so nobody keeps it.
    async fn page(&self, status: StatusCode) -> Reply {
        let Found { file, .. } = self.tree.first(&[INDEX.to_owned()]).await.map_err(absent)?;
        let length = file.length().min(INDEX_LIMIT);
        let body = file.read_at(0, usize::try_from(length).unwrap_or(usize::MAX)).await;
        Ok(HttpResponse::build(status)
            .insert_header((CONTENT_TYPE, mime::of(INDEX)))
            .insert_header((CACHE_CONTROL, "no-store"))
            .body(body.map_err(ApiError::internal)?))
    }

    async fn file(&self, request: &HttpRequest, name: &str) -> Result<Option<HttpResponse>, ApiError> {
        let variants = variants(request.headers());
        let names: Vec<String> = variants
            .iter()
            .map(|(extension, _)| format!("{name}{extension}"))
            .collect();
        let Found { which, file } = match self.tree.first(&names).await {
            Ok(found) => found,
            Err(error) if error.is_not_found() => return Ok(None),
            Err(error) => return Err(ApiError::internal(error)),
        };
        let opened = Opened {
            file,
            mime: mime::of(name),
            cache: if name.starts_with(IMMUTABLE) { FOR_EVER } else { ASK },
            name: None,
            encoding: variants.get(which).and_then(|(_, encoding)| *encoding),
        };
        let mut answer = file::answer(request, opened);
        let vary = HeaderValue::from_static("Accept-Encoding");
        answer.headers_mut().insert(VARY, vary);
        Ok(Some(answer))
    }
}

/// The files that may answer, the best first: what stands behind the name, and what that is to the client.
fn variants(headers: &HeaderMap) -> Vec<(&'static str, Option<&'static str>)> {
    let accepted = encoding::accepted(headers);
    let takes = |encoding: &str| accepted.iter().any(|word| word == encoding);
    let mut variants = Vec::with_capacity(3);
    if takes("br") {
        variants.push((".br", Some("br")));
    }
    if takes("gzip") {
        variants.push((".gz", Some("gzip")));
    }
    variants.push(("", None));
    variants
}

fn absent(error: MediaError) -> ApiError {
    if error.is_not_found() {
        ApiError::not_found()
    } else {
        ApiError::internal(error)
    }
}
