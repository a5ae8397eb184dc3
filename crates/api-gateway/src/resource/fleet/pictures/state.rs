//! From the state of a job to a sentence.

use diesel::{
    QueryableByName,
    sql_types::{Bool, Double, Integer, Nullable, Text},
};
use safelight_core::jobs::{JobKind, kind::ExtractMetadata};

use super::super::nobody::what_it_does;

/// What is known of the job that is on the way to the pictures of an asset.
#[derive(Clone, Debug, Default, QueryableByName)]
pub(super) struct Facts {
    /// Empty where there is no job.
    #[diesel(sql_type = Text)]
    pub(super) kind: String,
    /// That of its row.
    #[diesel(sql_type = Text)]
    pub(super) state: String,
    /// Attempts that failed.
    #[diesel(sql_type = Integer)]
    pub(super) failures: i32,
    /// Seconds until its time comes.
    #[diesel(sql_type = Double)]
    pub(super) due_in_seconds: f64,
    /// What it said last of a failure.
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) reason: Option<String>,
    /// Whether its queue is paused.
    #[diesel(sql_type = Bool)]
    pub(super) is_paused: bool,
    /// Whether its lease has run out: its worker is silent.
    #[diesel(sql_type = Bool)]
    pub(super) is_lost: bool,
    /// Whether a live node serves its queue.
    #[diesel(sql_type = Bool)]
    pub(super) is_served: bool,
}

/// Why there are no pictures: a code for programs, a sentence for people.
pub(super) fn told(facts: &Facts) -> (&'static str, String) {
    let is_first = facts.kind == ExtractMetadata::NAME;
    match facts.state.as_str() {
        "active" if facts.is_lost => ("lost", "Its worker is silent; another takes it over.".to_owned()),
        "active" if is_first => ("running", "It is being read; its pictures come next.".to_owned()),
        "active" => ("running", "Its pictures are being made.".to_owned()),
        "parked" => ("failed", format!("{}{}.", failed(is_first), because(facts))),
        "waiting" | "delayed" => waiting(facts, is_first),
        _ => (
            "none",
            "It has no pictures, and nothing is about to make them.".to_owned(),
        ),
    }
}

fn waiting(facts: &Facts, is_first: bool) -> (&'static str, String) {
    if !facts.is_served {
        let message = format!("Nobody {}: it waits until a worker does.", what_it_does(&facts.kind));
        return ("nobody", message);
    }
    if facts.is_paused {
        return ("paused", "It waits: an administrator has paused this work.".to_owned());
    }
    if facts.failures > 0 && facts.due_in_seconds > 0.0 {
        let seconds = facts.due_in_seconds.ceil();
        let message = format!(
            "{}{}. It is tried again in {seconds} s.",
            failed(is_first),
            because(facts)
        );
        return ("retry", message);
    }
    ("waiting", "It waits for a worker.".to_owned())
}

fn failed(is_first: bool) -> &'static str {
    if is_first {
        "It could not be read"
    } else {
        "Its pictures could not be made"
    }
}

fn because(facts: &Facts) -> String {
    let reason = facts.reason.as_deref().map(|reason| reason.trim_end_matches('.'));
    reason.map(|reason| format!(": {reason}")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use safelight_core::jobs::kind::GenerateThumbnails;

    use super::*;

    fn waits() -> Facts {
        Facts {
            kind: GenerateThumbnails::NAME.to_owned(),
            state: "waiting".to_owned(),
            is_served: true,
            ..Facts::default()
        }
    }

    #[test]
    fn each_state_has_its_words() {
        let with = |change: fn(&mut Facts)| {
            let mut facts = waits();
            change(&mut facts);
            told(&facts)
        };
        let is = |code, message: &str| (code, message.to_owned());
        assert_eq!(with(|_| ()), is("waiting", "It waits for a worker."));
        assert_eq!(with(|facts| facts.state = "active".to_owned()).0, "running");
        assert_eq!(
            with(|facts| (facts.state, facts.is_lost) = ("active".to_owned(), true)).0,
            "lost"
        );
        assert_eq!(
            with(|facts| facts.is_served = false),
            is("nobody", "Nobody makes thumbnails: it waits until a worker does.")
        );
        assert_eq!(with(|facts| facts.is_paused = true).0, "paused");
        assert_eq!(
            with(|facts| (facts.state, facts.reason) = ("parked".to_owned(), Some("not a JPEG.".to_owned()))),
            is("failed", "Its pictures could not be made: not a JPEG.")
        );
        assert_eq!(
            with(|facts| facts.state = "parked".to_owned()),
            is("failed", "Its pictures could not be made.")
        );
        assert_eq!(told(&Facts::default()).0, "none");
    }

    #[test]
    fn what_failed_and_is_tried_again_says_when() {
        let facts = Facts {
            state: "delayed".to_owned(),
            failures: 1,
            due_in_seconds: 7.2,
            reason: Some("the decoder crashed".to_owned()),
            ..waits()
        };
        let words = "Its pictures could not be made: the decoder crashed. It is tried again in 8 s.";
        assert_eq!(told(&facts), ("retry", words.to_owned()));
    }
}
