//! `/users`

use super::{heatmap, preferences, profile_image, read, write};
use crate::{
    access::{Access, Permission},
    http::routes::Api,
};

pub(crate) fn routes(api: &mut Api<'_>) {
    api.get("/users", Access::user(Permission::UserRead), read::list);
    api.get("/users/me", Access::user(Permission::UserRead), read::me);
    api.update("/users/me", Access::user(Permission::UserUpdate), write::update_me);
    api.get(
        "/users/me/preferences",
        Access::user(Permission::UserPreferenceRead),
        preferences::get,
    );
    api.update(
        "/users/me/preferences",
        Access::user(Permission::UserPreferenceUpdate),
        preferences::update,
    );
    api.get(
        "/users/me/onboarding",
        Access::user(Permission::UserOnboardingRead),
        read::onboarding,
    );
    api.put(
        "/users/me/onboarding",
        Access::user(Permission::UserOnboardingUpdate),
        write::set_onboarding,
    );
    api.delete(
        "/users/me/onboarding",
        Access::user(Permission::UserOnboardingDelete),
        write::delete_onboarding,
    );
    api.get(
        "/users/me/license",
        Access::user(Permission::UserLicenseRead),
        read::license,
    );
    api.put(
        "/users/me/license",
        Access::user(Permission::UserLicenseUpdate),
        write::set_license,
    );
    api.delete(
        "/users/me/license",
        Access::user(Permission::UserLicenseDelete),
        write::delete_license,
    );
    api.get(
        "/users/me/calendar-heatmap",
        Access::user(Permission::UserRead),
        heatmap::own,
    );
    api.post(
        "/users/profile-image",
        Access::user(Permission::UserProfileImageUpdate).with_files(),
        profile_image::create,
    );
    api.delete(
        "/users/profile-image",
        Access::user(Permission::UserProfileImageDelete),
        profile_image::delete,
    );
    api.get(
        "/users/{id}/profile-image",
        Access::user(Permission::UserProfileImageRead),
        profile_image::get,
    );
    api.get("/users/{id}", Access::user(Permission::UserRead), read::one);
}
