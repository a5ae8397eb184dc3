//! Why a job does not run: pure reasoning over what one statement found.

use super::wire::Reason;

/// What is known of a job and of what it waits for.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    pub(super) state: String,
    pub(super) queue: String,
    /// Seconds until its time comes; not above zero where it has come.
    pub(super) due_in_seconds: f64,
    /// Attempts that failed.
    pub(super) failures: i32,
    pub(super) last_reason: Option<String>,
    pub(super) is_suspect: bool,
    pub(super) is_paused: bool,
    pub(super) max_active: Option<i32>,
    /// Jobs of the queue that run.
    pub(super) active: i64,
    /// Whether another job of its kind and subject runs.
    pub(super) has_active_twin: bool,
    pub(super) requires: Vec<String>,
    /// Jobs that are due and go first, counted up to a thousand.
    pub(super) ahead: i64,
    pub(super) nodes: Vec<Node>,
}

/// A node that lives and serves the queue.
#[derive(Clone, Debug, Default)]
pub(super) struct Node {
    pub(super) host: String,
    /// `active`, `quiet`, `paused`, `ill`, or `silent`.
    pub(super) state: String,
    pub(super) reason: Option<String>,
    /// What the job requires and the node lacks.
    pub(super) lacks: Vec<String>,
    /// Slots of the queue.
    pub(super) slots: i64,
    /// Jobs of the queue that run there.
    pub(super) busy: i64,
    /// Jobs of any queue that run there.
    pub(super) running: i64,
}

/// All reasons, the one that has to go first in front.
pub(super) fn reasons(facts: &Facts) -> Vec<Reason> {
    match facts.state.as_str() {
        "active" => Vec::new(),
        "parked" => vec![parked(facts)],
        _ => [twin(facts), time(facts), pause(facts), limit(facts), nodes(facts)]
            .into_iter()
            .flatten()
            .collect(),
    }
}

fn because(code: &'static str, message: impl Into<String>) -> Reason {
    Reason {
        code,
        message: message.into(),
    }
}

fn parked(facts: &Facts) -> Reason {
    let reason = facts
        .last_reason
        .as_deref()
        .unwrap_or("every worker that took it was lost");
    because(
        "parked",
        format!("It was given up: {reason}. It waits for somebody to retry or drop it."),
    )
}

fn twin(facts: &Facts) -> Option<Reason> {
    facts.has_active_twin.then(|| {
        because(
            "twin",
            "The same work runs already; this job begins when that has ended.",
        )
    })
}

fn time(facts: &Facts) -> Option<Reason> {
    if facts.due_in_seconds <= 0.0 {
        return None;
    }
    let seconds = facts.due_in_seconds.ceil();
    Some(match (&facts.last_reason, facts.failures > 0) {
        (Some(reason), true) => because(
            "retry",
            format!("It failed ({reason}) and is tried again in {seconds} s."),
        ),
        (Some(reason), false) => because(
            "delayed",
            format!("It was handed back ({reason}) and is tried again in {seconds} s."),
        ),
        (None, _) => because("delayed", format!("Its time comes in {seconds} s.")),
    })
}

fn pause(facts: &Facts) -> Option<Reason> {
    facts
        .is_paused
        .then(|| because("paused", format!("The queue {} is paused.", facts.queue)))
}

fn limit(facts: &Facts) -> Option<Reason> {
    let most = facts.max_active.filter(|most| facts.active >= i64::from(*most))?;
    Some(because(
        "limit",
        format!(
            "The queue {} may run {most} at once over all nodes, and does.",
            facts.queue
        ),
    ))
}

fn nodes(facts: &Facts) -> Option<Reason> {
    if facts.nodes.is_empty() {
        let message = format!("No node that serves the queue {} is running.", facts.queue);
        return Some(because("no-node", message));
    }
    let able: Vec<&Node> = facts.nodes.iter().filter(|node| node.lacks.is_empty()).collect();
    if able.is_empty() {
        let message = format!("No running node can do it: it requires {}.", facts.requires.join(", "));
        return Some(because("no-capable-node", message));
    }
    let open: Vec<&&Node> = able.iter().filter(|node| node.state == "active").collect();
    if open.is_empty() {
        let nodes: Vec<String> = able.iter().map(|node| stands_still(node)).collect();
        let message = format!("No node that can do it takes work: {}.", nodes.join("; "));
        return Some(because("nodes-stopped", message));
    }
    if facts.is_suspect {
        return open.iter().all(|node| node.running > 0).then(|| {
            because(
                "suspect",
                "It was lost repeatedly and runs only where nothing else does: it waits for an idle node.",
            )
        });
    }
    if open.iter().all(|node| node.busy >= node.slots) {
        let message = format!(
            "All slots are taken ({} on {} nodes), and {} jobs go before it.",
            open.iter().map(|node| node.slots).sum::<i64>(),
            open.len(),
            many(facts.ahead)
        );
        return Some(because("busy", message));
    }
    None
}

