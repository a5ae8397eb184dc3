//! Sections about the installation and its people.

use safelight_core::settings::{
    LogLevel, LoggingSettings, MapSettings, NewVersionCheckSettings, OauthSettings, PasswordLoginSettings,
    ReleaseChannel, ReverseGeocodingSettings, ServerSettings, StorageTemplateSettings, ThemeSettings,
    TokenEndpointAuthMethod, TrashSettings, UserSettings,
};

use super::{
    keys,
    rules::{count, external_domain, secret, url},
};
use crate::http::validate::{Bound, Rule, boolean, text, word};

keys! { LoggingSettings { enabled "enabled" => boolean(), level "level" => word(LogLevel::ALL) } }
keys! { MapSettings {
    enabled "enabled" => boolean(),
    light_style "lightStyle" => url(),
    dark_style "darkStyle" => url(),
}}
keys! { NewVersionCheckSettings { enabled "enabled" => boolean(), channel "channel" => word(ReleaseChannel::ALL) } }
keys! { PasswordLoginSettings { enabled "enabled" => boolean() } }
keys! { ReverseGeocodingSettings { enabled "enabled" => boolean() } }
keys! { StorageTemplateSettings {
    enabled "enabled" => boolean(),
    hash_verification_enabled "hashVerificationEnabled" => boolean(),
    template "template" => text(),
}}
keys! { TrashSettings { enabled "enabled" => boolean(), days "days" => count(0) } }
keys! { ThemeSettings { custom_css "customCss" => text().within(Bound::Document) } }
keys! { ServerSettings {
    external_domain "externalDomain" => external_domain(),
    login_page_message "loginPageMessage" => text(),
    public_users "publicUsers" => boolean(),
}}
keys! { UserSettings { delete_delay "deleteDelay" => count(1) } }

keys! { OauthSettings {
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
