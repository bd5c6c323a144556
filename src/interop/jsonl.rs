//! `jsonl`: one JSON object a line. A map says what its keys mean.

use super::ImportRequest;
use super::apply::Rows;
use super::encoding::decode;
use super::lines::{Line, lines, object};
use super::plan::{ImportError, ImportPlan};
use super::registry::Format;

pub(super) static JSONL: Format =
    Format { name: "jsonl", about: "JSON lines, one object a line", needs_map: true, takes_flagged: false, plan };

fn plan(request: &ImportRequest) -> Result<ImportPlan, ImportError> {
    let map = super::map_of(request)?;
    let bytes = decode(request.bytes, map.read.encoding);
    let mut rows = Rows::new(request, &map);
    for line in lines(&bytes) {
        match line {
            Line::Text { row, .. } | Line::Blank { row } if row <= map.read.skip => {
                rows.assembler.skip(row, "stands before the table", "");
            }
            Line::Blank { row } => rows.assembler.skip(row, "empty", ""),
            Line::Broken(error) => rows.error(error),
            Line::Text { row, text } => match &map.read.comment {
                Some(comment) if text.trim_start().starts_with(comment.as_str()) => {
                    rows.assembler.skip(row, "comment", text);
                }
                _ => match object(row, text) {
                    Ok(fields) => rows.add(row, &fields),
                    Err(error) => rows.error(error),
                },
            },
        }
    }
    Ok(rows.finish())
}
