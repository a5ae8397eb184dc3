//! What nearly every handler uses.

pub(crate) use actix_web::web::Data;

pub(crate) use crate::{
    access::{Auth, Permission},
    http::{
        body::Body,
        error::ApiError,
        params::{Id, Params},
        query::Query,
        reply::{self, Reply},
    },
    state::AppState,
};
