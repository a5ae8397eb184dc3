//! Sections about the installation and its people.

use safelight_core::settings::{
    LogLevel, LoggingSettings, MapSettings, NewVersionCheckSettings, OauthSettings, PasswordLoginSettings,
    ReleaseChannel, ReverseGeocodingSettings, ServerSettings, StorageTemplateSettings, ThemeSettings,
    TokenEndpointAuthMethod, TrashSettings, UserSettings,
};

use super::{
    rules::{count, external_domain, secret, url},
    shape,
};
use crate::http::validate::{Bound, Rule, boolean, shape, text, word};

shape! { LoggingSettings { enabled "enabled" => boolean(), level "level" => word(LogLevel::ALL) } }
shape! { MapSettings {
    enabled "enabled" => boolean(),
    light_style "lightStyle" => url(),
    dark_style "darkStyle" => url(),
}}
shape! { NewVersionCheckSettings { enabled "enabled" => boolean(), channel "channel" => word(ReleaseChannel::ALL) } }
shape! { PasswordLoginSettings { enabled "enabled" => boolean() } }
shape! { ReverseGeocodingSettings { enabled "enabled" => boolean() } }
shape! { StorageTemplateSettings {
    enabled "enabled" => boolean(),
    hash_verification_enabled "hashVerificationEnabled" => boolean(),
    template "template" => text(),
}}
shape! { TrashSettings { enabled "enabled" => boolean(), days "days" => count(0) } }
shape! { ThemeSettings { custom_css "customCss" => text().within(Bound::Document) } }
shape! { ServerSettings {
    external_domain "externalDomain" => external_domain(),
    login_page_message "loginPageMessage" => text(),
    public_users "publicUsers" => boolean(),
}}
shape! { UserSettings { delete_delay "deleteDelay" => count(1) } }

shape! { OauthSettings {
    auto_launch "autoLaunch" => boolean(),
    auto_register "autoRegister" => boolean(),
    button_text "buttonText" => text(),
    client_id "clientId" => text(),
    client_secret "clientSecret" => secret(),
    token_endpoint_auth_method "tokenEndpointAuthMethod" => word(TokenEndpointAuthMethod::ALL),
    timeout "timeout" => count(1),
    allow_insecure_requests "allowInsecureRequests" => boolean(),
    default_storage_quota "defaultStorageQuota" => count(0).nullable(),
    enabled "enabled" => boolean(),
    issuer_url "issuerUrl" => text(),
    scope "scope" => text(),
    prompt "prompt" => text(),
    end_session_endpoint "endSessionEndpoint" => text(),
    signing_algorithm "signingAlgorithm" => text(),
    profile_signing_algorithm "profileSigningAlgorithm" => text(),
    storage_label_claim "storageLabelClaim" => text(),
    storage_quota_claim "storageQuotaClaim" => text(),
    role_claim "roleClaim" => text(),
    mobile_override_enabled "mobileOverrideEnabled" => boolean(),
    mobile_redirect_uri "mobileRedirectUri" => text(),
}}
