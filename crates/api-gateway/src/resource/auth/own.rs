//! The secrets of the caller's own account, and proving them.

use diesel::{dsl::exists, prelude::*};
use diesel_async::RunQueryDsl;
use safelight_core::db::schema::{session, user};
use uuid::Uuid;

use super::wire::PinProof;
use crate::{
    access::{
        attempts::{Origin, Target},
        open_login_in, prove,
    },
    http::{client::ClientNetwork, error::ApiError},
    state::AppState,
};

/// As they were when the request came. What is proven by them is written only where they still are the same.
pub(super) struct Own {
    account: Uuid,
    origin: Origin,
    pub(super) password: Option<String>,
    pub(super) pin_code: Option<String>,
}

impl Own {
    /// Reads them; no connection is held afterwards.
    pub(super) async fn load(state: &AppState, account: Uuid, network: ClientNetwork) -> Result<Self, ApiError> {
        let open_here = exists(open_login_in(network).filter(session::user_id.eq(user::id)));
        let (password, pin_code, is_known) = user::table
            .find(account)
            .select((user::password, user::pin_code, open_here))
            .first::<(Option<String>, Option<String>, bool)>(&mut state.conn().await?)
            .await?;
        let known = is_known.then_some(account);
        Ok(Self {
            account,
            origin: Origin { network, known },
            password,
            pin_code,
        })
    }

    /// Whether this is the password.
    pub(super) async fn proves_password(&self, state: &AppState, given: &str) -> Result<bool, ApiError> {
        self.proves(state, given, self.password.as_deref()).await
    }

    /// 400 unless the PIN, else the password, is the account's.
    pub(super) async fn require(&self, state: &AppState, proof: &PinProof) -> Result<(), ApiError> {
        let (given, hash, wrong) = match (&proof.pin_code, &proof.password) {
            (Some(pin), _) => (pin, &self.pin_code, "Wrong PIN code"),
            (None, Some(word)) => (word, &self.password, "Wrong password"),
            (None, None) => return Err(ApiError::bad("Either password or pinCode is required")),
        };
        if self.proves(state, given, hash.as_deref()).await? {
            Ok(())
        } else {
            Err(ApiError::bad(wrong))
        }
    }

    async fn proves(&self, state: &AppState, given: &str, hash: Option<&str>) -> Result<bool, ApiError> {
        let target = Target::Own {
            account: self.account,
            hash,
        };
        prove(state, target, self.origin, given, hash).await
    }
}
