//! A database that is not ours is never touched.

use super::inventory::Inventory;

/// The table in which our migrations are recorded. Empty and alone it is what an interrupted first run leaves behind.
const OUR_MIGRATIONS: &str = "__diesel_schema_migrations";

/// Tables by which an Immich server keeps count of its own migrations.
const IMMICH_MIGRATIONS: [&str; 5] = [
    "kysely_migrations",
    "kysely_migration_lock",
    "typeorm_metadata",
    "migration_overrides",
    "geodata_places",
];

/// Names shown of the tables that were found; the rest is counted.
const SHOWN: usize = 6;

/// Why the database must not be migrated; none when it is empty or ours.
pub(super) fn refusal(inventory: &Inventory) -> Option<String> {
    let Some(schema) = &inventory.schema else {
        return Some(format!(
            "the search path of the database {:?} names no schema that exists",
            inventory.database
        ));
    };
    let of_immich = tables(inventory, |_, name| IMMICH_MIGRATIONS.contains(&name));
    if !of_immich.is_empty() {
        return Some(message(inventory, "an Immich server", &of_immich));
    }
    if inventory.is_ours {
        return None;
    }
    let foreign = tables(inventory, |place, name| place == schema && name != OUR_MIGRATIONS);
    (!foreign.is_empty()).then(|| message(inventory, "another program", &foreign))
}

fn tables(inventory: &Inventory, is_meant: impl Fn(&str, &str) -> bool) -> Vec<&str> {
    let all = inventory
        .tables
        .iter()
        .map(|(schema, name)| (schema.as_str(), name.as_str()));
    all.filter(|(schema, name)| is_meant(schema, name))
        .map(|(_, name)| name)
        .collect()
}

fn message(inventory: &Inventory, owner: &str, tables: &[&str]) -> String {
    let mut names = tables.iter().take(SHOWN).copied().collect::<Vec<_>>().join(", ");
    if let Some(more) = tables.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        names = format!("{names} and {more} more");
    }
    format!(
        "the database {:?} belongs to {owner} (tables {names}), so nothing was written to it.\n\
         Give Safelight a database of its own, for example with\n\
         \x20   createdb safelight\n\
         and let it know by DB_DATABASE_NAME=safelight, or by the last part of DB_URL.\n\
         Without DB_URL and DB_HOSTNAME, `safelight up` starts a private database by itself.",
        inventory.database
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn database(tables: &[&str], is_ours: bool) -> Inventory {
        let tables = tables
            .iter()
            .map(|name| ("public".to_owned(), (*name).to_owned()))
            .collect();
        Inventory {
            database: "immich".into(),
            schema: Some("public".into()),
            tables,
            is_ours,
        }
    }

    #[test]
    fn an_empty_database_and_our_own_are_fine() {
        assert_eq!(refusal(&database(&[], false)), None);
        assert_eq!(
            refusal(&database(&["__diesel_schema_migrations"], false)),
            None,
            "an interrupted first run"
        );
        assert_eq!(
            refusal(&database(
                &["__diesel_schema_migrations", "asset", "notes_of_mine"],
                true
            )),
            None
        );
    }

    #[test]
    fn an_immich_database_is_refused_with_the_way_out() {
        let text = refusal(&database(
            &["asset", "kysely_migrations", "kysely_migration_lock"],
            false,
        ))
        .unwrap();
        assert!(
            text.contains("an Immich server") && text.contains("createdb safelight"),
            "{text}"
        );
        assert!(
            refusal(&database(&["kysely_migrations"], true)).is_some(),
            "even where both have been at work"
        );
    }

    #[test]
    fn any_other_programs_tables_are_refused() {
        let many = ["a", "b", "c", "d", "e", "f", "g", "h"];
        let text = refusal(&database(&many, false)).unwrap();
        assert!(
            text.contains("another program") && text.contains("a, b, c, d, e, f and 2 more"),
            "{text}"
        );
    }

    #[test]
    fn tables_of_another_schema_do_not_matter_unless_they_are_of_immich() {
        let mut inventory = database(&[], false);
        inventory.tables.push(("audit".into(), "log".into()));
        assert_eq!(refusal(&inventory), None);
        inventory.tables.push(("immich".into(), "kysely_migrations".into()));
        assert!(refusal(&inventory).is_some());
        inventory.schema = None;
        assert!(refusal(&inventory).unwrap().contains("search path"));
    }
}
