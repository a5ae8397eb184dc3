//! What a route of a thing that is not there can say.

use std::future::{Ready, ready};

use actix_web::{HttpRequest, HttpResponse, http::Method};

use crate::prelude::*;
use crate::{
    access::Access,
    http::params::{self},
};

/// One route.
pub(super) struct Line {
    pub(super) method: Method,
    pub(super) path: &'static str,
    pub(super) access: Access,
    /// What it needs, for the words of a refusal.
    pub(super) permission: Permission,
    pub(super) answer: Answer,
}

/// An answer that needs no look at the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// 200 with this JSON: a list, a count.
    Empty(&'static str),
    /// 400: there is no such thing that the caller could do this with.
    NoAccess,
    /// 400 with the words that the contract has for this thing.
    Unknown(&'static str),
    /// 404.
    NotFound,
    /// 501: these things do not exist in this release.
    NotYet(&'static str),
}

impl Answer {
    /// A handler that gives this answer on a route that needs `permission`.
    pub(super) fn handler(self, permission: Permission) -> impl Fn(HttpRequest) -> Ready<Reply> + Clone + 'static {
        move |request| ready(self.reply(&request, permission))
    }

    fn reply(self, request: &HttpRequest, permission: Permission) -> Reply {
        if request.match_info().get("id").is_some() {
            params::read::<Id>(request)?;
        }
        match self {
            Self::Empty(json) => Ok(HttpResponse::Ok()
                .content_type("application/json; charset=utf-8")
                .body(json)),
            Self::NoAccess => Err(ApiError::no_access(permission.as_str())),
            Self::Unknown(message) => Err(ApiError::bad(message)),
            Self::NotFound => Err(ApiError::not_found()),
            Self::NotYet(things) => Err(ApiError::not_yet(things)),
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::{ResponseError, body::to_bytes, http::StatusCode, test::TestRequest};

    use super::*;

    fn reply(answer: Answer, id: &'static str) -> Reply {
        let request = TestRequest::default().param("id", id).to_http_request();
        answer.reply(&request, Permission::TagRead)
    }

    const ID: &str = "6e1bd7a4-7c0f-4bb5-9a5b-2a5f3a7c2f10";

    #[actix_web::test]
    async fn an_empty_answer_is_json() {
        let response = reply(Answer::Empty("[]"), ID).unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(to_bytes(response.into_body()).await.unwrap(), "[]");
    }

    #[test]
    fn refusals() {
        let refusal = |answer, id| {
            let error = reply(answer, id).unwrap_err();
            (error.status_code().as_u16(), error.to_string())
        };
        let told = |status, message: &str| (status, message.to_owned());
        assert_eq!(refusal(Answer::NoAccess, "7"), told(400, "Validation failed"));
        assert_eq!(
            refusal(Answer::NoAccess, ID),
            told(400, "Not found or no tag.read access")
        );
        assert_eq!(refusal(Answer::NotFound, ID), told(404, "Not Found"));
        assert_eq!(
            refusal(Answer::NotYet("Tags"), ID),
            told(501, "Tags are not available in this release")
        );
    }
}
