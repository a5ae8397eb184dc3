//! The table of routes. A resource says in one line for each route who may call it and what answers:
//!
//! ```text
//! routes! {
//!     GET  "/albums"      user AlbumRead               => read::list;
//!     POST "/assets"      shared AssetUpload + with_files => upload::create;
//!     GET  "/server/ping" public                       => about::ping;
//! }
//! ```
//!
//! Paths are below `/api`, in the spelling of the contract. The words after the path are those of [`Access`]: who may call (`public`, `user`,
//! `any_user`, `shared`, `admin`), the permission that an API key needs, and what else there is to say of the body. The gate
//! (`access::gate`) runs before any extractor, so a request without the right to call the route is answered before its body is read. `GET`
//! routes answer `HEAD`. Of two paths that both fit, the one that stands first is called.

use std::fmt;

use actix_web::{
    FromRequest, Handler, HttpMessage, HttpRequest, HttpResponse, Responder, guard,
    http::Method,
    middleware::from_fn,
    web::{self, ServiceConfig},
};

use crate::{
    access::{Access, gate},
    http::{
        canonical::{Original, Spelling},
        error::ApiError,
    },
    state::AppState,
    web_root::WebRoot,
};

/// `GET` (and `HEAD`).
pub(crate) const GET: &[Method] = &[Method::GET];
/// `POST`
pub(crate) const POST: &[Method] = &[Method::POST];
/// `PUT`
pub(crate) const PUT: &[Method] = &[Method::PUT];
/// `PATCH`
pub(crate) const PATCH: &[Method] = &[Method::PATCH];
/// `PUT` and its twin `PATCH`, which many updates of the contract have.
pub(crate) const UPDATE: &[Method] = &[Method::PUT, Method::PATCH];
/// `DELETE`
pub(crate) const DELETE: &[Method] = &[Method::DELETE];

/// Declares the function `routes`, which registers these lines.
macro_rules! routes {
    ($($methods:ident $path:literal $who:ident $($permission:ident)? $(+ $more:ident)? => $handler:path;)*) => {
        /// Registers the routes of this resource.
        pub(crate) fn routes(api: &mut $crate::routes::Api<'_>) {
            $(api.route(
                $crate::routes::$methods,
                $path,
                $crate::access::Access::$who($($crate::access::Permission::$permission)?)$(.$more())?,
                &$handler,
            );)*
        }
    };
}

pub(crate) use routes;

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

    /// Any methods of one path below `/api`.
    pub(crate) fn route<F, Args>(&mut self, methods: &[Method], path: &str, access: Access, handler: &F)
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        for method in methods {
            self.add(method, &format!("/api{path}"), access, handler.clone());
        }
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
