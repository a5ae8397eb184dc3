//! People and their credentials.

use anyhow::Result;
use serde_json::json;

use super::Client;

/// The admin that [`Client::sign_up_admin`] makes.
pub const ADMIN_EMAIL: &str = "admin@example.com";
/// Their password.
pub const ADMIN_PASSWORD: &str = "correct horse battery";

impl Client {
    /// Signs up the admin of a fresh system and logs in.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn sign_up_admin(&self) -> Result<Self> {
        let admin = json!({"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD, "name": "Admin"});
        self.post("/api/auth/admin-sign-up", &admin).await?.expect(201)?;
        self.log_in(ADMIN_EMAIL, ADMIN_PASSWORD).await
    }

    /// Logs in and returns a client with the session's token.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn log_in(&self, email: &str, password: &str) -> Result<Self> {
        let body = json!({"email": email, "password": password});
        let answer = self.post("/api/auth/login", &body).await?.expect(201)?;
        self.with_token(&answer.string("/accessToken")?)
    }

    /// Makes an API key with all permissions and returns its secret.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn create_api_key(&self) -> Result<String> {
        let body = json!({"name": "test", "permissions": ["all"]});
        self.post("/api/api-keys", &body).await?.expect(201)?.string("/secret")
    }
}
