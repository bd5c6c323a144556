//! History.

use super::error::VcsError;
use super::id::ObjectId;
use super::message::{Trailer, take_apart};
use super::repo::{Reader, Repo};
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;
use std::path::Path;

/// One commit of the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    pub id: ObjectId,
    pub parents: Vec<ObjectId>,
    pub author: Person,
    /// When it was written.
    pub when: Moment,
    /// The first paragraph of the message as one line.
    pub subject: String,
    /// The rest of the message, without the trailers.
    pub body: String,
    pub trailers: Vec<Trailer>,
}

/// Who wrote a commit, in their own words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub name: String,
    pub email: String,
}

/// A point in time and the clock it was read on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Since 1970 in UTC.
    pub seconds: i64,
    /// How far the writer's clock was ahead of UTC, in minutes.
    pub offset: i32,
}

/// What part of the history is asked for.
#[derive(Debug, Clone, Copy)]
pub struct History<'a> {
    /// Where to start; HEAD where `None`.
    pub from: Option<&'a ObjectId>,
    /// Only commits that changed this file or folder, relative to the policy folder. Where `None`, those that changed
    /// the policy folder.
    pub path: Option<&'a str>,
    /// How many commits at most.
    pub limit: usize,
}

impl Repo {
    /// Commits, newest first. Before the first commit there are none. `go_on` is asked now and then; when it says no,
    /// what was asked ends as [`VcsError::Cancelled`].
    pub fn log(&self, history: History<'_>, go_on: &dyn Fn() -> bool) -> Result<Vec<Commit>, VcsError> {
        let path = match history.path.map(|path| path.trim_end_matches('/')) {
            None | Some("") => self.prefix().to_owned(),
            Some(path) => self.at_top(path).ok_or_else(|| VcsError::BadPath { path: path.to_owned() })?,
        };
        let start = match history.from {
            Some(id) => id.clone(),
            None => match self.head()?.commit() {
                Some(id) => id.clone(),
                None => return Ok(Vec::new()),
            },
        };
        let commits = match self.place().reader {
            Reader::Library => self.log_by_library(&start, None, &path, history.limit, go_on),
            Reader::Program => self.log_by_program(&start, None, &path, history.limit),
        };
        commits.map(children_first)
    }

    /// The commits of the policy's folder that lead to `head` and not to `base`, newest first: what was done between them.
    pub fn log_between(
        &self,
        base: &ObjectId,
        head: &ObjectId,
        go_on: &dyn Fn() -> bool,
    ) -> Result<Vec<Commit>, VcsError> {
        let path = self.prefix().to_owned();
        let commits = match self.place().reader {
            Reader::Library => self.log_by_library(head, Some(base), &path, usize::MAX, go_on),
            Reader::Program => self.log_by_program(head, Some(base), &path, usize::MAX),
        };
        commits.map(children_first)
    }

    fn log_by_library(
        &self,
        start: &ObjectId,
        without: Option<&ObjectId>,
        path: &str,
        limit: usize,
        go_on: &dyn Fn() -> bool,
    ) -> Result<Vec<Commit>, VcsError> {
        let repository = self.library()?;
        let mut walk = repository.revwalk()?;
        // As `git log` does it, by time. Other orders read the whole history first.
        walk.set_sorting(git2::Sort::NONE)?;
        let unknown = |_| VcsError::UnknownRevision { rev: start.to_string() };
        walk.push(start.to_library().map_err(unknown)?).map_err(unknown)?;
        if let Some(without) = without {
            let unknown = |_| VcsError::UnknownRevision { rev: without.to_string() };
            walk.hide(without.to_library().map_err(unknown)?).map_err(unknown)?;
        }
        let mut commits = Vec::new();
        for id in walk {
            if commits.len() >= limit {
                break;
            }
            if !go_on() {
                return Err(VcsError::Cancelled);
            }
            let commit = repository.find_commit(id?)?;
            if path.is_empty() || changes(&commit, Path::new(path))? {
                commits.push(read_commit(&commit));
            }
        }
        Ok(commits)
    }

    fn log_by_program(
        &self,
        start: &ObjectId,
        without: Option<&ObjectId>,
        path: &str,
        limit: usize,
    ) -> Result<Vec<Commit>, VcsError> {
        // Git counts in 31 bits.
        let limit = format!("--max-count={}", limit.min(i32::MAX as usize));
        let hidden = without.map(|id| format!("^{id}"));
        let format = "--format=%H%x00%P%x00%an%x00%ae%x00%ad%x00%B";
        let mut args =
            vec!["log", "-z", "--date=raw", "--encoding=UTF-8", "--no-color", format, &limit, start.as_str()];
        args.extend(hidden.as_deref());
        args.push("--");
        if !path.is_empty() {
            args.push(path);
        }
        let ran = self.tools().read(self.workdir(), args, MOST_HISTORY)?.ok()?;
        let fields: Vec<_> = ran.out.split(|byte| *byte == 0).map(String::from_utf8_lossy).collect();
        Ok(fields.chunks_exact(6).filter_map(|fields| parse_commit(fields)).collect())
    }
}

