//! What the report consists of, whatever form it is given in. All words are raw: each form makes them safe in its own way.

use crate::policy::turns::TurnKind;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Block {
    /// Begins a part.
    Heading(String),
    /// Begins a case, or a field, within a part.
    Subheading(String),
    Paragraph(String),
    /// Names and what is said of each.
    Facts(Vec<(&'static str, String)>),
    Table(Table),
    /// What was said in a case.
    Turns(Vec<Said>),
    Items(Vec<String>),
    /// To be typed at a prompt.
    Command(String),
}

#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Table {
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<String>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Column {
    pub title: &'static str,
    /// Numbers stand on the right.
    pub right: bool,
}

impl Column {
    pub fn left(title: &'static str) -> Self {
        Column { title, right: false }
    }

    pub fn right(title: &'static str) -> Self {
        Column { title, right: true }
    }
}

/// A turn of a case, its media covered where they are to be.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Said {
    pub kind: TurnKind,
    pub who: String,
    pub text: String,
}
