//! Commits, and where the work stands.

use super::figure::{self, count};
use super::paint::{Paint, own_words};
use super::problems;
use super::staled;
use super::table::{Cell, lines};
use crate::policy::problem::Problem;
use crate::precedent::Staled;
use crate::replay::flip::FlipKind;
use crate::replay::run::Replay;
use crate::vcs::{Change, Commit, Committed, FileStatus, Head, Moment, Status, Trailer};
use serde_json::{Value, json};

/// One commit after the other, newest first.
pub fn log(commits: &[Commit], paint: Paint) -> String {
    let mut out = String::new();
    for commit in commits {
        let own = |text: &str| own_words(text).into_owned();
        out.push_str(&format!(
            "{}  {}  {}\n           {}\n",
            paint.notable(commit.id.short()),
            day(commit.when),
            paint.bold(own(&commit.subject)),
            paint.dim(own(&commit.author.name)),
        ));
        for trailer in &commit.trailers {
            out.push_str(&format!("           {}: {}\n", own(&trailer.key), own(&trailer.value)));
        }
    }
    if commits.is_empty() {
        out.push_str("nothing is committed yet\n");
    }
    out
}

/// `{"commits": [{"commit", "parents", "author": {"name", "email"}, "date", "subject", "body", "trailers"}]}`, the date
/// as in RFC 3339, trailers as `[{"key", "value"}]`.
pub fn log_json(commits: &[Commit]) -> Value {
    let one = |commit: &Commit| {
        json!({
            "commit": commit.id.as_str(),
            "parents": commit.parents.iter().map(|id| id.as_str()).collect::<Vec<_>>(),
            "author": {"name": commit.author.name, "email": commit.author.email},
            "date": instant(commit.when),
            "subject": commit.subject,
            "body": commit.body,
            "trailers": commit.trailers.iter().map(trailer).collect::<Vec<_>>(),
        })
    };
    json!({"commits": commits.iter().map(one).collect::<Vec<_>>()})
}

fn trailer(trailer: &Trailer) -> Value {
    json!({"key": trailer.key, "value": trailer.value})
}

/// `2026-10-05`, on the writer's own clock.
pub fn day(when: Moment) -> String {
    zoned(when).map_or_else(|| "????-??-??".to_owned(), |zoned| zoned.strftime("%Y-%m-%d").to_string())
}

fn instant(when: Moment) -> Option<String> {
    Some(zoned(when)?.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string())
}

fn zoned(when: Moment) -> Option<jiff::Zoned> {
    let offset = jiff::tz::Offset::from_seconds(when.offset.checked_mul(60)?).ok()?;
    Some(jiff::Timestamp::from_second(when.seconds).ok()?.to_zoned(offset.to_time_zone()))
}

/// Where the work stands.
#[derive(Debug)]
pub struct StatusReport<'a> {
    pub policy: &'a str,
    pub folder: &'a str,
    /// `None` where there is no git repository that can be used.
    pub git: Option<&'a Status>,
    /// Why not, where there is one that cannot be used.
    pub git_trouble: Option<String>,
    pub problems: &'a [Problem],
    /// The files on disk against the last commit.
    pub replay: &'a Replay,
    /// What becomes stale with them.
    pub staled: &'a Staled,
}

/// The branch, what differs from the last commit, the problems, and what the replay says in short.
pub fn status(report: &StatusReport<'_>, paint: Paint) -> String {
    let own = |text: &str| own_words(text).into_owned();
    let mut rows = Vec::new();
    let mut row = |name: &str, words: String| rows.push(vec![Cell::new(name), Cell::new(words)]);
    row("folder", own(report.folder));
    row("git", own(&git_words(report)));
    row("problems", problems::summary(report.problems));
    let replay = report.replay;
    row("cases", figure::thousands(replay.head_measures().cases));
    row("agreement", figure::proportion(replay.head_measures().agree));
    if replay.base.is_some() {
        let flips = FlipKind::ALL.map(|kind| format!("{} {}", replay.count(kind), kind.word()));
        row("since HEAD", flips.join(", "));
    }
    let failing = replay.gates.iter().filter(|gate| gate.status == crate::replay::gates::GateStatus::Fail).count();
    let gates = match (replay.gates.len(), failing) {
        (0, _) => "none set".to_owned(),
        (all, 0) => format!("none of {all} fails"),
        (all, failing) => format!("{failing} of {all} fail"),
    };
    row("gates", gates);
    if let Some(words) = staled::words(report.staled) {
        row("records", words);
    }
    let mut out = format!("{}\n{}", paint.bold(own(report.policy)), lines(&rows, 0));
    if let Some(status) = report.git {
        out.push_str(&files(&status.files, paint));
    }
    out
}

/// Each changed file with a letter for its change.
pub fn files(files: &[FileStatus], paint: Paint) -> String {
    let mut out = String::new();
    for file in files {
        let letter = match file.change {
            Change::Added | Change::Untracked => paint.better("new     "),
            Change::Modified => paint.notable("changed "),
            Change::Deleted => paint.worse("removed "),
            Change::Conflicted => paint.worse("conflict"),
        };
        out.push_str(&format!("  {letter}  {}\n", own_words(&file.path)));
    }
    if out.is_empty() { out } else { format!("\n{}\n{out}", paint.bold("differs from the last commit")) }
}

