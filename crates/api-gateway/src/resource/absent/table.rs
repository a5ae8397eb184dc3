//! The routes whose answer is always the same, a line each: method, path, permission, answer.

use actix_web::http::Method;

use super::answer::{
    Answer::{self, Empty, NoAccess, NotFound, NotYet, Unknown},
    Line,
};
use crate::access::{Access, Permission as P};

type Row = (Method, &'static str, P, Answer);

const GET: Method = Method::GET;
const POST: Method = Method::POST;
const PUT: Method = Method::PUT;
const PATCH: Method = Method::PATCH;
const DELETE: Method = Method::DELETE;

const LIST: Answer = Empty("[]");
const NO_PEOPLE: Answer = Empty(r#"{"people":[],"hasNextPage":false,"total":0,"hidden":0}"#);
const NO_MEMORIES: Answer = Empty(r#"{"total":0}"#);
const NO_BACKUPS: Answer = Empty(r#"{"backups":[]}"#);
const NO_FINDINGS: Answer = Empty(r#"{"checksum_mismatch":0,"missing_file":0,"untracked_file":0}"#);
const NO_MAINTENANCE: Answer = Empty(r#"{"active":false,"action":"end"}"#);

const ACTIVITIES: Answer = NotYet("Activities");
const BACKUPS: Answer = NotYet("Database backups");
const EDITS: Answer = NotYet("Edits");
const FACES: Answer = NotYet("Faces");
const LIBRARIES: Answer = NotYet("External libraries");
const LINKS: Answer = NotYet("Shared links");
const MAINTENANCE: Answer = NotYet("Maintenance modes");
const MEMORIES: Answer = NotYet("Memories");
const PARTNERS: Answer = NotYet("Partners");
const PEOPLE: Answer = NotYet("People");
const STACKS: Answer = NotYet("Stacks");
const TAGS: Answer = NotYet("Tags");
const WORKFLOWS: Answer = NotYet("Workflows");

const NO_LIBRARY: Answer = Unknown("Library not found");
const NO_LINK: Answer = Unknown("Shared link not found");
const NO_PARTNER: Answer = Unknown("Partner not found");

/// The route that takes a form with files.
const WITH_FILES: &str = "/admin/database-backups/upload";

/// What a person may ask.
const USER: &[Row] = &[
    (POST, "/activities", P::ActivityCreate, ACTIVITIES),
    (DELETE, "/activities/{id}", P::ActivityDelete, NoAccess),
    (PUT, "/assets/{id}/edits", P::AssetEditCreate, EDITS),
    (GET, "/duplicates", P::DuplicateRead, LIST),
    (DELETE, "/duplicates/{id}", P::DuplicateDelete, NoAccess),
    (POST, "/faces", P::FaceCreate, FACES),
    (PUT, "/faces/{id}", P::FaceUpdate, NoAccess),
    (DELETE, "/faces/{id}", P::FaceDelete, NoAccess),
    (GET, "/memories", P::MemoryRead, LIST),
    (POST, "/memories", P::MemoryCreate, MEMORIES),
    (GET, "/memories/statistics", P::MemoryStatistics, NO_MEMORIES),
    (GET, "/memories/{id}", P::MemoryRead, NoAccess),
    (PUT, "/memories/{id}", P::MemoryUpdate, NoAccess),
    (PATCH, "/memories/{id}", P::MemoryUpdate, NoAccess),
    (DELETE, "/memories/{id}", P::MemoryDelete, NoAccess),
    (PUT, "/memories/{id}/assets", P::MemoryAssetCreate, NoAccess),
    (DELETE, "/memories/{id}/assets", P::MemoryAssetDelete, NoAccess),
    (POST, "/partners", P::PartnerCreate, PARTNERS),
    (POST, "/partners/{id}", P::PartnerCreate, PARTNERS),
    (PUT, "/partners/{id}", P::PartnerUpdate, NoAccess),
    (DELETE, "/partners/{id}", P::PartnerDelete, NO_PARTNER),
    (GET, "/people", P::PersonRead, NO_PEOPLE),
    (POST, "/people", P::PersonCreate, PEOPLE),
    (GET, "/people/{id}", P::PersonRead, NoAccess),
    (PUT, "/people/{id}", P::PersonUpdate, NoAccess),
    (PATCH, "/people/{id}", P::PersonUpdate, NoAccess),
    (DELETE, "/people/{id}", P::PersonDelete, NoAccess),
    (GET, "/people/{id}/statistics", P::PersonStatistics, NoAccess),
    (GET, "/people/{id}/thumbnail", P::PersonRead, NotFound),
    (POST, "/people/{id}/merge", P::PersonMerge, NoAccess),
    (PUT, "/people/{id}/reassign", P::PersonReassign, NoAccess),
    (GET, "/plugins", P::PluginRead, LIST),
    (GET, "/plugins/methods", P::PluginRead, LIST),
    (GET, "/plugins/templates", P::PluginRead, LIST),
    (GET, "/plugins/{id}", P::PluginRead, NoAccess),
    (GET, "/shared-links", P::SharedLinkRead, LIST),
    (POST, "/shared-links", P::SharedLinkCreate, LINKS),
    (GET, "/shared-links/{id}", P::SharedLinkRead, NO_LINK),
    (PATCH, "/shared-links/{id}", P::SharedLinkUpdate, NO_LINK),
    (DELETE, "/shared-links/{id}", P::SharedLinkDelete, NO_LINK),
    (PUT, "/shared-links/{id}/assets", P::SharedLinkUpdate, NO_LINK),
    (DELETE, "/shared-links/{id}/assets", P::SharedLinkUpdate, NO_LINK),
    (GET, "/stacks", P::StackRead, LIST),
    (POST, "/stacks", P::StackCreate, STACKS),
    (GET, "/stacks/{id}", P::StackRead, NoAccess),
    (PUT, "/stacks/{id}", P::StackUpdate, NoAccess),
    (PATCH, "/stacks/{id}", P::StackUpdate, NoAccess),
    (DELETE, "/stacks/{id}", P::StackDelete, NoAccess),
    (DELETE, "/stacks/{id}/assets/{assetId}", P::StackUpdate, NoAccess),
    (GET, "/tags", P::TagRead, LIST),
    (POST, "/tags", P::TagCreate, TAGS),
    (PUT, "/tags", P::TagCreate, TAGS),
    (GET, "/tags/{id}", P::TagRead, NoAccess),
    (PUT, "/tags/{id}", P::TagUpdate, NoAccess),
    (PATCH, "/tags/{id}", P::TagUpdate, NoAccess),
    (DELETE, "/tags/{id}", P::TagDelete, NoAccess),
    (PUT, "/tags/{id}/assets", P::TagAsset, NoAccess),
    (DELETE, "/tags/{id}/assets", P::TagAsset, NoAccess),
    (GET, "/workflows", P::WorkflowRead, LIST),
    (POST, "/workflows", P::WorkflowCreate, WORKFLOWS),
    (GET, "/workflows/{id}", P::WorkflowRead, NoAccess),
    (PUT, "/workflows/{id}", P::WorkflowUpdate, NoAccess),
    (PATCH, "/workflows/{id}", P::WorkflowUpdate, NoAccess),
    (DELETE, "/workflows/{id}", P::WorkflowDelete, NoAccess),
    (GET, "/workflows/{id}/share", P::WorkflowRead, NoAccess),
];

/// What administrators may ask.
const ADMIN: &[Row] = &[
    (GET, "/admin/database-backups", P::Maintenance, NO_BACKUPS),
    (POST, WITH_FILES, P::BackupUpload, BACKUPS),
    (GET, "/admin/database-backups/{filename}", P::BackupDownload, NotFound),
    (DELETE, "/admin/database-backups", P::BackupDelete, NotFound),
    (GET, "/admin/integrity/summary", P::Maintenance, NO_FINDINGS),
    (DELETE, "/admin/integrity/report/{id}", P::Maintenance, NotFound),
    (GET, "/admin/integrity/report/{id}/file", P::Maintenance, NotFound),
    (POST, "/admin/maintenance", P::Maintenance, MAINTENANCE),
    (GET, "/libraries", P::LibraryRead, LIST),
    (POST, "/libraries", P::LibraryCreate, LIBRARIES),
    (GET, "/libraries/{id}", P::LibraryRead, NO_LIBRARY),
    (PUT, "/libraries/{id}", P::LibraryUpdate, NO_LIBRARY),
    (PATCH, "/libraries/{id}", P::LibraryUpdate, NO_LIBRARY),
    (DELETE, "/libraries/{id}", P::LibraryDelete, NO_LIBRARY),
    (POST, "/libraries/{id}/scan", P::LibraryUpdate, NO_LIBRARY),
    (GET, "/libraries/{id}/statistics", P::LibraryStatistics, NO_LIBRARY),
    (POST, "/libraries/{id}/validate", P::All, NO_LIBRARY),
];

/// What anybody may ask; the permission only fills the row.
const PUBLIC: &[Row] = &[
    (POST, "/admin/database-backups/start-restore", P::All, BACKUPS),
    (GET, "/admin/maintenance/status", P::All, NO_MAINTENANCE),
    (
        POST,
        "/admin/maintenance/login",
        P::All,
        Unknown("Not in maintenance mode"),
    ),
];

/// Every line.
pub(super) fn lines() -> impl Iterator<Item = Line> {
    let users = USER.iter().map(|row| line(row, Access::user));
    let admins = ADMIN.iter().map(|row| line(row, Access::admin));
    users
        .chain(admins)
        .chain(PUBLIC.iter().map(|row| line(row, |_| Access::public())))
}

fn line((method, path, permission, answer): &Row, access: impl Fn(P) -> Access) -> Line {
    let access = access(*permission);
    Line {
        method: method.clone(),
        path,
        access: if *path == WITH_FILES {
            access.with_files()
        } else {
            access
        },
        permission: *permission,
        answer: *answer,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const DOCUMENT: &str = include_str!("../../../../../docs/compatibility.md");
    const HEADING: &str = "## Answered 501";

    #[test]
    fn the_documentation_names_what_is_not_there_yet() {
        let not_yet = lines().filter(|line| matches!(line.answer, NotYet(_)));
        let table: BTreeSet<String> = not_yet.map(|line| format!("{} {}", line.method, line.path)).collect();
        let (_, section) = DOCUMENT.split_once(HEADING).unwrap();
        let section = section.split("\n## ").next().unwrap();
        let named = section.split('`').skip(1).step_by(2).filter(|text| text.contains(' '));
        assert_eq!(named.map(str::to_owned).collect::<BTreeSet<_>>(), table);
    }

    #[test]
    fn what_is_sent_is_json() {
        for line in lines() {
            if let Empty(text) = line.answer {
                serde_json::from_str::<serde_json::Value>(text).unwrap();
            }
        }
    }
}
