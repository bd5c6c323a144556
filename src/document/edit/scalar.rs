//! One scalar in place of another.

use super::find::{Found, Slot};
use super::{Context, EditError, Plan};
use crate::document::emit::{BlockText, LONG, Quotes, inline_scalar, quoted};
use crate::document::scan;
use crate::document::tree::{Kind, Scalar, Style};
use crate::document::value::Value;
use crate::policy::place::{Route, Step};

impl Context<'_> {
    pub(super) fn set_scalar(&self, at: &Route, value: &Value) -> Result<Vec<Plan>, EditError> {
        let wrong = |found, wanted| EditError::WrongKind { route: at.clone(), found, wanted };
        if value.is_collection() {
            return Err(wrong("a list or mapping", "a single value"));
        }
        if self.doc.root().is_none() && at.is_root() {
            return Ok(vec![self.append(&inline_scalar(value, false))]);
        }
        let found = self.find(at)?;
        match found.node.kind() {
            Kind::Scalar(_) | Kind::Alias(_) => Ok(self.scalar_plans(found, value)),
            _ => Err(wrong(found.node.describe(), "a single value")),
        }
    }

    /// The ways to write a scalar where another one (or an alias, or nothing) stands.
    pub(super) fn scalar_plans(&self, found: Found, value: &Value) -> Vec<Plan> {
        let style = match found.node.kind() {
            Kind::Scalar(Scalar { style, .. }) => *style,
            _ => Style::Plain,
        };
        let mut plans = Vec::new();
        if let Value::String(text) = value
            && !found.in_flow
        {
            let long = text.contains('\n') || text.chars().count() > LONG;
            if style.is_block() || long {
                plans.extend(self.block_plans(found, text, style));
            }
        }
        plans.extend(self.inline_texts(value, style, found.in_flow).iter().map(|text| self.inline_plan(found, text)));
        plans
    }

    pub(super) fn rename_key(&self, at: &Route, to: &str) -> Result<Vec<Plan>, EditError> {
        let missing = || EditError::NotFound { route: at.clone() };
        let Some((map, Step::Key(_))) = at.split_last() else { return Err(missing()) };
        let parent = self.find(&map)?;
        let entry = self.doc.entry(at).ok_or_else(missing)?;
        if entry.name() != Some(to) && parent.node.entry(to).is_some() {
            return Err(EditError::KeyExists { route: map, key: to.to_owned() });
        }
        let Kind::Scalar(Scalar { style, .. }) = entry.key.kind() else {
            return Err(EditError::WrongKind {
                route: at.clone(),
                found: "a key that is an alias",
                wanted: "plain text",
            });
        };
        let range = entry.key.span().range();
        let in_flow = parent.in_flow || parent.node.is_flow();
        let texts = self.inline_texts(&Value::from(to), *style, in_flow);
        Ok(texts.into_iter().map(|text| Plan::default().splice(range.clone(), text)).collect())
    }

    /// A value at the end of a file that holds none yet.
    pub(super) fn append(&self, text: &str) -> Plan {
        let eol = self.manner.eol;
        let end = self.text.len();
        let before = if self.text.is_empty() || self.text.ends_with(['\n', '\r', '\u{feff}']) { "" } else { eol };
        Plan::default().splice(end..end, format!("{before}{text}{eol}"))
    }

    /// The texts to try on one line: in the quotes that stand there, as is usual, in double quotes.
    fn inline_texts(&self, value: &Value, style: Style, in_flow: bool) -> Vec<String> {
        let mut texts = Vec::new();
        if let Value::String(text) = value {
            let quotes = match style {
                Style::SingleQuoted => Quotes::Single,
                Style::DoubleQuoted => Quotes::Double,
                _ => Quotes::None,
            };
            texts.extend(quoted(text, quotes, in_flow));
            texts.push(inline_scalar(value, in_flow));
            texts.extend(quoted(text, Quotes::Double, in_flow));
        } else {
            texts.push(inline_scalar(value, in_flow));
        }
        texts.dedup();
        texts
    }

    fn inline_plan(&self, found: Found, text: &str) -> Plan {
        let span = found.node.span();
        if let Some(header) = scan::block_header(self.text, span.start).filter(|_| is_block(found)) {
            // The comment behind the `|` stays.
            let header_end = scan::line_end(self.text, span.start).min(span.end);
            let plan = Plan::default().splice(span.start..span.start + header.len, text);
            return plan.splice(header_end.max(span.start + header.len)..span.end.max(header_end), "");
        }
        if !span.is_empty() {
            return Plan::default().splice(span.range(), text);
        }
        let at = self.slot_end(found.slot, found.node);
        let colon_missing = matches!(found.slot, Slot::Pair(entry) if entry.colon.is_none());
        let glue = match self.text[..at].chars().next_back() {
            _ if colon_missing => ": ",
            None | Some(' ' | '\t' | '\n' | '\r') => "",
            Some(_) => " ",
        };
        // Blanks that end the line have no one to part from any more.
        let line_end = scan::line_end(self.text, at);
        let blank = self.text[at..line_end].trim().is_empty();
        Plan::default().splice(at..if blank { line_end } else { at }, format!("{glue}{text}"))
    }

    fn block_plans(&self, found: Found, text: &str, style: Style) -> Vec<Plan> {
        let span = found.node.span();
        let parent = found.slot.column(self.text);
        let step = if matches!(found.slot, Slot::Pair(_)) { self.manner.map_step } else { 2 };
        let eol = self.manner.eol;
        let mut plans = Vec::new();
        let header = scan::block_header(self.text, span.start).filter(|_| is_block(found));
        if let Some(header) = header {
            let header_end = scan::line_end(self.text, span.start).min(span.end);
            let (content, lines) = self.block_lines(header_end, span.end, &header, parent);
            let content = content.unwrap_or(parent + step);
            for folded in [header.folded, false] {
                let indicator = header.indent.is_some();
                let new = BlockText::new(text, folded, header.chomping, indicator, content, parent, eol, Some(&lines));
                plans.extend(new.map(|new| {
                    let plan = Plan::default().splice(span.start..span.start + header.len, new.header);
                    plan.splice(header_end..span.end, new.body)
                }));
                if !header.folded {
                    break;
                }
            }
            return plans;
        }
        let several_lines = self.text[span.range()].contains('\n');
        let folded = !text.contains('\n') || several_lines && style == Style::Plain;
        for folded in [folded, false] {
            let new = BlockText::new(text, folded, None, false, parent + step, parent, eol, None);
            plans.extend(new.map(|new| self.lines_plan(found, &format!(" {}", new.header), &new.body)));
            if !folded {
                break;
            }
        }
        plans
    }

    /// Puts `head` on the line of the slot and `body` (each line with its line break before it) below it, with the
    /// comment that stands on the line left between the two.
    pub(super) fn lines_plan(&self, found: Found, head: &str, body: &str) -> Plan {
        let from = self.slot_end(found.slot, found.node);
        let span = found.node.span();
        let end = span.end.max(from);
        let tail = self.tail(end);
        let close = if tail == self.text.len() { self.manner.eol } else { "" };
        let glue = match found.slot {
            Slot::Pair(entry) if entry.colon.is_none() => ":",
            _ => "",
        };
        let head = if from == 0 || self.text[..from].ends_with(['\n', '\r']) { head.trim_start() } else { head };
        let plan = Plan::default().splice(from..end, format!("{glue}{head}"));
        plan.splice(tail..tail, format!("{body}{close}"))
    }

    /// The column of a block scalar's text, and its lines without their indentation.
    fn block_lines(
        &self,
        from: usize,
        to: usize,
        header: &scan::BlockHeader,
        parent: usize,
    ) -> (Option<usize>, Vec<&str>) {
        let mut raw: Vec<&str> = Vec::new();
        let mut at = scan::next_line(self.text, from);
        while at > from && at < to {
            raw.push(&self.text[at..scan::line_end(self.text, at).min(to)]);
            at = scan::next_line(self.text, at);
        }
        let content = match header.indent {
            Some(digit) => Some(parent + usize::from(digit)),
            None => raw.iter().find(|l| !l.trim().is_empty()).map(|l| l.len() - l.trim_start_matches(' ').len()),
        };
        let lines = raw.iter().map(|line| line.get(content.unwrap_or(0)..).unwrap_or("")).collect();
        (content, lines)
    }
}

fn is_block(found: Found) -> bool {
    matches!(found.node.kind(), Kind::Scalar(scalar) if scalar.style.is_block())
}
