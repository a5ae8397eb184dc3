//! More people than the admin.

use anyhow::Result;

use super::TestSystem;
use crate::client::Client;

impl TestSystem {
    /// A person who is no admin and has nothing, with a session.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn person(&self, name: &str) -> Result<Client> {
        let sql = self.sql().await?;
        let made =
            "with person as (insert into \"user\" (email, name) values ($1::text || '@example.com', $1) returning id)
            insert into session (token, user_id) select sha256(convert_to($1, 'UTF8')), id from person";
        sql.execute(made, &[&name]).await?;
        self.client().with_token(name)
    }
}
