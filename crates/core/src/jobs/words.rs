use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// How urgent a job is. A more urgent one is always claimed first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Somebody waits for it.
    Interactive,
    /// A new upload.
    Normal,
    /// A run over the library.
    Bulk,
}

impl Class {
    /// The number in the row: the smaller, the more urgent.
    pub const fn number(self) -> i16 {
        match self {
            Self::Interactive => 0,
            Self::Normal => 1,
            Self::Bulk => 2,
        }
    }

    /// Its word, for people and programs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Interactive => "interactive",
            Self::Normal => "normal",
            Self::Bulk => "bulk",
        }
    }

    /// The class of a row's number; anything unknown is bulk.
    pub const fn of_number(number: i16) -> Self {
        match number {
            0 => Self::Interactive,
            1 => Self::Normal,
            _ => Self::Bulk,
        }
    }
}

/// What set a chain of jobs off. Jobs of runs over the library have none and cause no follow-ups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Source {
    /// A new file.
    #[serde(rename = "upload")]
    Upload,
    /// A person's change was written to the sidecar.
    #[serde(rename = "sidecar-write")]
    SidecarWrite,
    /// Facts were copied from another asset.
    #[serde(rename = "copy")]
    Copy,
    /// The picture was edited.
    #[serde(rename = "edit")]
    Edit,
}

impl Source {
    /// The word in the row.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Upload => "upload",
            Self::SidecarWrite => "sidecar-write",
            Self::Copy => "copy",
            Self::Edit => "edit",
        }
    }
}

impl FromStr for Source {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        match word {
            "upload" => Ok(Self::Upload),
            "sidecar-write" => Ok(Self::SidecarWrite),
            "copy" => Ok(Self::Copy),
            "edit" => Ok(Self::Edit),
            _ => Err(()),
        }
    }
}

/// Where a job is in its life. A finished one has no row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum JobState {
    /// May be claimed.
    Waiting,
    /// May be claimed from a later time on.
    Delayed,
    /// Claimed by a node.
    Active,
    /// Out of attempts, kept with its history until somebody decides.
    Parked,
}

impl JobState {
    /// The word in the row.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Delayed => "delayed",
            Self::Active => "active",
            Self::Parked => "parked",
        }
    }
}