/// No commit before one that follows on it, also where they were made within one second; else the order stays.
fn children_first(commits: Vec<Commit>) -> Vec<Commit> {
    let number: FxHashMap<&ObjectId, usize> = commits.iter().map(|commit| &commit.id).zip(0..).collect();
    let parents: Vec<Vec<usize>> =
        commits.iter().map(|commit| commit.parents.iter().filter_map(|id| number.get(id).copied()).collect()).collect();
    let mut children = vec![0_usize; commits.len()];
    parents.iter().flatten().for_each(|parent| children[*parent] += 1);
    let mut ready: BTreeSet<usize> = (0..commits.len()).filter(|at| children[*at] == 0).collect();
    let mut order = Vec::with_capacity(commits.len());
    while let Some(at) = ready.pop_first() {
        order.push(at);
        for &parent in &parents[at] {
            children[parent] -= 1;
            if children[parent] == 0 {
                ready.insert(parent);
            }
        }
    }
    let mut commits: Vec<Option<Commit>> = commits.into_iter().map(Some).collect();
    order.into_iter().filter_map(|at| commits[at].take()).collect()
}

const MOST_HISTORY: usize = 256 << 20;

/// Whether a commit leaves something at a path that none of its parents has there.
fn changes(commit: &git2::Commit<'_>, path: &Path) -> Result<bool, git2::Error> {
    let at = |commit: &git2::Commit<'_>| -> Result<_, git2::Error> {
        Ok(commit.tree()?.get_path(path).ok().map(|entry| (entry.id(), entry.filemode())))
    };
    let here = at(commit)?;
    if commit.parent_count() == 0 {
        return Ok(here.is_some());
    }
    for parent in commit.parents() {
        if at(&parent)? == here {
            return Ok(false);
        }
    }
    Ok(true)
}

fn read_commit(commit: &git2::Commit<'_>) -> Commit {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let author = commit.author();
    let message = take_apart(&text(commit.message_bytes()));
    Commit {
        id: ObjectId::of_library(commit.id()),
        parents: commit.parent_ids().map(ObjectId::of_library).collect(),
        author: Person { name: text(author.name_bytes()), email: text(author.email_bytes()) },
        when: Moment { seconds: author.when().seconds(), offset: author.when().offset_minutes() },
        subject: message.subject,
        body: message.body,
        trailers: message.trailers,
    }
}

