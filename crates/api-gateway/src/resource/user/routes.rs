//! `/users`

use super::{heatmap, preferences, profile_image, read, write};
use crate::routes::routes;

routes! {
    GET    "/users"                     user UserRead                            => read::list;
    GET    "/users/me"                  user UserRead                            => read::me;
    UPDATE "/users/me"                  user UserUpdate                          => write::update_me;
    GET    "/users/me/preferences"      user UserPreferenceRead                  => preferences::get;
    UPDATE "/users/me/preferences"      user UserPreferenceUpdate                => preferences::update;
    GET    "/users/me/onboarding"       user UserOnboardingRead                  => read::onboarding;
    PUT    "/users/me/onboarding"       user UserOnboardingUpdate                => write::set_onboarding;
    DELETE "/users/me/onboarding"       user UserOnboardingDelete                => write::delete_onboarding;
    GET    "/users/me/license"          user UserLicenseRead                     => read::license;
    PUT    "/users/me/license"          user UserLicenseUpdate                   => write::set_license;
    DELETE "/users/me/license"          user UserLicenseDelete                   => write::delete_license;
    GET    "/users/me/calendar-heatmap" user UserRead                            => heatmap::own;
    POST   "/users/profile-image"       user UserProfileImageUpdate + with_files => profile_image::create;
    DELETE "/users/profile-image"       user UserProfileImageDelete              => profile_image::delete;
    GET    "/users/{id}/profile-image"  user UserProfileImageRead                => profile_image::get;
    GET    "/users/{id}"                user UserRead                            => read::one;
}
