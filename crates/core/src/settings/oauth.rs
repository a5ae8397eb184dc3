//! Section `oauth`: signing in through an identity provider.

use serde::{Deserialize, Serialize};

use super::secret;
use crate::config::Secret;

/// Signing in through an identity provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the contract's document has these switches"
)]
pub struct OauthSettings {
    /// Whether the sign-in page goes to the provider by itself.
    pub auto_launch: bool,
    /// Whether unknown people get an account.
    pub auto_register: bool,
    /// Text of the button.
    pub button_text: String,
    /// Identifier of this installation at the provider.
    pub client_id: String,
    /// Its secret.
    #[serde(with = "secret::text")]
    pub client_secret: Secret,
    /// How the secret is sent.
    pub token_endpoint_auth_method: TokenEndpointAuthMethod,
    /// Milliseconds until a call to the provider has failed. At least 1.
    pub timeout: u64,
    /// Whether plain http to the provider is allowed.
    pub allow_insecure_requests: bool,
    /// Quota of new people in GiB; null is none.
    pub default_storage_quota: Option<u64>,
    /// Whether it is offered.
    pub enabled: bool,
    /// The provider's issuer URL.
    pub issuer_url: String,
    /// Scopes asked for, by spaces.
    pub scope: String,
    /// The provider's `prompt` parameter; empty leaves it out.
    pub prompt: String,
    /// Where signing out goes; empty asks the provider's discovery document.
    pub end_session_endpoint: String,
    /// Algorithm of the identity token.
    pub signing_algorithm: String,
    /// Algorithm of the profile; `none` is plain JSON.
    pub profile_signing_algorithm: String,
    /// Claim with the storage label.
    pub storage_label_claim: String,
    /// Claim with the quota.
    pub storage_quota_claim: String,
    /// Claim with the role.
    pub role_claim: String,
    /// Whether the mobile app is redirected over `mobile_redirect_uri`.
    pub mobile_override_enabled: bool,
    /// See `mobile_override_enabled`.
    pub mobile_redirect_uri: String,
}

impl Default for OauthSettings {
    fn default() -> Self {
        Self {
            auto_launch: false,
            auto_register: true,
            button_text: "Login with OAuth".to_owned(),
            client_id: String::new(),
            client_secret: Secret::default(),
            token_endpoint_auth_method: TokenEndpointAuthMethod::ClientSecretPost,
            timeout: 30_000,
            allow_insecure_requests: false,
            default_storage_quota: None,
            enabled: false,
            issuer_url: String::new(),
            scope: "openid email profile".to_owned(),
            prompt: String::new(),
            end_session_endpoint: String::new(),
            signing_algorithm: "RS256".to_owned(),
            profile_signing_algorithm: "none".to_owned(),
            storage_label_claim: "preferred_username".to_owned(),
            storage_quota_claim: "immich_quota".to_owned(),
            role_claim: "immich_role".to_owned(),
            mobile_override_enabled: false,
            mobile_redirect_uri: String::new(),
        }
    }
}

wire_enum! {
    /// How the client's secret is sent to the provider.
    TokenEndpointAuthMethod { ClientSecretPost = "client_secret_post", ClientSecretBasic = "client_secret_basic" }
}
