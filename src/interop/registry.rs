//! Every import format, one line each.

use super::ImportRequest;
use super::csv::CSV;
use super::json::JSON;
use super::jsonl::JSONL;
use super::openai_moderation::OPENAI_MODERATION;
use super::plan::{ImportError, ImportPlan};

/// In the order in which `casebook import --list` shows them.
pub static FORMATS: &[&Format] = &[&OPENAI_MODERATION, &CSV, &JSONL, &JSON];

/// A kind of file that cases can be imported from.
pub struct Format {
    /// What the command line calls it.
    pub name: &'static str,
    /// One line: what the file is.
    pub about: &'static str,
    /// Whether a map must say what the columns mean; a format that needs none takes none.
    pub needs_map: bool,
    /// Whether `flagged` and `unflagged` may be given.
    pub takes_flagged: bool,
    pub(super) plan: fn(&ImportRequest) -> Result<ImportPlan, ImportError>,
}

/// By name.
pub fn find(name: &str) -> Option<&'static Format> {
    FORMATS.iter().copied().find(|format| format.name == name)
}

/// What importing `request.bytes` as `format` would do.
///
/// Rows that cannot be read are listed in the plan; an error means that nothing at all could be planned: the format is
/// unknown, its map is missing or wrong, or the policy lacks what the file speaks of.
pub fn plan(format: &str, request: &ImportRequest) -> Result<ImportPlan, ImportError> {
    let Some(format) = find(format) else {
        let known: Vec<String> = FORMATS.iter().map(|f| format!("`{}`", f.name)).collect();
        return Err(ImportError::UnknownFormat { name: format.into(), known: known.join(", ") });
    };
    let not_taken = |what| Err(ImportError::NotTaken { format: format.name, what });
    match request.map {
        None if format.needs_map => return Err(ImportError::NeedsMap { format: format.name }),
        Some(_) if !format.needs_map => return not_taken("map"),
        _ => {}
    }
    for (option, name) in [("--flagged", request.flagged), ("--unflagged", request.unflagged)] {
        let Some(name) = name else { continue };
        if !format.takes_flagged {
            return not_taken("behavior for flagged and unflagged rows: its map says what the behavior is");
        }
        let behaviors = &request.policy.manifest.behaviors;
        if behaviors.find(name).is_none() {
            let known: Vec<String> = behaviors.iter().map(|(_, b)| format!("`{}`", b.id)).collect();
            return Err(ImportError::UnknownBehavior { option, name: name.into(), known: known.join(", ") });
        }
    }
    (format.plan)(request)
}

#[cfg(test)]
mod tests {
    use super::super::Held;
    use super::*;
    use crate::policy::Policy;

    fn request<'a>(policy: &'a Policy, held: &'a Held) -> ImportRequest<'a> {
        ImportRequest { file: "f", bytes: b"", set: "s", policy, held, map: None, flagged: None, unflagged: None }
    }

    fn check(format: &str, change: impl FnOnce(&mut ImportRequest), expect: &str) {
        let (policy, held) = (Policy::default(), Held::default());
        let mut request = request(&policy, &held);
        change(&mut request);
        let error = plan(format, &request).unwrap_err().to_string();
        assert!(error.contains(expect), "{error}");
    }

    #[test]
    fn names_are_unique_and_said_in_one_line() {
        for (i, format) in FORMATS.iter().enumerate() {
            assert_eq!(FORMATS.iter().position(|f| f.name == format.name), Some(i));
            assert!(!format.about.is_empty() && !format.about.contains('\n'));
        }
    }

    #[test]
    fn what_a_format_does_not_take_is_refused() {
        check("xls", |_| (), "there is no import format `xls`; the formats are `openai-moderation`");
        let map = super::super::MapFile { file: "m.yaml", bytes: b"" };
        check("openai-moderation", |r| r.map = Some(map), "takes no map");
        check("openai-moderation", |r| r.flagged = Some("ban"), "no behavior `ban`, given with `--flagged`");
    }
}
