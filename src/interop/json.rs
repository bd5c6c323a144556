//! `json`: one list of objects. A map says where it stands and what its keys mean.

use super::ImportRequest;
use super::apply::Rows;
use super::draft::excerpt;
use super::encoding::decode;
use super::lines::object;
use super::plan::{ImportError, ImportPlan};
use super::registry::Format;
use crate::policy::place::{Place, Position};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::HashMap;

pub(super) static JSON: Format =
    Format { name: "json", about: "one JSON file with a list of objects", needs_map: true, takes_flagged: false, plan };

fn plan(request: &ImportRequest) -> Result<ImportPlan, ImportError> {
    let map = super::map_of(request)?;
    let bytes = decode(request.bytes, map.read.encoding);
    let whole = |message: String, help: &str| ImportError::File {
        place: Place::file(request.file),
        message,
        help: help.into(),
    };
    let text = std::str::from_utf8(&bytes).map_err(|error| {
        let line = bytes.iter().take(error.valid_up_to()).filter(|&&b| b == b'\n').count() + 1;
        ImportError::File {
            place: at(request.file, line, 1),
            message: "the file is no UTF-8 text from here on".into(),
            help: "Save it as UTF-8, or name its `encoding` under `read` in the map.".into(),
        }
    })?;
    let broken = |error: serde_json::Error| ImportError::File {
        place: at(request.file, error.line(), error.column()),
        message: format!("the file cannot be read as JSON: {}", words(&error)),
        help: "Mend it there; for one object a line use the format `jsonl`.".into(),
    };
    let mut found: &RawValue = serde_json::from_str(text).map_err(broken)?;
    for step in map.read.rows.iter().flat_map(|path| path.split('.')) {
        let inner = serde_json::from_str::<HashMap<Cow<str>, &RawValue>>(found.get()).ok();
        found = inner.and_then(|fields| fields.get(step).copied()).ok_or_else(|| {
            whole(
                format!("the file has no `{}`", excerpt(step)),
                "Say under `read: {rows: …}` in the map where the list of rows stands.",
            )
        })?;
    }
    let items = serde_json::from_str::<Vec<&RawValue>>(found.get()).map_err(|_| {
        whole(
            format!("there is no list of rows, but `{}`", excerpt(found.get())),
            "Say under `read: {rows: …}` in the map where the list of rows stands.",
        )
    })?;
    let mut rows = Rows::new(request, &map);
    for (i, item) in items.into_iter().enumerate() {
        match object(i + 1, item.get()) {
            Ok(fields) => rows.add(i + 1, &fields),
            Err(error) => rows.error(error),
        }
    }
    Ok(rows.finish())
}

fn at(file: &str, line: usize, column: usize) -> Place {
    let small = |n: usize| u32::try_from(n).unwrap_or(u32::MAX).max(1);
    Place { position: Some(Position { line: small(line), column: small(column) }), ..Place::file(file) }
}

/// serde_json's words without the place, which is told apart.
fn words(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split_once(" at line ").map_or_else(|| text.clone(), |(words, _)| words.to_owned())
}
