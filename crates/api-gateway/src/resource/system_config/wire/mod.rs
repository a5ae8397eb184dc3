//! The document as a client sends it: every section and key checked, in the order of the contract.

mod media;
mod rules;
mod sections;
mod services;

use safelight_core::settings::SystemConfig;

use crate::http::validate::object;

/// Says how each key of a section is read: `field "key" => rule`. All keys are read before the section is built, so that one
/// answer names every mistake.
macro_rules! shape {
    ($section:ty { $($field:ident $key:literal => $rule:expr),+ $(,)? }) => {
        impl $crate::http::validate::Shape for $section {
            fn read(fields: &mut $crate::http::validate::Fields<'_, '_>) -> Option<Self> {
                $(let $field = fields.read($key, $rule);)+
                Some(Self { $($field: $field?),+ })
            }
        }
    };
}
use shape;

shape! { SystemConfig {
    backup "backup" => object(),
    ffmpeg "ffmpeg" => object(),
    logging "logging" => object(),
    machine_learning "machineLearning" => object(),
    map "map" => object(),
    new_version_check "newVersionCheck" => object(),
    nightly_tasks "nightlyTasks" => object(),
    oauth "oauth" => object(),
    password_login "passwordLogin" => object(),
    reverse_geocoding "reverseGeocoding" => object(),
    metadata "metadata" => object(),
    storage_template "storageTemplate" => object(),
    job "job" => object(),
    image "image" => object(),
    trash "trash" => object(),
    theme "theme" => object(),
    library "library" => object(),
    notifications "notifications" => object(),
    templates "templates" => object(),
    server "server" => object(),
    user "user" => object(),
    integrity_checks "integrityChecks" => object(),
}}

#[cfg(test)]
mod tests;
