//! Reading and writing the documents.

use super::document::{AdminOnboarding, ReverseGeocoding, VersionCheck, load, store};
use crate::http::validate::{Fields, Shape, boolean};
use crate::prelude::*;

impl Shape for AdminOnboarding {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let is_onboarded = fields.read("isOnboarded", boolean());
        is_onboarded.map(|is_onboarded| Self { is_onboarded })
    }
}

/// `GET /system-metadata/admin-onboarding`
pub(super) async fn admin_onboarding(_auth: Auth, state: Data<AppState>) -> Reply {
    let document: AdminOnboarding = load(&mut *state.conn().await?, AdminOnboarding::KEY).await?;
    Ok(reply::ok(&document))
}

/// `POST /system-metadata/admin-onboarding`
pub(super) async fn set_admin_onboarding(_auth: Auth, body: Body<AdminOnboarding>, state: Data<AppState>) -> Reply {
    store(&mut *state.conn().await?, AdminOnboarding::KEY, &body.0).await?;
    Ok(reply::no_content())
}

/// `GET /system-metadata/reverse-geocoding-state`
pub(super) async fn reverse_geocoding_state(_auth: Auth, state: Data<AppState>) -> Reply {
    let document: ReverseGeocoding = load(&mut *state.conn().await?, ReverseGeocoding::KEY).await?;
    Ok(reply::ok(&document))
}

/// `GET /system-metadata/version-check-state`
pub(super) async fn version_check_state(_auth: Auth, state: Data<AppState>) -> Reply {
    let document: VersionCheck = load(&mut *state.conn().await?, VersionCheck::KEY).await?;
    Ok(reply::ok(&document))
}