fn git_words(report: &StatusReport<'_>) -> String {
    let Some(status) = report.git else {
        return report.git_trouble.clone().unwrap_or_else(|| "no repository: nothing to compare with".to_owned());
    };
    let head = match &status.head {
        Head::Branch { name, commit } => format!("{name} at {}", commit.short()),
        Head::Unborn { name } => format!("{name}, nothing committed yet"),
        Head::Detached { commit } => format!("detached at {}: a commit made here is easily lost", commit.short()),
    };
    let mut words = vec![head];
    if let Some(upstream) = &status.upstream {
        words.push(format!("{} ahead and {} behind {}", upstream.ahead, upstream.behind, upstream.name));
    }
    if let Some(what) = status.under_way {
        words.push(format!("{what} is under way"));
    }
    words.push(match status.files.len() {
        0 => "nothing differs".to_owned(),
        n => format!("{} to commit", count(n as u64, "file", "files")),
    });
    words.join(", ")
}

/// `{"policy", "folder", "branch", "commit", "upstream", "under_way", "files", "problems", "measures", "flips",
/// "becomes_stale", "gates_failing"}`; what git would say is `null` where there is no repository.
pub fn status_json(report: &StatusReport<'_>) -> Value {
    use crate::policy::problem::Level;
    let of = |level| report.problems.iter().filter(|problem| problem.level() == level).count();
    let file = |file: &FileStatus| {
        let change = match file.change {
            Change::Added => "added",
            Change::Untracked => "untracked",
            Change::Modified => "modified",
            Change::Deleted => "deleted",
            Change::Conflicted => "conflicted",
        };
        json!({"path": &*file.path, "change": change, "staged": file.staged})
    };
    let git = report.git;
    let replay = report.replay;
    let measures = replay.head_measures();
    let flips = replay.base.as_ref().map(|_| {
        let of = |kind| replay.count(kind);
        json!({"regressed": of(FlipKind::Regressed), "fixed": of(FlipKind::Fixed), "changed": of(FlipKind::Changed)})
    });
    json!({
        "policy": report.policy,
        "folder": report.folder,
        "branch": git.and_then(|git| git.head.branch()),
        "commit": git.and_then(|git| git.head.commit()).map(|id| id.as_str()),
        "upstream": git.and_then(|git| git.upstream.as_ref()).map(|upstream| {
            json!({"name": upstream.name, "ahead": upstream.ahead, "behind": upstream.behind})
        }),
        "under_way": git.and_then(|git| git.under_way).map(|what| what.to_string()),
        "files": git.map(|git| git.files.iter().map(file).collect::<Vec<_>>()),
        "problems": {"errors": of(Level::Error), "warnings": of(Level::Warning), "hints": of(Level::Hint)},
        "measures": {
            "cases": measures.cases,
            "unlabeled": measures.unlabeled,
            "undetermined": measures.undetermined,
            "agree": figure::proportion_json(measures.agree),
            "over_refusal": figure::proportion_json(measures.over_refusal),
            "under_refusal": figure::proportion_json(measures.under_refusal),
        },
        "flips": flips,
        "becomes_stale": staled::json(report.staled),
        "gates_failing": replay
            .gates
            .iter()
            .filter(|gate| gate.status == crate::replay::gates::GateStatus::Fail)
            .map(|gate| json!({"gate": gate.kind.word(), "tier": gate.tier}))
            .collect::<Vec<_>>(),
    })
}

/// A commit that was made.
pub fn committed(committed: &Committed, files: &[FileStatus], trailers: &[Trailer], paint: Paint) -> String {
    let own = |text: &str| own_words(text).into_owned();
    let place =
        committed.branch.as_deref().map_or("on no branch: easily lost".to_owned(), |branch| format!("on {branch}"));
    let files = count(files.len() as u64, "file", "files");
    let mut out = format!("committed {} {}, {files}\n", paint.notable(committed.id.short()), own(&place));
    for Trailer { key, value } in trailers {
        out.push_str(&format!("  {}: {}\n", own(key), own(value)));
    }
    for line in committed.said.lines() {
        out.push_str(&format!("  {}\n", paint.dim(own(line))));
    }
    out
}

/// `{"commit", "branch", "files", "trailers", "becomes_stale"}`
pub fn committed_json(committed: &Committed, files: &[FileStatus], trailers: &[Trailer], staled: &Staled) -> Value {
    json!({
        "commit": committed.id.as_str(),
        "branch": committed.branch,
        "files": files.iter().map(|file| &*file.path).collect::<Vec<_>>(),
        "trailers": trailers.iter().map(trailer).collect::<Vec<_>>(),
        "becomes_stale": staled::json(staled),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_writer() {
        let late = Moment { seconds: 1_700_000_000, offset: 120 };
        assert_eq!((day(late), instant(late)), ("2023-11-15".into(), Some("2023-11-15T00:13:20+02:00".into())));
        assert_eq!(day(Moment { seconds: i64::MAX, offset: 0 }), "????-??-??");
    }
}