fn stands_still(node: &Node) -> String {
    match &node.reason {
        Some(reason) => format!("{} is {} ({reason})", node.host, node.state),
        None => format!("{} is {}", node.host, node.state),
    }
}

/// A number that was counted up to a thousand.
fn many(count: i64) -> String {
    if count > 1_000 {
        "more than 1000".to_owned()
    } else {
        count.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waiting() -> Facts {
        Facts {
            state: "waiting".to_owned(),
            queue: "videoConversion".to_owned(),
            nodes: vec![node()],
            ..Facts::default()
        }
    }

    fn node() -> Node {
        Node {
            host: "pc".to_owned(),
            state: "active".to_owned(),
            slots: 1,
            ..Node::default()
        }
    }

    fn codes(facts: &Facts) -> Vec<&'static str> {
        reasons(facts).into_iter().map(|reason| reason.code).collect()
    }

    #[test]
    fn what_runs_or_can_run_waits_for_nothing() {
        assert!(codes(&waiting()).is_empty());
        let running = Facts {
            state: "active".to_owned(),
            nodes: Vec::new(),
            ..waiting()
        };
        assert!(codes(&running).is_empty());
    }

    #[test]
    fn each_reason_is_told() {
        let with = |change: fn(&mut Facts)| {
            let mut facts = waiting();
            change(&mut facts);
            codes(&facts)
        };
        assert_eq!(with(|facts| facts.state = "parked".to_owned()), ["parked"]);
        assert_eq!(with(|facts| facts.has_active_twin = true), ["twin"]);
        assert_eq!(with(|facts| facts.due_in_seconds = 4.2), ["delayed"]);
        assert_eq!(with(|facts| facts.is_paused = true), ["paused"]);
        assert_eq!(with(|facts| (facts.max_active, facts.active) = (Some(2), 2)), ["limit"]);
        assert_eq!(with(|facts| facts.nodes.clear()), ["no-node"]);
        assert_eq!(
            with(|facts| facts.nodes[0].lacks = vec!["encode.av1".to_owned()]),
            ["no-capable-node"]
        );
        assert_eq!(
            with(|facts| facts.nodes[0].state = "quiet".to_owned()),
            ["nodes-stopped"]
        );
        assert_eq!(
            with(|facts| facts.nodes[0].state = "silent".to_owned()),
            ["nodes-stopped"]
        );
        assert_eq!(
            with(|facts| (facts.is_suspect, facts.nodes[0].running) = (true, 1)),
            ["suspect"]
        );
        assert_eq!(with(|facts| facts.nodes[0].busy = 1), ["busy"]);
    }

    #[test]
    fn a_retry_says_what_failed_and_when_it_comes() {
        let facts = Facts {
            due_in_seconds: 7.3,
            failures: 1,
            last_reason: Some("the decoder crashed".to_owned()),
            ..waiting()
        };
        assert_eq!(
            reasons(&facts),
            [because(
                "retry",
                "It failed (the decoder crashed) and is tried again in 8 s."
            )]
        );
    }

    #[test]
    fn what_was_handed_back_at_no_cost_says_why() {
        let facts = Facts {
            due_in_seconds: 7.3,
            last_reason: Some("no space left".to_owned()),
            ..waiting()
        };
        let told = because(
            "delayed",
            "It was handed back (no space left) and is tried again in 8 s.",
        );
        assert_eq!(reasons(&facts), [told]);
    }

    #[test]
    fn several_reasons_are_told_together() {
        let facts = Facts {
            is_paused: true,
            nodes: Vec::new(),
            ..waiting()
        };
        assert_eq!(codes(&facts), ["paused", "no-node"]);
    }
}
