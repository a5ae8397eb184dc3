//! Administrators.

use anyhow::{Context as _, bail};
use diesel::prelude::*;
use diesel_async::{AsyncConnection as _, AsyncPgConnection, RunQueryDsl};
use safelight_core::config::{DatabaseConfig, Env};
use safelight_core::db::DbError;
use safelight_core::db::schema::{session, user};
use uuid::Uuid;

use super::password::{self, Chosen};
use super::{normal_email, open};
use crate::cli::{CreateAdmin, ResetPassword};
use crate::say;

/// Where an administrator's password may come from, beside the options.
const PASSWORD: &str = "SAFELIGHT_ADMIN_PASSWORD";

/// The folder name of the first administrator's files under a storage template, as the contract has it.
const FIRST_LABEL: &str = "admin";

/// Makes an administrator. A made-up password is the only line on the standard output.
pub(crate) async fn create_admin(config: &DatabaseConfig, env: &Env, options: &CreateAdmin) -> anyhow::Result<()> {
    let email = normal_email(&options.email)?;
    let mut conn = open(config).await?;
    let taken = user::table
        .filter(user::email.eq(&email))
        .count()
        .get_result::<i64>(&mut conn)
        .await?;
    if taken > 0 {
        bail!(
            "there is already a user {email}: give them another password with `safelight admin reset-password --email {email}`"
        );
    }
    let chosen = password::choose(&options.password, env, PASSWORD)?;
    let hash = password::hash_of(&chosen.password)?;
    let labelled = user::table
        .filter(user::storage_label.eq(FIRST_LABEL))
        .count()
        .get_result::<i64>(&mut conn)
        .await?;
    diesel::insert_into(user::table)
        .values((
            user::email.eq(&email),
            user::name.eq(&options.name),
            user::password.eq(hash),
            user::is_admin.eq(true),
            user::should_change_password.eq(chosen.is_made_up),
            user::storage_label.eq((labelled == 0).then_some(FIRST_LABEL)),
        ))
        .execute(&mut conn)
        .await?;
    say::note(&format!("{email} is now an administrator."));
    show(&chosen);
    Ok(())
}

/// Gives an administrator a new password and ends their sessions: who had the old one is out.
pub(crate) async fn reset_password(config: &DatabaseConfig, env: &Env, options: &ResetPassword) -> anyhow::Result<()> {
    let mut conn = open(config).await?;
    let (id, email) = find(&mut conn, options.email.as_deref()).await?;
    let chosen = password::choose(&options.password, env, PASSWORD)?;
    let hash = password::hash_of(&chosen.password)?;
    let ended = conn
        .transaction::<_, DbError, _>(async |conn| {
            diesel::update(user::table.find(id))
                .set((
                    user::password.eq(hash),
                    user::should_change_password.eq(chosen.is_made_up),
                    user::updated_at.eq(diesel::dsl::now),
                ))
                .execute(conn)
                .await?;
            Ok(diesel::delete(session::table.filter(session::user_id.eq(id)))
                .execute(conn)
                .await?)
        })
        .await?;
    say::note(&format!("{email} has a new password; {ended} sessions were ended."));
    show(&chosen);
    Ok(())
}

/// The administrator of this address, or the first one there was.
async fn find(conn: &mut AsyncPgConnection, email: Option<&str>) -> anyhow::Result<(Uuid, String)> {
    let admins = user::table
        .filter(user::is_admin.eq(true).and(user::deleted_at.is_null()))
        .select((user::id, user::email))
        .order(user::created_at)
        .into_boxed();
    let Some(email) = email else {
        let first = admins.first(conn).await.optional()?;
        return first.context("there is no administrator yet: make one with `safelight admin create --email ...`");
    };
    let email = normal_email(email)?;
    let found = admins
        .filter(user::email.eq(email.clone()))
        .first(conn)
        .await
        .optional()?;
    found.with_context(|| format!("there is no administrator {email}"))
}

fn show(chosen: &Chosen) {
    if chosen.is_made_up {
        say::note("The password, to be changed at the first login:");
        say::result(chosen.password.expose());
    }
}
