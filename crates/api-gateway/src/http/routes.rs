//! The table of routes. A resource registers its routes here, one line each, and the line says who may call it:
//!
//! ```ignore
//! pub(crate) fn routes(api: &mut Api<'_>) {
//!     api.get("/albums", Access::user(Permission::AlbumRead), read::list);
//!     api.post("/albums", Access::user(Permission::AlbumCreate), write::create);
//! }
//! ```
//!
//! Paths are below `/api`, in the spelling of the contract. The gate (`access::gate`) runs before any extractor, so a
//! request without the right to call the route is answered before its body is read. `GET` routes answer `HEAD`.

use std::fmt;

use actix_web::{
    FromRequest, Handler, HttpMessage, HttpRequest, HttpResponse, Responder, guard,
    http::Method,
    middleware::from_fn,
    web::{self, ServiceConfig},
};

use super::{
    canonical::{Original, Spelling},
    error::ApiError,
};
use crate::{
    access::{Access, gate},
    state::AppState,
    web_root::WebRoot,
};

/// Collects routes.
pub(crate) struct Api<'a> {
    config: &'a mut ServiceConfig,
    spelling: Spelling,
    table: Vec<Route>,
}

/// One line of the table.
pub(crate) struct Route {
    method: Method,
    path: String,
    access: Access,
}

/// `GET /api/albums user album.read`
impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.method, self.path, self.access)
    }
}

impl<'a> Api<'a> {
    /// A table that registers into `config`.
    pub(crate) fn new(config: &'a mut ServiceConfig) -> Self {
        Self {
            config,
            spelling: Spelling::default(),
            table: Vec::new(),
        }
    }

    /// Ends the table: what it learned about spelling, and the answer to everything else. Gives what is in it.
    pub(crate) fn finish(self) -> Vec<Route> {
        self.config.app_data(web::Data::new(self.spelling));
        self.config.default_service(web::to(unknown));
        self.table
    }

    /// Any method.
    pub(crate) fn route<F, Args>(&mut self, method: &Method, path: &str, access: Access, handler: F)
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.add(method, &format!("/api{path}"), access, handler);
    }

    /// `GET` (and `HEAD`).
    pub(crate) fn get<F, Args>(&mut self, path: &str, access: Access, handler: F)
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.route(&Method::GET, path, access, handler);
    }

    /// `POST`.
    pub(crate) fn post<F, Args>(&mut self, path: &str, access: Access, handler: F)
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.route(&Method::POST, path, access, handler);
    }

    /// `PUT`.
    pub(crate) fn put<F, Args>(&mut self, path: &str, access: Access, handler: F)
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.route(&Method::PUT, path, access, handler);
    }

    /// `PATCH`.
    pub(crate) fn patch<F, Args>(&mut self, path: &str, access: Access, handler: F)
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.route(&Method::PATCH, path, access, handler);
    }

    /// `PUT` and its twin `PATCH`, which many updates of the contract have.
    pub(crate) fn update<F, Args>(&mut self, path: &str, access: Access, handler: F)
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.put(path, access, handler.clone());
        self.patch(path, access, handler);
    }

    /// `DELETE`.
    pub(crate) fn delete<F, Args>(&mut self, path: &str, access: Access, handler: F)
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.route(&Method::DELETE, path, access, handler);
    }

    /// `GET` of a path that is not below `/api`.
    pub(crate) fn get_outside<F, Args>(&mut self, path: &str, handler: F)
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.add(&Method::GET, path, Access::public(), handler);
    }

    /// Any method of a path that is not among those of the contract, without credentials.
    pub(crate) fn outside<F, Args>(&mut self, method: &Method, path: &str, handler: F)
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.add(method, path, Access::public().without_body(), handler);
    }

    fn add<F, Args>(&mut self, method: &Method, path: &str, access: Access, handler: F)
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.spelling.learn(path);
        self.table.push(Route {
            method: method.clone(),
            path: path.to_owned(),
            access,
        });
        let methods = guard::Any(guard::Method(method.clone()));
        let methods = if method == Method::GET {
            methods.or(guard::Head())
        } else {
            methods
        };
        let resource = web::resource(path)
            .guard(methods)
            .wrap(from_fn(move |request, next| gate(access, request, next)))
            .to(handler);
        self.config.service(resource);
    }
}

/// Whatever no route answers: a file or page of the mounted web app, else `Cannot GET /api/nope?x=1`.
async fn unknown(request: HttpRequest, state: web::Data<AppState>) -> Result<HttpResponse, ApiError> {
    if let Some(root) = state.web_root.as_ref().filter(|_| WebRoot::covers(&request)) {
        return root.serve(&request).await;
    }
    let original = request.extensions().get::<Original>().cloned();
    let written = original.map_or_else(|| request.uri().to_string(), |original| original.0);
    Err(ApiError::NotFound(format!("Cannot {} {written}", request.method())))
}
