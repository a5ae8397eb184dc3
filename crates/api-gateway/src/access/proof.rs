//! Proving that one knows a secret: the one way by which all passwords and PINs are compared.

use super::{
    attempts::{Origin, Target},
    password::Lane,
};
use crate::{http::error::ApiError, state::AppState};

/// Whether the given text is the secret behind the hash, as an attempt that counts where it is wrong. It takes as long without a
/// hash. No database connection may be held meanwhile.
///
/// # Errors
/// 429 where there were too many attempts, 429 or 503 where too many wait.
pub(crate) async fn prove(
    state: &AppState,
    target: Target<'_>,
    origin: Origin,
    given: &str,
    hash: Option<&str>,
) -> Result<bool, ApiError> {
    let attempt = state.attempts.begin(target, origin).await?;
    let lane = match target {
        Target::Own { account, .. } => Lane::Known(account),
        Target::Login { .. } => origin.known.map_or(Lane::Stranger(origin.network), Lane::Known),
    };
    let verdict = state.passwords.matches(given, hash, lane).await;
    if !matches!(verdict, Ok(false)) {
        attempt.give_back().await;
    }
    verdict
}
