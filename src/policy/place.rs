//! Where something stands: a file, a route inside its document, a span of its text.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// One step of a [`Route`].
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Step {
    /// The value under this key of a mapping.
    Key(Arc<str>),
    /// The item at this index of a sequence, from 0.
    Item(usize),
}

impl From<&str> for Step {
    fn from(key: &str) -> Self {
        Step::Key(key.into())
    }
}

impl From<usize> for Step {
    fn from(index: usize) -> Self {
        Step::Item(index)
    }
}

/// The way from the root of a document to one of its values: `clauses[3].when.severity`.
///
/// Problems, form fields, edits and the cause of a flip all point with routes, never with bare line
/// numbers, so that a place stays right while the text above it changes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Route(pub Vec<Step>);

impl Route {
    /// The route of the document's root value.
    pub fn root() -> Self {
        Route::default()
    }

    /// This route, one step further down.
    #[must_use]
    pub fn then(&self, step: impl Into<Step>) -> Self {
        let mut steps = self.0.clone();
        steps.push(step.into());
        Route(steps)
    }

    /// The route one step up, and the last step; `None` at the root.
    pub fn split_last(&self) -> Option<(Route, &Step)> {
        let (last, rest) = self.0.split_last()?;
        Some((Route(rest.to_vec()), last))
    }

    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    pub fn starts_with(&self, other: &Route) -> bool {
        self.0.starts_with(&other.0)
    }

    /// The farthest place that both routes lead through.
    #[must_use]
    pub fn shared(&self, other: &Route) -> Self {
        let steps = self.0.iter().zip(&other.0).take_while(|(own, others)| own == others);
        Route(steps.map(|(own, _)| own.clone()).collect())
    }
}

impl<S: Into<Step>> FromIterator<S> for Route {
    fn from_iter<I: IntoIterator<Item = S>>(steps: I) -> Self {
        Route(steps.into_iter().map(Into::into).collect())
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, step) in self.0.iter().enumerate() {
            match step {
                Step::Key(key) if i == 0 => write!(f, "{key}")?,
                Step::Key(key) => write!(f, ".{key}")?,
                Step::Item(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

/// A position in a text: line and column count from 1, the column in characters (not bytes).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Position {
    pub line: u32,
    pub column: u32,
}

/// A place in the policy repo that a problem, a change or a flip's cause points at.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Place {
    /// Relative to the policy repo's folder, with `/` between its parts.
    pub file: Arc<str>,
    /// Where within the document; the root where only the file is known.
    pub route: Route,
    /// Where the value starts, if the text was read.
    pub position: Option<Position>,
    /// The bytes of the text that the place covers; empty where not known.
    pub bytes: Range<usize>,
}

impl Place {
    /// A whole file.
    pub fn file(file: impl Into<Arc<str>>) -> Self {
        Place { file: file.into(), ..Place::default() }
    }

    /// Line `line` (from 1) of a file of lines, such as JSONL.
    pub fn line(file: impl Into<Arc<str>>, line: u32, column: u32, bytes: Range<usize>) -> Self {
        Place { file: file.into(), route: Route::root(), position: Some(Position { line, column }), bytes }
    }
}

/// `specs/assistant.yaml:41:17`, the form that terminals and editors know how to open.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if let Some(Position { line, column }) = self.position {
            write!(f, ":{line}:{column}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routes_read_like_paths() {
        let route = Route::root().then("clauses").then(3).then("when").then("severity");
        assert_eq!(route.to_string(), "clauses[3].when.severity");
        let (up, last) = route.split_last().unwrap();
        assert_eq!((up.to_string().as_str(), last), ("clauses[3].when", &Step::from("severity")));
        assert!(route.starts_with(&up));
        assert!(Route::root().split_last().is_none());
    }

    #[test]
    fn places_read_like_compilers_write_them() {
        assert_eq!(Place::file("a.yaml").to_string(), "a.yaml");
        assert_eq!(Place::line("gold/core/cases.jsonl", 7, 1, 0..3).to_string(), "gold/core/cases.jsonl:7:1");
    }
}
