//! From values to YAML, in the manner of the document they go into.

mod block;
mod inline;

pub(super) use block::{BlockText, LONG};
pub(super) use inline::{Quotes, flow, inline_scalar, quoted};

use super::tree::{Kind, Node};
use super::value::Value;

/// How a document is laid out, learned from what is in it.
#[derive(Debug, Clone)]
pub(super) struct Manner {
    /// The line break: `\n`, `\r\n` or `\r`.
    pub eol: &'static str,
    /// How much deeper a mapping stands than its key.
    pub map_step: usize,
    /// How much deeper the dashes of a list stand than its key.
    pub seq_step: usize,
    /// Lists of short values stand in brackets.
    pub flow_lists: bool,
    /// Mappings of one pair, such as `{not: benign}`, stand in brackets.
    pub flow_pairs: bool,
}

impl Manner {
    pub(super) fn of(text: &str, root: Option<&Node>) -> Manner {
        let eol = match memchr::memchr2(b'\n', b'\r', text.as_bytes()) {
            Some(at) if text[at..].starts_with("\r\n") => "\r\n",
            Some(at) if text[at..].starts_with('\r') => "\r",
            _ => "\n",
        };
        let mut survey = Survey::default();
        if let Some(root) = root {
            survey.node(text, root);
        }
        Manner {
            eol,
            map_step: survey.map_step.unwrap_or(2),
            seq_step: survey.seq_step.unwrap_or(2),
            flow_lists: survey.flow_lists >= survey.block_lists,
            flow_pairs: survey.flow_pairs > survey.block_pairs,
        }
    }

    /// What stands behind `key:` where the key stands in column `indent`, without the line break at the end.
    pub(super) fn after_key(&self, value: &Value, indent: usize, flow: Option<bool>) -> String {
        let flow = flow.unwrap_or_else(|| self.prefers_flow(value, indent) || self.is_flow_pair(value));
        match value {
            Value::Seq(items) if !items.is_empty() && !flow => {
                format!("{}{}", self.eol, self.items(items, indent + self.seq_step, false))
            }
            Value::Map(entries) if !entries.is_empty() && !flow => {
                format!("{}{}", self.eol, self.entries(entries, indent + self.map_step, false))
            }
            _ => format!(" {}", self.on_line(value, indent + self.map_step, indent)),
        }
    }

    /// What stands behind a dash in column `indent`, without the line break at the end.
    pub(super) fn after_dash(&self, value: &Value, indent: usize, flow: Option<bool>) -> String {
        let flow = flow.unwrap_or_else(|| self.prefers_flow(value, indent));
        match value {
            Value::Seq(items) if !items.is_empty() && !flow => format!(" {}", self.items(items, indent + 2, true)),
            Value::Map(entries) if !entries.is_empty() && !flow => {
                format!(" {}", self.entries(entries, indent + 2, true))
            }
            _ => format!(" {}", self.on_line(value, indent + 2, indent)),
        }
    }

    /// `key: value`, the key in column `indent`.
    pub(super) fn entry(&self, key: &str, value: &Value, indent: usize, flow: Option<bool>) -> String {
        format!("{}:{}", inline_scalar(&Value::from(key), false), self.after_key(value, indent, flow))
    }

    /// `- value`, the dash in column `indent`.
    pub(super) fn item(&self, value: &Value, indent: usize) -> String {
        format!("-{}", self.after_dash(value, indent, None))
    }

    /// Lines of items, the first of them without its indentation if `compact`.
    pub(super) fn items(&self, items: &[Value], indent: usize, compact: bool) -> String {
        self.lines(items.iter().map(|value| self.item(value, indent)), indent, compact)
    }

    /// Lines of pairs, the first of them without its indentation if `compact`.
    pub(super) fn entries(&self, entries: &[(String, Value)], indent: usize, compact: bool) -> String {
        self.lines(entries.iter().map(|(key, value)| self.entry(key, value, indent, None)), indent, compact)
    }

    fn lines(&self, lines: impl Iterator<Item = String>, indent: usize, compact: bool) -> String {
        let mut out = String::new();
        for (i, line) in lines.enumerate() {
            if i > 0 {
                out.push_str(self.eol);
            }
            if i > 0 || !compact {
                out.extend(std::iter::repeat_n(' ', indent));
            }
            out.push_str(&line);
        }
        out
    }

    /// A value that starts on the line of its key or dash.
    fn on_line(&self, value: &Value, content: usize, parent: usize) -> String {
        match value {
            Value::String(text) if text.contains('\n') || text.chars().count() > LONG => {
                BlockText::fresh(text, content, parent, self.eol)
                    .map_or_else(|| inline_scalar(value, false), |block| format!("{}{}", block.header, block.body))
            }
            _ if value.is_collection() => flow(value),
            _ => inline_scalar(value, false),
        }
    }

    /// Whether this is one pair, as the document has them in brackets.
    fn is_flow_pair(&self, value: &Value) -> bool {
        let one =
            matches!(value, Value::Map(entries) if matches!(&entries[..], [(_, value)] if !value.is_collection()));
        self.flow_pairs && one && flow(value).chars().count() <= LONG
    }

    fn prefers_flow(&self, value: &Value, indent: usize) -> bool {
        match value {
            Value::Seq(items) => {
                self.flow_lists
                    && items.iter().all(|item| !item.is_collection())
                    && indent + flow(value).chars().count() <= LONG
            }
            _ => false,
        }
    }
}

/// Counts how a document is laid out.
#[derive(Default)]
struct Survey {
    map_step: Option<usize>,
    seq_step: Option<usize>,
    flow_lists: usize,
    block_lists: usize,
    flow_pairs: usize,
    block_pairs: usize,
}

impl Survey {
    fn node(&mut self, text: &str, node: &Node) {
        match node.kind() {
            Kind::Sequence(sequence) => {
                let plain = sequence.items.iter().all(|item| matches!(item.value.kind(), Kind::Scalar(_)));
                if plain && !sequence.items.is_empty() {
                    *if sequence.flow { &mut self.flow_lists } else { &mut self.block_lists } += 1;
                }
                sequence.items.iter().for_each(|item| self.node(text, &item.value));
            }
            Kind::Mapping(mapping) => {
                if let [entry] = &mapping.entries[..]
                    && matches!(entry.value.kind(), Kind::Scalar(_))
                {
                    *if mapping.flow { &mut self.flow_pairs } else { &mut self.block_pairs } += 1;
                }
                for entry in mapping.entries.iter() {
                    self.steps(text, entry);
                    self.node(text, &entry.value);
                }
            }
            Kind::Scalar(_) | Kind::Alias(_) => {}
        }
    }

    fn steps(&mut self, text: &str, entry: &super::tree::Entry) {
        let step = |at: usize| {
            super::scan::is_first_on_line(text, at)
                .then(|| super::scan::column(text, at).checked_sub(super::scan::column(text, entry.start)))
                .flatten()
                .filter(|step| *step <= 8)
        };
        match entry.value.kind() {
            Kind::Mapping(m) if !m.flow && self.map_step.is_none() => {
                self.map_step = m.entries.first().and_then(|e| step(e.start)).filter(|step| *step > 0);
            }
            Kind::Sequence(s) if !s.flow && self.seq_step.is_none() => {
                self.seq_step = s.items.first().and_then(|i| step(i.start));
            }
            _ => {}
        }
    }
}
