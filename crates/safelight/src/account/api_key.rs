//! API keys.

use anyhow::{Context as _, bail};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use safelight_core::config::DatabaseConfig;
use safelight_core::db::schema::{api_key, user};
use safelight_credentials::token;
use uuid::Uuid;

use super::{normal_email, open};
use crate::cli::CreateApiKey;
use crate::say;

/// The names of all permissions, those of the contract.
const PERMISSIONS: &str = include_str!("permissions.txt");

/// Makes a key and prints it, once: only its hash is stored.
pub(crate) async fn create_api_key(config: &DatabaseConfig, options: &CreateApiKey) -> anyhow::Result<()> {
    let email = normal_email(&options.email)?;
    let permissions = known(&options.permissions)?;
    let mut conn = open(config).await?;
    let owner = user::table
        .filter(user::email.eq(&email).and(user::deleted_at.is_null()))
        .select(user::id)
        .first::<Uuid>(&mut conn)
        .await
        .optional()?;
    let owner = owner.with_context(|| {
        format!("there is no user {email}: sign up in the app, or run `safelight admin create --email {email}`")
    })?;
    let key = token::generate()?;
    diesel::insert_into(api_key::table)
        .values((
            api_key::key.eq(token::hash(&key)),
            api_key::name.eq(&options.name),
            api_key::user_id.eq(owner),
            api_key::permissions.eq(permissions),
        ))
        .execute(&mut conn)
        .await?;
    say::result(&key);
    Ok(())
}

/// The permissions without doubles; an unknown one is an error, as it would never allow anything.
fn known(asked: &[String]) -> anyhow::Result<Vec<&str>> {
    let mut permissions = Vec::new();
    for name in asked.iter().map(|name| name.trim()).filter(|name| !name.is_empty()) {
        if !PERMISSIONS.lines().any(|known| known == name) {
            bail!("there is no permission {name:?} (`all`, or names such as asset.upload)");
        }
        if !permissions.contains(&name) {
            permissions.push(name);
        }
    }
    if permissions.is_empty() {
        bail!("a key needs at least one permission");
    }
    Ok(permissions)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permissions_are_those_of_the_contract() {
        let asked = ["asset.upload", " asset.read", "asset.upload"].map(str::to_owned);
        assert_eq!(known(&asked).unwrap(), ["asset.upload", "asset.read"]);
        assert_eq!(known(&["all".to_owned()]).unwrap(), ["all"]);
        assert!(known(&["asset.frobnicate".to_owned()]).is_err());
        assert!(known(&[String::new()]).is_err());
    }
}
