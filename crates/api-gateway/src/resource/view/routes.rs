//! `/view`

use super::read;
use crate::routes::routes;

routes! {
    GET "/view/folder"              user FolderRead => read::folder;
    GET "/view/folder/unique-paths" user FolderRead => read::unique_paths;
}
