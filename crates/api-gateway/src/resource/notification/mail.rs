//! Trying out mail: there is no sender yet, and this says so instead of claiming that something was sent.

use actix_web::http::StatusCode;
use safelight_core::settings::SmtpSettings;

use crate::prelude::*;
use crate::{
    http::validate::{Bound, name, shape, text},
    resource::system_config::Sent,
};
use serde_json::json;

/// `POST /admin/notifications/test-email`: whether the server can be reached is told first.
pub(super) async fn test(body: Body<Sent<SmtpSettings>>, state: Data<AppState>) -> Reply {
    let reached = state.mail_servers.reach(&body.0.0.transport).await?;
    reached.map_err(|_logged| ApiError::bad("Failed to verify SMTP configuration"))?;
    Err(ApiError::Status(
        StatusCode::NOT_IMPLEMENTED,
        "The mail server answers, but this server sends no mail yet".to_owned(),
    ))
}

shape! {
    /// The text an administrator tries out.
    pub(super) struct Template(String = "template", text().within(Bound::Document));

    /// The kind of mail it is for.
    pub(super) struct Name(String = "name", name());
}

/// The kinds of mail, with what each says where the administrator has written nothing. The variables are those that
/// the help of the settings page names.
const KINDS: [(&str, &str); 3] = [
    (
        "welcome",
        "Hey {displayName}! A new account has been created for you on {baseUrl}.",
    ),
    (
        "album-invite",
        "Hey {recipientName}! {senderName} has added you to the shared album {albumName}.",
    ),
    (
        "album-update",
        "Hey {recipientName}! New media has been added to {albumName}.",
    ),
];

/// What stands for the variables in a preview.
const SAMPLES: [(&str, &str); 8] = [
    ("{displayName}", "Jane Doe"),
    ("{username}", "jane@example.com"),
    ("{password}", "********"),
    ("{baseUrl}", "https://photos.example.com"),
    ("{recipientName}", "Jane Doe"),
    ("{senderName}", "John Doe"),
    ("{albumName}", "Favorite Photos"),
    ("{albumId}", "b63f6dae-e1c9-401b-9a85-9dbbf5612539"),
];

/// `POST /admin/notifications/templates/{name}`: the text as a page, with samples for its variables.
pub(super) async fn preview(name: Params<Name>, body: Body<Template>) -> Reply {
    let name = &name.0.0;
    let kind = KINDS.iter().find(|(kind, _)| kind == name);
    let (_, default) = kind.ok_or_else(|| ApiError::bad("Unknown template"))?;
    let own = Some(body.0.0.as_str()).filter(|text| !text.is_empty());
    Ok(reply::ok(&json!({"name": name, "html": page(own.unwrap_or(default))})))
}

/// A text as a page: it is never taken for markup.
fn page(text: &str) -> String {
    let text = SAMPLES
        .iter()
        .fold(escape(text), |text, (variable, sample)| text.replace(variable, sample));
    let lines: Vec<&str> = text.lines().collect();
    format!(
        "<!doctype html><html><head><meta charset=\"utf-8\"></head>\
         <body style=\"font-family: sans-serif; max-width: 40em; margin: 2em auto\"><p>{}</p></body></html>",
        lines.join("<br>")
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_filled_and_never_markup() {
        let page = page("Hi {displayName} <script>\n& bye {unknown}");
        assert!(
            page.contains("<p>Hi Jane Doe &lt;script&gt;<br>&amp; bye {unknown}</p>"),
            "{page}"
        );
    }
}
