//! The document as a client sends it: every section and key checked, in the order of the contract.

mod media;
mod rules;
mod sections;
mod services;

use safelight_core::settings::SystemConfig;

use crate::http::validate::{Fields, Rule, Shape, object_of};

/// A part of the document. The document belongs to the core, which knows nothing of requests, so how it is read is said here.
pub(crate) trait Section: Sized {
    /// As [`Shape::read`].
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self>;
}

/// An object that is a section.
fn section<T: Section>() -> impl Rule<Out = T> {
    object_of(T::read)
}

/// A section, or the whole document, as the body of a request.
pub(crate) struct Sent<T>(pub(crate) T);

impl<T: Section> Shape for Sent<T> {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        T::read(fields).map(Self)
    }
}

/// Says how each key of a section is read: `field "key" => rule`. All keys are read before the section is built, so that one
/// answer names every mistake.
macro_rules! keys {
    ($section:ty { $($field:ident $key:literal => $rule:expr),+ $(,)? }) => {
        impl $crate::resource::system_config::wire::Section for $section {
            fn read(fields: &mut $crate::http::validate::Fields<'_, '_>) -> Option<Self> {
                $(let $field = fields.read($key, $rule);)+
                Some(Self { $($field: $field?),+ })
            }
        }
    };
}
use keys;

keys! { SystemConfig {
    backup "backup" => section(),
    ffmpeg "ffmpeg" => section(),
    logging "logging" => section(),
    machine_learning "machineLearning" => section(),
    map "map" => section(),
    new_version_check "newVersionCheck" => section(),
    nightly_tasks "nightlyTasks" => section(),
    oauth "oauth" => section(),
    password_login "passwordLogin" => section(),
    reverse_geocoding "reverseGeocoding" => section(),
    metadata "metadata" => section(),
    storage_template "storageTemplate" => section(),
    job "job" => section(),
    image "image" => section(),
    trash "trash" => section(),
    theme "theme" => section(),
    library "library" => section(),
    notifications "notifications" => section(),
    templates "templates" => section(),
    server "server" => section(),
    user "user" => section(),
    integrity_checks "integrityChecks" => section(),
}}

#[cfg(test)]
mod tests;
