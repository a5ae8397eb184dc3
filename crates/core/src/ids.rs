//! The words of the domain that are stored as text and sent on the wire, as enums.

use std::fmt;
use std::str::FromStr;

/// A word that none of an enum's values has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown {what} {word:?}")]
pub struct UnknownWord {
    /// The enum.
    pub what: &'static str,
    /// The word.
    pub word: String,
}

/// Makes an enum whose values each have one word, the same in the database and on the wire.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $value:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$doc])* #[serde(rename = $word)] $value),+ }

        impl $name {
            /// All values, in the order of the contract.
            pub const ALL: &'static [Self] = &[$(Self::$value),+];

            /// The word.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$value => $word),+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = UnknownWord;

            fn from_str(word: &str) -> Result<Self, UnknownWord> {
                match word {
                    $($word => Ok(Self::$value),)+
                    _ => Err(UnknownWord { what: stringify!($name), word: word.to_owned() }),
                }
            }
        }
    };
}

words! {
    /// The queues of the admin page, in the contract's order.
    QueueName {
        /// Previews, thumbnails, hashes.
        ThumbnailGeneration = "thumbnailGeneration",
        /// Tags and traits of files into rows.
        MetadataExtraction = "metadataExtraction",
        /// Web-playable video.
        VideoConversion = "videoConversion",
        /// No consumer here.
        FaceDetection = "faceDetection",
        /// No consumer here.
        FacialRecognition = "facialRecognition",
        /// No consumer here.
        SmartSearch = "smartSearch",
        /// No consumer here.
        DuplicateDetection = "duplicateDetection",
        /// Deletions, clean-ups and other small work.
        BackgroundTask = "backgroundTask",
        /// Moves of originals to templated paths.
        StorageTemplateMigration = "storageTemplateMigration",
        /// Moves of derived files to newer folders.
        Migration = "migration",
        /// A slot that must be listed; never used.
        Search = "search",
        /// Sidecars found and written.
        Sidecar = "sidecar",
        /// External libraries.
        Library = "library",
        /// Mail and messages.
        Notifications = "notifications",
        /// Database dumps.
        BackupDatabase = "backupDatabase",
        /// No consumer here.
        Ocr = "ocr",
        /// No consumer here.
        Workflow = "workflow",
        /// Files against rows.
        IntegrityCheck = "integrityCheck",
        /// Pictures of edited assets.
        Editor = "editor",
    }
}

words! {
    /// What an asset is, from its extension.
    AssetType {
        /// A picture.
        Image = "IMAGE",
        /// A film.
        Video = "VIDEO",
        /// Sound.
        Audio = "AUDIO",
        /// Anything else.
        Other = "OTHER",
    }
}

words! {
    /// Where an asset is shown.
    Visibility {
        /// Put away, still in the library.
        Archive = "archive",
        /// In the timeline.
        Timeline = "timeline",
        /// Nowhere: the moving part of a live photo.
        Hidden = "hidden",
        /// Only in a session opened by PIN.
        Locked = "locked",
    }
}

words! {
    /// The life of an asset.
    AssetStatus {
        /// In the library.
        Active = "active",
        /// In the trash.
        Trashed = "trashed",
        /// About to be removed for good.
        Deleted = "deleted",
    }
}

words! {
    /// What a file of an asset, other than its original, is.
    FileType {
        /// The whole picture in a format every browser shows.
        Fullsize = "fullsize",
        /// The picture of the viewer.
        Preview = "preview",
        /// The picture of the timeline.
        Thumbnail = "thumbnail",
        /// An XMP file.
        Sidecar = "sidecar",
        /// The playable video.
        EncodedVideo = "encoded_video",
    }
}

words! {
    /// What a person may do with an album.
    AlbumRole {
        /// Everything.
        Owner = "owner",
        /// Add and remove.
        Editor = "editor",
        /// Look.
        Viewer = "viewer",
    }
}

words! {
    /// How good or bad the news of a notification is.
    NotificationLevel {
        /// Something went well.
        Success = "success",
        /// Something failed.
        Error = "error",
        /// Something may fail.
        Warning = "warning",
        /// Anything else.
        Info = "info",
    }
}

words! {
    /// What a notification is about.
    NotificationType {
        /// A job was given up.
        JobFailed = "JobFailed",
        /// There is no backup of the database.
        BackupFailed = "BackupFailed",
        /// The server itself.
        SystemMessage = "SystemMessage",
        /// An album was shared with its reader.
        AlbumInvite = "AlbumInvite",
        /// Something came into a shared album.
        AlbumUpdate = "AlbumUpdate",
        /// Whatever an administrator wrote.
        Custom = "Custom",
    }
}

words! {
    /// The life of an account.
    UserStatus {
        /// In use.
        Active = "active",
        /// Being removed.
        Removing = "removing",
        /// Removed, may be restored.
        Deleted = "deleted",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_go_both_ways() {
        for queue in QueueName::ALL {
            assert_eq!(queue.as_str().parse::<QueueName>().unwrap(), *queue);
            assert_eq!(serde_json::to_value(queue).unwrap(), queue.as_str());
        }
        assert_eq!(QueueName::ALL.len(), 19);
        assert!("IMAGES".parse::<AssetType>().is_err());
    }
}
