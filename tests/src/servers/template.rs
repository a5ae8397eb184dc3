//! The migrated database that every test's database is a copy of.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::Postgres;
use crate::binaries;

/// Name of the template database.
pub(super) const TEMPLATE: &str = "template_safelight";

impl Postgres {
    /// Makes the template once per server: by `safelight migrate` where that is built, otherwise from the same SQL files.
    pub(super) async fn ensure_template(&self) -> Result<()> {
        self.template.get_or_try_init(|| self.make_template()).await.copied()
    }

    async fn make_template(&self) -> Result<()> {
        let client = self.connect("postgres").await?;
        // A first try may have failed half-way.
        client
            .batch_execute(&format!("drop database if exists {TEMPLATE}"))
            .await?;
        client.batch_execute(&format!("create database {TEMPLATE}")).await?;
        if let Ok(safelight) = binaries::path("safelight") {
            let url = self.url(TEMPLATE);
            let migrate = move || Command::new(safelight).arg("migrate").env("DB_URL", url).output();
            let output = tokio::task::spawn_blocking(migrate).await??;
            if !output.status.success() {
                let (out, err) = (
                    String::from_utf8_lossy(&output.stdout),
                    String::from_utf8_lossy(&output.stderr),
                );
                bail!("safelight migrate failed: {out}{err}");
            }
        }
        let template = self.connect(TEMPLATE).await?;
        let migrated: bool = template
            .query_one("select to_regclass('asset') is not null", &[])
            .await?
            .get(0);
        if !migrated {
            apply(&template).await?;
        }
        Ok(())
    }
}

/// Applies `migrations/*/up.sql` and notes them as Diesel does.
async fn apply(client: &tokio_postgres::Client) -> Result<()> {
    client
        .batch_execute(
            "create table __diesel_schema_migrations (version varchar(50) primary key, \
             run_on timestamp not null default current_timestamp)",
        )
        .await?;
    let folder = binaries::repository().join("migrations");
    let mut migrations: Vec<PathBuf> = std::fs::read_dir(&folder)?
        .flatten()
        .map(|entry| entry.path())
        .collect();
    migrations.retain(|path| path.is_dir());
    migrations.sort();
    for migration in migrations {
        let file = migration.join("up.sql");
        let sql = std::fs::read_to_string(&file).with_context(|| file.display().to_string())?;
        client
            .batch_execute(&sql)
            .await
            .with_context(|| file.display().to_string())?;
        let name = migration
            .file_name()
            .and_then(|name| name.to_str())
            .context("name of a migration")?;
        let version = name.split('_').next().unwrap_or(name).replace('-', "");
        client
            .execute(
                "insert into __diesel_schema_migrations (version) values ($1)",
                &[&version],
            )
            .await?;
    }
    Ok(())
}
