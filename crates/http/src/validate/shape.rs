//! [`shape!`](shape): an input as one list of its fields.

/// Declares structs together with how they are read ([`Shape`](super::Shape)): a line for each field, in the order of the contract.
///
/// ```text
/// shape! {
///     /// `CreateKeyDto`
///     pub(super) struct NewKey {
///         name: Option<String> = "name", name().optional();
///         permissions: Vec<Permission> = "permissions", list(Bound::Words, choice(PERMISSIONS)).min(1);
///         // Without a name: its fields stand in the same object.
///         proof: PinProof;
///     }
///
///     /// An input of one field.
///     pub(super) struct Ids(Vec<Uuid> = "ids", list(Bound::Ids, uuid()));
/// }
/// ```
///
/// All fields are as visible as their struct. `struct Login compared ["password"] { ... }` names fields whose text is compared and kept
/// nowhere ([`Shape::COMPARED`](super::Shape::COMPARED)). An input that needs more than rules implements `Shape` by hand.
#[macro_export]
macro_rules! shape {
    () => {};
    (
        $(#[$meta:meta])* $vis:vis struct $name:ident ($type:ty = $wire:literal, $rule:expr);
        $($rest:tt)*
    ) => {
        $(#[$meta])* $vis struct $name($vis $type);

        impl $crate::validate::Shape for $name {
            fn read(fields: &mut $crate::validate::Fields<'_, '_>) -> Option<Self> {
                fields.read($wire, $rule).map(Self)
            }
        }

        $crate::shape! { $($rest)* }
    };
    (
        $(#[$meta:meta])* $vis:vis struct $name:ident $(compared $compared:tt)? {
            $($(#[$field_meta:meta])* $field:ident: $type:ty $(= $wire:literal, $rule:expr)?;)*
        }
        $($rest:tt)*
    ) => {
        $(#[$meta])* $vis struct $name { $($(#[$field_meta])* $vis $field: $type,)* }

        impl $crate::validate::Shape for $name {
            $(const COMPARED: &'static [&'static str] = &$compared;)?

            fn read(fields: &mut $crate::validate::Fields<'_, '_>) -> Option<Self> {
                $(let $field = $crate::shape!(@field fields, $type $(, $wire, $rule)?);)*
                Some(Self { $($field: $field?,)* })
            }
        }

        $crate::shape! { $($rest)* }
    };
    (@field $fields:ident, $type:ty, $wire:literal, $rule:expr) => { $fields.read($wire, $rule) };
    (@field $fields:ident, $type:ty) => { <$type as $crate::validate::Shape>::read($fields) };
}

pub use shape;