fn parse_commit(fields: &[std::borrow::Cow<'_, str>]) -> Option<Commit> {
    let [id, parents, name, email, when, message] = fields else { return None };
    let (seconds, offset) = when.split_once(' ')?;
    let (hours, minutes) = offset.split_at_checked(3)?;
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    let minutes = if offset.starts_with('-') { -minutes } else { minutes };
    let message = take_apart(message);
    Some(Commit {
        id: ObjectId::parse(id)?,
        parents: parents.split(' ').filter_map(ObjectId::parse).collect(),
        author: Person { name: name.to_string(), email: email.to_string() },
        when: Moment { seconds: seconds.parse().ok()?, offset: hours * 60 + minutes },
        subject: message.subject,
        body: message.body,
        trailers: message.trailers,
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{KINDS, Scratch};
    use super::*;

    fn check(repo: &Repo, path: Option<&str>, limit: usize, expect: &[&str]) {
        let commits = repo.log(History { from: None, path, limit }, &|| true).unwrap();
        let subjects: Vec<&str> = commits.iter().map(|commit| commit.subject.as_str()).collect();
        assert_eq!(subjects, expect, "{path:?}");
    }

    /// Each commit with its parents, by one digit; all of one second.
    #[test]
    fn no_commit_stands_before_one_that_follows_on_it() {
        let id = |digit: &str| ObjectId::parse(&digit.repeat(40)).unwrap();
        let commit = |(digit, parents): (&str, &[&str])| Commit {
            id: id(digit),
            parents: parents.iter().map(|parent| id(parent)).collect(),
            author: Person { name: String::new(), email: String::new() },
            when: Moment { seconds: 1, offset: 0 },
            subject: digit.to_owned(),
            body: String::new(),
            trailers: Vec::new(),
        };
        let given: [(&str, &[&str]); 6] =
            [("6", &["4", "5"]), ("4", &["3"]), ("1", &[]), ("5", &["1"]), ("3", &["2"]), ("2", &["1"])];
        let order: Vec<String> =
            children_first(given.map(commit).to_vec()).into_iter().map(|commit| commit.subject).collect();
        assert_eq!(order, ["6", "4", "5", "3", "2", "1"]);
    }

    #[test]
    fn history_can_be_narrowed() {
        for kind in KINDS {
            let scratch = Scratch::new();
            scratch.git("", &["init", "-q", kind, "r"]);
            scratch.write("r/p/casebook.yaml", "");
            check(&scratch.repo("r/p"), None, 9, &[]);
            for (path, text) in
                [("p/casebook.yaml", "1"), ("other", "1"), ("p/specs/a*.yaml", "1"), ("p/specs/ab.yaml", "2")]
            {
                scratch.write(&format!("r/{path}"), text);
                scratch.git("r", &["add", "--", path]);
                scratch.git("r", &["commit", "-q", "-m", path]);
            }
            let repo = scratch.repo("r/p");
            check(&repo, None, 9, &["p/specs/ab.yaml", "p/specs/a*.yaml", "p/casebook.yaml"]);
            check(&repo, None, 1, &["p/specs/ab.yaml"]);
            check(&repo, Some("specs/a*.yaml"), 9, &["p/specs/a*.yaml"]);
            check(&repo, Some("specs/"), 9, &["p/specs/ab.yaml", "p/specs/a*.yaml"]);
            check(&repo, Some("none"), 9, &[]);
            let climbs = repo.log(History { from: None, path: Some("../other"), limit: 9 }, &|| true);
            assert!(matches!(climbs, Err(VcsError::BadPath { .. })), "{climbs:?}");
        }
    }

    #[test]
    fn what_was_done_between_two_commits() {
        for kind in KINDS {
            let scratch = Scratch::parted("r", kind);
            scratch.git("r", &["merge", "-q", "--no-ff", "-m", "merge", "side"]);
            let repo = scratch.repo("r");
            let id = |rev: &str| repo.resolve(rev).unwrap().commit().unwrap().clone();
            let check = |base: &str, head: &str, expect: &[&str]| {
                let commits = repo.log_between(&id(base), &id(head), &|| true).unwrap();
                let mut subjects: Vec<&str> = commits.iter().map(|commit| commit.subject.as_str()).collect();
                // Two that were made in the same second have no order.
                subjects.sort_unstable();
                assert_eq!(subjects, expect, "{base} {head}");
            };
            check("HEAD^1", "HEAD", &["merge", "side"]);
            check("side", "HEAD", &["main", "merge"]);
            check("HEAD~2", "HEAD", &["main", "merge", "side"]);
            check("HEAD", "side", &[]);
            check("HEAD^1", "side", &["side"]);
            check("side", "side", &[]);
        }
    }

    #[test]
    fn both_readers_tell_the_same_of_a_commit() {
        for kind in KINDS {
            let scratch = Scratch::with_policy_of("r", kind);
            let message = "Widen\u{1b}[31m it\n\nBecause\u{202e}.\n\nPolicy-Replay: 3 fixed";
            scratch.git(
                "r",
                &[
                    "commit",
                    "-q",
                    "--allow-empty",
                    "-m",
                    message,
                    "--author",
                    "Ré \u{7}<re@x.org>",
                    "--date=1700000000 -0330",
                ],
            );
            let repo = scratch.repo("r");
            let commits = repo.log(History { from: None, path: None, limit: 9 }, &|| true).unwrap();
            let [new, old] = &commits[..] else { panic!("{commits:?}") };
            assert_eq!(new.parents, std::slice::from_ref(&old.id));
            assert_eq!((new.author.email.as_str(), &new.author.name[..3]), ("re@x.org", "Ré"));
            assert_eq!(new.when, Moment { seconds: 1_700_000_000, offset: -210 });
            assert_eq!((new.subject.as_str(), new.body.as_str()), ("Widen\u{1b}[31m it", "Because\u{202e}."));
            assert_eq!(new.trailers, [Trailer::new("Policy-Replay", "3 fixed")]);
            let from_old = repo.log(History { from: Some(&old.id), path: None, limit: 9 }, &|| true).unwrap();
            assert_eq!(from_old, std::slice::from_ref(old));
        }
    }

    #[test]
    fn a_long_walk_can_be_cancelled() {
        let repo = Scratch::with_policy("r");
        let cancelled = repo.repo("r").log(History { from: None, path: None, limit: 9 }, &|| false);
        assert!(matches!(cancelled, Err(VcsError::Cancelled)));
    }

    #[test]
    fn a_shallow_clone_has_the_history_that_is_here() {
        let scratch = Scratch::with_policy("r");
        scratch.commit("r", "two");
        let url = format!("file://{}", scratch.path("r").display());
        scratch.git("", &["clone", "-q", "--depth=1", &url, "shallow"]);
        check(&scratch.repo("shallow"), None, 9, &["two"]);
    }
}
